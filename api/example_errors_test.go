package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleError() {
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key"))
	defer srv.Close()

	_, err := srv.Client().Offers.Get(context.Background(), "no-such-offer")
	if errors.Is(err, api.ErrNotFound) {
		fmt.Println("it is gone")
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		fmt.Println(e.StatusCode, e.Message)
	}
	fmt.Println(err)
	// Output:
	// it is gone
	// 404 offer not found: no-such-offer
	// Offers.Get: GET /org/org-1/offer/no-such-offer: 404 Not Found: offer not found: no-such-offer
}

// A proxy lets nobody through who has not logged in, and says so with the status of a success.
func ExampleDecodeError() {
	page := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<title>Log in</title>")
	}
	srv := sugertest.NewServer(sugertest.Handle("GET /", http.HandlerFunc(page)))
	defer srv.Close()

	_, err := srv.Client().Offers.Get(context.Background(), "o-1")
	if e, ok := errors.AsType[*api.DecodeError](err); ok {
		fmt.Println(e.StatusCode, string(e.Body))
	}
	fmt.Println(err)
	// Output:
	// 200 <title>Log in</title>
	// Offers.Get: the call succeeded (200 OK), but its answer cannot be read: it is no JSON: Log in
}

func ExampleTransportError() {
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key"),
		sugertest.Handle("POST /org/org-1/offer/o-1/notifyContacts", http.HandlerFunc(hangUp)))
	defer srv.Close()

	_, err := srv.Client().Offers.NotifyContacts(context.Background(), "o-1", nil)
	if errors.Is(err, api.ErrOutcomeUnknown) {
		fmt.Println("the mail may be out: look before you send it again")
	}
	fmt.Println(err)
	// Output:
	// the mail may be out: look before you send it again
	// Offers.NotifyContacts: POST /org/org-1/offer/o-1/notifyContacts: EOF (the call may have taken effect)
}

func ExampleAccessError() {
	refuse := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"error": "invalid_client", "error_description": "no such app"}`)
	}
	srv := sugertest.NewServer(sugertest.Handle("POST /oauth2/token", http.HandlerFunc(refuse)))
	defer srv.Close()

	client, err := api.New("org-1", api.WithOAuth("app-id", "wrong"), api.WithTokenURL(srv.URL+"/oauth2/token"), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Offers.Get(context.Background(), "o-1")
	if e, ok := errors.AsType[*api.AccessError](err); ok {
		fmt.Println(e.Code, errors.Is(err, api.ErrUnauthorized))
	}
	// Output: invalid_client true
}

func ExampleIsRetryable() {
	srv := sugertest.NewServer()
	defer srv.Close()

	_, err := srv.Client().Offers.Get(context.Background(), "no-such-offer")
	fmt.Println(api.IsRetryable(err))
	// Output: false
}

// Temporary failures: no answer came, or one that asks the client to try again later.
func ExampleIsTemporary() {
	fmt.Println(api.IsTemporary(503, nil), api.IsTemporary(404, nil), api.IsTemporary(0, context.DeadlineExceeded))
	// Output: true false true
}

// What the error of a call says about the call, with and without an answer.
func ExampleCallInfo() {
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key"))
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1")})
	srv.Fail("offers.notifyContacts", sugertest.DropAfter())

	_, err := srv.Client().Offers.NotifyContacts(context.Background(), "o-1", nil)
	var lost *api.TransportError
	if errors.As(err, &lost) {
		info := lost.CallInfo
		fmt.Println(info.Operation, info.Method, info.Path)
		fmt.Println("a repeat is", info.Effect, "- the outcome is unknown:", info.OutcomeUnknown)
	}
	// Output:
	// Offers.NotifyContacts POST /org/org-1/offer/o-1/notifyContacts
	// a repeat is unsafe - the outcome is unknown: true
}

// Usage of a dimension that the product does not have is stored, but nobody is billed for it.
func ExampleUsageError() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("e-1"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}}}})

	group, err := srv.Client().Metering.ReportUsageRecordGroup(context.Background(), "e-1",
		gen.CreateUsageRecordGroupParams{Records: map[string]float64{"api_cals": 3}})
	var invalid *api.UsageError
	if errors.As(err, &invalid) {
		fmt.Println(group.GetStatus(), len(invalid.Groups), errors.Is(err, api.ErrUsageInvalid))
	}
	// Output: INVALID 1 true
}
