package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func Example() {
	srv := sugertest.NewServer() // a fake, in place of Suger
	defer srv.Close()
	srv.Seed(
		gen.Offer{ID: new("o-1"), Name: new("Spring offer"), Info: &gen.OfferInfo{CommitAmount: new(1200.5)}},
		gen.Offer{ID: new("o-2"), Name: new("Summer offer")},
	)

	ctx := context.Background()
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(ctx, "o-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(offer.GetName(), offer.GetInfo().GetCommitAmount()) // getters may be called on nil

	for offer, err := range client.Offers.All(ctx, nil) { // every page
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(offer.GetID())
	}
	// Output:
	// Spring offer 1200.5
	// o-1
	// o-2
}

func ExampleClient() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), ContactIDs: []string{"contact-1"}}, gen.Contact{ID: new("contact-1")})

	client := srv.Client() // or api.New
	event, err := client.Offers.NotifyContacts(context.Background(), "o-1", []string{"contact-1"})
	fmt.Println(event.GetAction(), err)
	// Output: NOTIFY_CONTACTS <nil>
}

// For an endpoint that no service has.
func ExampleClient_Do() {
	answer := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"name": "a new thing"}`) }
	srv := sugertest.NewServer(sugertest.Handle("GET /org/{orgId}/newThing/42", http.HandlerFunc(answer)))
	defer srv.Close()

	var thing struct{ Name string }
	err := srv.Client().Do(context.Background(), http.MethodGet, "/org/{orgId}/newThing/42", nil, &thing)
	fmt.Println(thing.Name, err)
	// Output: a new thing <nil>
}

// For a body that should not be held in memory. Capture has the header of the answer.
func ExampleClient_Do_stream() {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		io.WriteString(w, "offer,amount\no-1,1200.5\n")
	}
	srv := sugertest.NewServer(sugertest.Handle("GET /org/{orgId}/newExport", http.HandlerFunc(answer)))
	defer srv.Close()

	var response *http.Response
	err := srv.Client().Do(context.Background(), http.MethodGet, "/org/{orgId}/newExport", nil, os.Stdout, api.Capture(&response))
	fmt.Println(response.Header.Get("Content-Type"), err)
	// Output:
	// offer,amount
	// o-1,1200.5
	// text/csv <nil>
}

func ExampleClient_OrgID() {
	client, err := api.New("org-1", api.WithAPIKey("key"))
	fmt.Println(client.OrgID(), err)
	// Output: org-1 <nil>
}

// A program that makes a client for one task closes its connections afterwards.
func ExampleClient_CloseIdleConnections() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleClient_LogValue() {
	client, err := api.New("org-1", api.WithAPIKey("key"))
	if err != nil {
		fmt.Println(err)
		return
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Key == slog.TimeKey { // differs from run to run
			return slog.Attr{}
		}
		return attr
	}}))
	logger.Info("ready", "client", client)
	// Output: level=INFO msg=ready client.org=org-1 client.server=https://api.suger.cloud/
}

// A marketplace takes a while to publish an offer: here a minute, which passes on the clock of the fake after the first look.
func ExampleWaitFor() {
	srv := sugertest.NewServer(sugertest.Slow(time.Minute))
	defer srv.Close()

	ctx, client := context.Background(), srv.Client()
	created, err := client.Offers.Create(ctx, gen.Offer{Name: new("Spring offer"), Partner: new(gen.PartnerAWS)})
	if err != nil {
		fmt.Println(err) // after api.ErrOutcomeUnknown look through the offers before creating it again
		return
	}
	fmt.Println(created.GetStatus())
	offer, err := api.WaitFor(ctx,
		func(ctx context.Context) (*gen.Offer, error) {
			defer srv.Clock.Advance(time.Minute)
			return client.Offers.Get(ctx, created.GetID())
		},
		func(offer *gen.Offer) bool {
			switch offer.GetStatus() {
			case gen.OfferStatusDraft, gen.OfferStatusPendingCreate, gen.OfferStatusCreateSuccess:
				return false // the marketplace is still publishing it
			}
			return true // PENDING_ACCEPTANCE, or CREATE_FAILED with the reasons in MetaInfo.ErrorMessages
		},
		api.WaitOptions{Interval: time.Millisecond, Timeout: 3 * time.Minute}) // a few seconds are a good interval with Suger
	fmt.Println(offer.GetStatus(), err)
	// Output:
	// PENDING_CREATE
	// PENDING_ACCEPTANCE <nil>
}

func ExampleWaitOptions() {
	looks := 0
	look := func(context.Context) (int, error) {
		looks++
		return looks, nil
	}
	got, err := api.WaitFor(context.Background(), look, func(n int) bool { return n == 3 },
		api.WaitOptions{Interval: time.Millisecond, MaxInterval: time.Second, Timeout: time.Minute})
	fmt.Println(got, err)
	// Output: 3 <nil>
}

func ExampleWaitError() {
	look := func(context.Context) (string, error) { return "PENDING", nil }
	_, err := api.WaitFor(context.Background(), look, func(status string) bool { return status == "ACTIVE" },
		api.WaitOptions{Timeout: time.Millisecond})
	if e, ok := errors.AsType[*api.WaitError[string]](err); ok {
		fmt.Println(e.Last, errors.Is(err, context.DeadlineExceeded))
	}
	// Output: PENDING true
}
