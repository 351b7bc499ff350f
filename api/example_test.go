package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// The examples have a server with a few offers, and a client of it.
var (
	server *httptest.Server
	client *api.Client
	ctx    = context.Background()
)

func startExampleServer() (err error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /org/org-1/offer", func(w http.ResponseWriter, r *http.Request) {
		offers := []string{`{"id": "o-1"}`, `{"id": "o-2"}`, `{"id": "o-3"}`}
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		page := ""
		for i := offset; i < min(offset+limit, len(offers)); i++ {
			if page != "" {
				page += ","
			}
			page += offers[i]
		}
		io.WriteString(w, "["+page+"]")
	})
	mux.HandleFunc("GET /org/org-1/offer/o-1", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		io.WriteString(w, `{"id": "o-1", "name": "Spring offer", "status": "PENDING_ACCEPTANCE", "info": {"commitAmount": 1200.5}}`)
	})
	mux.HandleFunc("GET /org/org-1/offer/proxy", answer(200, "text/html", "<title>Log in</title>"))
	mux.HandleFunc("GET /org/org-1/offer/no-such-offer", answer(404, "application/json", `"offer not found"`))
	mux.HandleFunc("POST /org/org-1/offer/o-1/notifyContacts", answer(200, "application/json", `{"eventID": "ev-1"}`))
	mux.HandleFunc("POST /org/org-1/offer/lost/notifyContacts", hangUp)
	mux.HandleFunc("POST /org/org-1/entitlement/e-1/usageRecordGroup", answer(200, "application/json",
		`{"id": "g-1", "entitlementID": "e-1", "status": "INVALID", "records": {"api_cals": 3}}`))
	mux.HandleFunc("GET /org/org-1/newThing/42", answer(200, "application/json", `{"name": "a new thing"}`))
	mux.HandleFunc("POST /oauth2/token", answer(200, "application/json", `{"access_token": "token", "token_type": "Bearer", "expires_in": 3600}`))
	mux.HandleFunc("POST /wrong/token", answer(401, "application/json", `{"error": "invalid_client", "error_description": "no such app"}`))
	mux.HandleFunc("POST /public/apiClient/accessToken", answer(200, "application/json", `{"access_token": "token", "expires_in": 3600}`))
	server = httptest.NewServer(mux)
	client, err = api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL))
	return err
}

func Example() {
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(ctx, "o-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(offer.GetName(), offer.GetInfo().GetCommitAmount()) // no getter minds a nil

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
	// o-3
}

func ExampleClient() {
	event, err := client.Offers.NotifyContacts(ctx, "o-1", []string{"contact-1"})
	fmt.Println(event.GetEventID(), err)
	// Output: ev-1 <nil>
}

func ExampleClient_Do() {
	// For an endpoint that no service has.
	var thing struct{ Name string }
	err := client.Do(ctx, http.MethodGet, "/org/{orgId}/newThing/42", nil, &thing)
	fmt.Println(thing.Name, err)
	// Output: a new thing <nil>
}

func ExampleClient_Do_stream() {
	// For a body that should not be held in memory. Header asks for another media type, Capture has the header of the answer.
	var response *http.Response
	err := client.Do(ctx, http.MethodGet, "/org/{orgId}/offer/o-1", nil, os.Stdout, api.Capture(&response))
	fmt.Println()
	fmt.Println(response.Header.Get("X-Request-Id"), err)
	// Output:
	// {"id": "o-1", "name": "Spring offer", "status": "PENDING_ACCEPTANCE", "info": {"commitAmount": 1200.5}}
	// req-7 <nil>
}

func ExampleClient_OrgID() {
	fmt.Println(client.OrgID())
	// Output: org-1
}

func ExampleClient_CloseIdleConnections() {
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	offer, err := client.Offers.Get(ctx, "o-1")
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleClient_LogValue() {
	client, err := api.New("org-1", api.WithAPIKey("key"))
	if err != nil {
		fmt.Println(err)
		return
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: dropTimes}))
	logger.Info("ready", "client", client)
	// Output: level=INFO msg=ready client.org=org-1 client.server=https://api.suger.cloud/
}

// dropTimes takes out what differs from run to run.
func dropTimes(_ []string, attr slog.Attr) slog.Attr {
	if attr.Key == slog.TimeKey || attr.Key == "duration" {
		return slog.Attr{}
	}
	return attr
}

func ExampleError() {
	_, err := client.Offers.Get(ctx, "no-such-offer")
	if errors.Is(err, api.ErrNotFound) {
		fmt.Println("it is gone")
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		fmt.Println(e.StatusCode, e.Message)
	}
	fmt.Println(err)
	// Output:
	// it is gone
	// 404 offer not found
	// Offers.Get: GET /org/org-1/offer/no-such-offer: 404 Not Found: offer not found
}

