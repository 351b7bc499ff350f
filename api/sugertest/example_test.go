package sugertest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
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

// noTest stands in for the *testing.T of a test.
type noTest struct{ testing.TB }

func (noTest) Helper()           {}
func (noTest) Cleanup(at func()) { at() } // at the end of a test

func ExampleNew() {
	var t testing.TB = noTest{}
	srv := sugertest.New(t)
	fmt.Println(srv.OrgID)
	// Output: 2f9c1d7e-8a4b-4c65-b0d2-6e1f3a5c7b90
}

func ExampleNewServer() {
	srv := sugertest.NewServer()
	defer srv.Close()
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offers, err := client.Offers.List(context.Background(), nil)
	fmt.Println(len(offers), err)
	// Output: 0 <nil>
}

func ExampleServer_Client() {
	srv := sugertest.NewServer()
	defer srv.Close()
	client := srv.Client(api.WithUserAgent("billing-job/1.4"))
	_, err := client.Offers.List(context.Background(), nil)
	fmt.Println(srv.Requests()[0].Header.Get("User-Agent"), err)
	// Output: billing-job/1.4 suger-go/devel <nil>
}

func ExampleServer_Close() {
	srv := sugertest.NewServer()
	srv.Close()
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	fmt.Println(err != nil)
	// Output: true
}

// The server answers without a network, too.
func ExampleServer_ServeHTTP() {
	srv := sugertest.NewServer()
	defer srv.Close()
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, httptest.NewRequest("GET", "/org/"+srv.OrgID+"/offer", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 401 "missing or wrong credentials in the header Authorization"
}

func ExampleOrganization() {
	srv := sugertest.NewServer(sugertest.Organization("my-org", "my-key"))
	defer srv.Close()
	fmt.Println(srv.OrgID, srv.APIKey)
	// Output: my-org my-key
}

func ExampleListener() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := sugertest.NewServer(sugertest.Listener(listener))
	defer srv.Close()
	fmt.Println(srv.URL == "http://"+listener.Addr().String())
	// Output: true
}

// A program that logs in first can do so at the same server.
func ExampleHandle() {
	token := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a token") }
	srv := sugertest.NewServer(sugertest.Handle("POST /oauth2/token", http.HandlerFunc(token)))
	defer srv.Close()
	response, err := http.Post(srv.URL+"/oauth2/token", "application/x-www-form-urlencoded", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output: 200 OK
}

func ExampleServer_SeedJSON() {
	srv := sugertest.NewServer()
	defer srv.Close()
	err := srv.SeedJSON([]byte(`{"Offer": [{"id": "offer-1", "status": "FROM_THE_FUTURE"}]}`))
	if err != nil {
		fmt.Println(err)
	}
	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(offer.GetStatus(), err)
	// Output: FROM_THE_FUTURE <nil>
}

func ExampleServer_SeedExamples() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.SeedExamples()
	buyers, err := srv.Client().Buyers.List(context.Background(), nil)
	fmt.Println(len(buyers) > 0, err)
	// Output: true <nil>
}

func ExampleServer_DraftInvoice() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(
		gen.Entitlement{ID: new("ent-1"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.02)}}}},
		gen.UsageRecordGroup{EntitlementID: new("ent-1"), Records: map[string]float64{"api_calls": 1000}},
	)
	invoice := srv.DraftInvoice("ent-1")
	fmt.Println(invoice.GetStatus(), invoice.GetInfo().GetDueAmount(), invoice.GetInfo().GetCurrency())
	// Output: DRAFT 20 USD
}

// An offer expires while the test goes on at once.
func ExampleClock() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Clock.Set(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	srv.Seed(gen.Offer{
		ID: new("offer-1"), Status: new(gen.OfferStatusPendingAcceptance),
		ExpireTime: new(gen.NewTime(time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC))),
	})
	srv.Clock.Advance(30 * 24 * time.Hour)
	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(srv.Clock.Now().Format(time.DateOnly), offer.GetStatus(), err)
	// Output: 2026-03-31 EXPIRED <nil>
}

