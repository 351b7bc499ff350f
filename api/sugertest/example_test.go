package sugertest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func Example() {
	srv := sugertest.NewServer() // in a test: sugertest.New(t), which closes itself
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1"), Name: new("Enterprise")})

	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(offer.GetName(), err)

	_, err = srv.Client().Offers.Get(context.Background(), "offer-2")
	fmt.Println(errors.Is(err, api.ErrNotFound))
	// Output:
	// Enterprise <nil>
	// true
}

func ExampleServer_Seed() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Buyer{Name: new("Globex")}, &gen.Buyer{Name: new("Initech")})

	for buyer, err := range srv.Client().Buyers.All(context.Background(), nil) {
		fmt.Println(buyer.GetName(), err)
	}
	// Output:
	// Globex <nil>
	// Initech <nil>
}

func ExampleServer_Requests() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	_, err := srv.Client().Offers.UpdateMetaInfo(context.Background(), "offer-1", gen.MetaInfo{InternalNote: new("call first")})
	if err != nil {
		fmt.Println(err)
	}
	for _, request := range srv.Requests() {
		fmt.Println(request.Operation, request.Params["offerId"], request.Body, request.Status)
	}
	// Output: Offers.UpdateMetaInfo offer-1 map[internalNote:call first] 200
}

func ExampleServer_Reset() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	srv.Reset()
	_, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(errors.Is(err, api.ErrNotFound))
	// Output: true
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

func ExampleServer_AcceptOffer() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusPendingAcceptance)})

	ent, err := srv.Client().Entitlements.Get(context.Background(), srv.AcceptOffer("offer-1"))
	fmt.Println(ent.GetOfferID(), ent.GetStatus(), err)
	// Output: offer-1 ACTIVE <nil>
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

func ExampleDropBefore() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.list", sugertest.DropBefore())
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	fmt.Println(api.IsRetryable(err))
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
	fmt.Println(offer.GetStatus(), offer.GetStatus().Valid(), err)
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

func ExampleLatency() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.list", sugertest.Latency(50*time.Millisecond))
	_, err := srv.Client().Offers.List(context.Background(), nil, api.Timeout(time.Millisecond))
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
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

func ExampleExamples() {
	srv := sugertest.NewServer(sugertest.Examples())
	defer srv.Close()
	ent, err := srv.Client().Entitlements.Get(context.Background(), "any id")
	fmt.Println(ent.GetName(), err)
	// Output: Globex, Analytics Enterprise 2026 <nil>
}

func ExampleSynthesized() {
	srv := sugertest.NewServer(sugertest.Synthesized(1))
	defer srv.Close()
	first, err := srv.Client().Offers.Get(context.Background(), "any id")
	again, _ := srv.Client().Offers.Get(context.Background(), "any id")
	fmt.Println(first.GetID() == again.GetID(), err)
	// Output: true <nil>
}