func ExampleDecodeError() {
	_, err := client.Offers.Get(ctx, "proxy")
	if e, ok := errors.AsType[*api.DecodeError](err); ok {
		fmt.Println(e.StatusCode, string(e.Body))
	}
	fmt.Println(err)
	// Output:
	// 200 <title>Log in</title>
	// Offers.Get: the call succeeded (200 OK), but its answer cannot be read: it is no JSON: Log in
}

func ExampleTransportError() {
	_, err := client.Offers.NotifyContacts(ctx, "lost", []string{"contact-1"})
	if errors.Is(err, api.ErrOutcomeUnknown) {
		fmt.Println("the mail may be out: look before you send it again")
	}
	fmt.Println(err)
	// Output:
	// the mail may be out: look before you send it again
	// Offers.NotifyContacts: POST /org/org-1/offer/lost/notifyContacts: EOF (the call may have taken effect)
}

func ExampleAccessError() {
	client, err := api.New("org-1", api.WithOAuth("app-id", "wrong"), api.WithTokenURL(server.URL+"/wrong/token"), api.WithBaseURL(server.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Offers.Get(ctx, "o-1")
	if e, ok := errors.AsType[*api.AccessError](err); ok {
		fmt.Println(e.Code, errors.Is(err, api.ErrUnauthorized))
	}
	// Output: invalid_client true
}

func ExampleIsRetryable() {
	_, err := client.Offers.Get(ctx, "no-such-offer")
	fmt.Println(api.IsRetryable(err))
	// Output: false
}

func ExampleCallOption() {
	offer, err := client.Offers.Get(ctx, "o-1", api.Timeout(5*time.Second), api.Header("X-Trace-Id", "t-1"))
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleHeader() {
	offer, err := client.Offers.Get(ctx, "o-1", api.Header("X-Trace-Id", "t-1"))
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleTimeout() {
	offer, err := client.Offers.Get(ctx, "o-1", api.Timeout(5*time.Second))
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleEffect() {
	// This contact has no objection to a second mail, so it is sent again when an answer is lost.
	event, err := client.Offers.NotifyContacts(ctx, "o-1", []string{"contact-1"}, api.Effect(gen.EffectIdempotent))
	fmt.Println(event.GetEventID(), err)
	// Output: ev-1 <nil>
}

func ExampleCapture() {
	var resp *http.Response
	_, err := client.Offers.Get(ctx, "o-1", api.Capture(&resp))
	fmt.Println(resp.Header.Get("X-Request-Id"), err)
	// Output: req-7 <nil>
}

func ExampleMax() {
	for offer, err := range client.Offers.All(ctx, nil, api.Max(2)) {
		fmt.Println(offer.GetID(), err)
	}
	// Output:
	// o-1 <nil>
	// o-2 <nil>
}

func ExamplePosition() {
	var position int64
	for offer, err := range client.Offers.All(ctx, nil, api.Position(&position)) {
		fmt.Println(offer.GetID(), err)
		break // the machine goes down
	}
	// Later, with the position that was stored.
	for offer, err := range client.Offers.All(ctx, &gen.ListOffersParams{Offset: &position}) {
		fmt.Println(offer.GetID(), err)
	}
	// Output:
	// o-1 <nil>
	// o-2 <nil>
	// o-3 <nil>
}

func ExampleWaitFor() {
	offer, err := api.WaitFor(ctx,
		func(ctx context.Context) (*gen.Offer, error) { return client.Offers.Get(ctx, "o-1") },
		func(offer *gen.Offer) bool { return offer.GetStatus() == gen.OfferStatusPendingAcceptance },
		api.WaitOptions{})
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleWaitOptions() {
	looks := 0
	look := func(context.Context) (int, error) {
		looks++
		return looks, nil
	}
	got, err := api.WaitFor(ctx, look, func(n int) bool { return n == 3 },
		api.WaitOptions{Interval: time.Millisecond, MaxInterval: time.Second, Timeout: time.Minute})
	fmt.Println(got, err)
	// Output: 3 <nil>
}

func ExampleWaitError() {
	look := func(context.Context) (string, error) { return "PENDING", nil }
	_, err := api.WaitFor(ctx, look, func(status string) bool { return status == "ACTIVE" },
		api.WaitOptions{Timeout: time.Millisecond})
	if e, ok := errors.AsType[*api.WaitError[string]](err); ok {
		fmt.Println(e.Last, errors.Is(err, context.DeadlineExceeded))
	}
	// Output: PENDING true
}