func ExampleServer_Deliver() {
	receive := func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetAction(), event.GetEntityType(), event.GetEntityName())
		return nil
	}
	receiver := httptest.NewServer(webhook.Handler("secret", receive))
	defer receiver.Close()
	srv := sugertest.NewServer()
	defer srv.Close()
	_, err := srv.Client().Offers.Create(context.Background(), gen.Offer{Name: new("Enterprise")})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(srv.Deliver(receiver.URL, "secret"))
	// Output:
	// CREATE OFFER Enterprise
	// <nil>
}

// A receiver that drops repeated events is called once.
func ExampleTwice() {
	calls := 0
	receive := func(context.Context, *gen.NotificationEvent) error { calls++; return nil }
	receiver := httptest.NewServer(webhook.Handler("secret", receive, webhook.WithDeduplication(100)))
	defer receiver.Close()
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.NotificationEvent{EventID: new("event-1")})
	fmt.Println(srv.Deliver(receiver.URL, "secret", sugertest.Twice()), calls)
	// Output: <nil> 1
}

func ExampleBackwards() {
	receive := func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetEventID())
		return nil
	}
	receiver := httptest.NewServer(webhook.Handler("secret", receive))
	defer receiver.Close()
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.NotificationEvent{EventID: new("event-1")}, gen.NotificationEvent{EventID: new("event-2")})
	fmt.Println(srv.Deliver(receiver.URL, "secret", sugertest.Backwards()))
	// Output:
	// event-2
	// event-1
	// <nil>
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

func ExampleOperations() {
	names := sugertest.Operations()
	fmt.Println(names[0], slices.Contains(names, "Offers.NotifyContacts"))
	// Output: APIClients.Get true
}

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

func ExampleClock_Set() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Clock.Set(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	offer, err := srv.Client().Offers.Create(context.Background(), gen.Offer{Name: new("Enterprise")})
	fmt.Println(offer.GetCreationTime().Year(), err)
	// Output: 2027 <nil>
}

func ExampleClock_Advance() {
	srv := sugertest.NewServer()
	defer srv.Close()
	before := srv.Clock.Now()
	srv.Clock.Advance(24 * time.Hour)
	fmt.Println(srv.Clock.Now().Sub(before) >= 24*time.Hour)
	// Output: true
}

func ExampleClock_Now() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Clock.Set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	fmt.Println(srv.Clock.Now().Format(time.DateOnly))
	// Output: 2026-03-01
}

func ExampleRequest() {
	srv := sugertest.NewServer()
	defer srv.Close()
	_, err := srv.Client().Offers.List(context.Background(), &gen.ListOffersParams{Limit: new(int64(5))})
	var request sugertest.Request = srv.Requests()[0]
	fmt.Println(request.Method, request.Path == "/org/"+srv.OrgID+"/offer", request.Query.Encode(), request.Status, err)
	// Output: GET true limit=5 200 <nil>
}

func ExampleOption() {
	options := []sugertest.Option{sugertest.Organization("org-1", "key-1"), sugertest.Synthesized(7)}
	srv := sugertest.NewServer(options...)
	defer srv.Close()
	offer, err := srv.Client().Offers.Get(context.Background(), "any")
	fmt.Println(srv.OrgID, offer.GetID() != "", err)
	// Output: org-1 true <nil>
}

// A delivery of one's own: the last event is lost.
func ExampleDelivery() {
	var lossy sugertest.Delivery = func(events [][]byte) [][]byte { return events[:len(events)-1] }
	receive := func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetEventID())
		return nil
	}
	receiver := httptest.NewServer(webhook.Handler("secret", receive))
	defer receiver.Close()
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.NotificationEvent{EventID: new("event-1")}, gen.NotificationEvent{EventID: new("event-2")})
	fmt.Println(srv.Deliver(receiver.URL, "secret", lossy))
	// Output:
	// event-1
	// <nil>
}

func ExampleServer() {
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key-1"))
	defer srv.Close()
	client, err := api.New("org-1", api.WithAPIKey("key-1"), api.WithBaseURL(srv.URL)) // or srv.Client()
	if err != nil {
		fmt.Println(err)
		return
	}
	buyer, err := client.Buyers.Create(context.Background(), gen.CreateBuyerParams{Name: new("Globex")})
	fmt.Println(buyer.GetName(), err)
	// Output: Globex <nil>
}
