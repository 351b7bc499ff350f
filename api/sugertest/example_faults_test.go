package sugertest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleFault() {
	srv := sugertest.NewServer()
	defer srv.Close()
	busy := sugertest.Status(429).After("1s").Times(1)
	srv.Fail("offers.list", busy, sugertest.HTML(502).Times(2), sugertest.DropBefore().Times(1))
	for range 5 {
		_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
		var refused *api.Error
		errors.As(err, &refused)
		fmt.Println(refused != nil && refused.StatusCode == 502, err == nil)
	}
	// Output:
	// false false
	// true false
	// true false
	// false false
	// false true
}

func ExampleServer_Fail() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	srv.Fail("offers.get", sugertest.Status(503).Times(2)) // the client tries three times

	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 3})).Offers.Get(context.Background(), "offer-1")
	fmt.Println(err, len(srv.Requests()))
	// Output: <nil> 3
}

func ExampleStatus() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.list", sugertest.Status(429).After("2s").Times(1))
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	var limited *api.Error
	fmt.Println(errors.As(err, &limited), limited.RetryAfter)
	// Output: true 2s
}

func ExampleLatency() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.list", sugertest.Latency(50*time.Millisecond))
	_, err := srv.Client().Offers.List(context.Background(), nil, api.Timeout(time.Millisecond))
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

func ExampleDropBefore() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.list", sugertest.DropBefore())
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	fmt.Println(api.IsRetryable(err))
	// Output: true
}

// A mail that may have been sent must not be sent again without a look.
func ExampleDropAfter() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	srv.Fail("offers.notifyContacts", sugertest.DropAfter())

	_, err := srv.Client().Offers.NotifyContacts(context.Background(), "offer-1", nil)
	fmt.Println(errors.Is(err, api.ErrOutcomeUnknown))
	// Output: true
}

func ExampleTruncate() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	srv.Fail("offers.get", sugertest.Truncate())
	_, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	var unreadable *api.DecodeError
	fmt.Println(errors.As(err, &unreadable), unreadable.StatusCode)
	// Output: true 200
}

func ExampleHTML() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("*", sugertest.HTML(502))
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	var refused *api.Error
	fmt.Println(errors.As(err, &refused), refused.Message)
	// Output: true 502 Bad Gateway
}

func ExampleFutureEnum() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusActive)})
	srv.Fail("offers.get", sugertest.FutureEnum("status"))
	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(offer.GetStatus(), offer.GetStatus().Known(), err)
	// Output: FROM_THE_FUTURE false <nil>
}

func ExampleUnknownProperty() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	srv.Fail("offers.get", sugertest.UnknownProperty())
	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(offer.AdditionalProperties, err)
	// Output: map[fromTheFuture:map[amount:16777217.05]] <nil>
}

func ExampleFault_After() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.list", sugertest.Status(429).After("7s"))
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	var refused *api.Error
	fmt.Println(errors.As(err, &refused), refused.RetryAfter)
	// Output: true 7s
}

func ExampleFault_Times() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.list", sugertest.Status(400).Times(1))
	for range 2 {
		_, err := srv.Client().Offers.List(context.Background(), nil)
		fmt.Println(errors.Is(err, api.ErrBadRequest), err == nil)
	}
	// Output:
	// true false
	// false true
}

func ExampleFault_Probability() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("*", sugertest.Status(503).Probability(0.3, 42))
	failed := 0
	for range 100 {
		_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
		if err != nil {
			failed++
		}
	}
	fmt.Println(failed)
	// Output: 28
}

// The third page of a list fails.
func ExampleFault_Skip() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Buyer{ID: new("1")}, gen.Buyer{ID: new("2")}, gen.Buyer{ID: new("3")})
	srv.Fail("buyers.list", sugertest.Status(400).Skip(2))
	for buyer, err := range srv.Client().Buyers.All(context.Background(), &gen.ListBuyersParams{Limit: new(int64(1))}) {
		fmt.Println(buyer.GetID(), errors.Is(err, api.ErrBadRequest))
	}
	// Output:
	// 1 false
	// 2 false
	//  true
}

func ExampleServer_Clear() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	srv.Fail("offers.get", sugertest.Status(400))
	_, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	srv.Clear("offers.get") // Suger is well again
	_, again := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(errors.Is(err, api.ErrBadRequest), again)
	// Output: true <nil>
}

func ExampleOperations() {
	names := sugertest.Operations()
	fmt.Println(names[0], slices.Contains(names, "Offers.NotifyContacts"))
	// Output: APIClients.Get true
}

func ExampleParseFault() {
	srv := sugertest.NewServer()
	defer srv.Close()
	operation, fault, err := sugertest.ParseFault("offers.list=html:502,times:1")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Fail(operation, fault)
	_, err = srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	fmt.Println(operation, err != nil)
	// Output: offers.list true
}

func ExampleFault_String() {
	fmt.Println(sugertest.Status(503).After("1s").Times(2))
	// Output: status:503,after:1s,times:2
}
