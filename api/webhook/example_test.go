package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// send posts a body as Suger does and returns the status of the answer.
func send(url, secret, body string) string {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	req.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	return res.Status
}

func ignore(context.Context, *gen.NotificationEvent) error { return nil }

func Example() {
	receive := func(ctx context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetAction(), event.GetEntityType(), event.GetEntityID())
		return nil
	}
	server := httptest.NewServer(webhook.Handler("the secret", receive, webhook.WithDeduplication(10_000)))
	defer server.Close()

	body := `{"eventID": "ev-1", "action": "CREATE", "entityType": "OFFER", "entityID": "of-1"}`
	fmt.Println(send(server.URL, "the secret", body))
	fmt.Println(send(server.URL, "the secret", body))
	// Output:
	// CREATE OFFER of-1
	// 204 No Content
	// 204 No Content
}

func ExampleHandler() {
	receive := func(ctx context.Context, event *gen.NotificationEvent) error {
		if event.GetEntityType() != gen.EntityTypeOffer {
			return nil // not for this program; an error would make Suger send it again
		}
		return errors.New("no room for offers")
	}
	ignoreErrors := webhook.WithErrorHandler(func(*http.Request, int, error) {})
	server := httptest.NewServer(webhook.Handler("the secret", receive, ignoreErrors))
	defer server.Close()

	fmt.Println(send(server.URL, "the secret", `{"entityType": "BUYER"}`))
	fmt.Println(send(server.URL, "the secret", `{"entityType": "OFFER"}`))
	fmt.Println(send(server.URL, "a guess", `{"entityType": "BUYER"}`))
	// Output:
	// 204 No Content
	// 500 Internal Server Error
	// 401 Unauthorized
}

func ExampleOption() {
	common := []webhook.Option{webhook.WithDeduplication(10_000), webhook.WithMaxBodyBytes(64 << 10)}
	mux := http.NewServeMux()
	mux.Handle("/production", webhook.Handler("one secret", ignore, common...))
	mux.Handle("/development", webhook.Handler("another secret", ignore, common...))
	server := httptest.NewServer(mux)
	defer server.Close()

	fmt.Println(send(server.URL+"/production", "one secret", "{}"))
	fmt.Println(send(server.URL+"/development", "another secret", "{}"))
	// Output:
	// 204 No Content
	// 204 No Content
}

func ExampleWithSecrets() {
	server := httptest.NewServer(webhook.Handler("new secret", ignore, webhook.WithSecrets("old secret")))
	defer server.Close()

	fmt.Println(send(server.URL, "new secret", "{}"))
	fmt.Println(send(server.URL, "old secret", "{}"))
	// Output:
	// 204 No Content
	// 204 No Content
}

func ExampleWithDeduplication() {
	receive := func(ctx context.Context, event *gen.NotificationEvent) error {
		fmt.Println("received", event.GetEventID())
		return nil
	}
	server := httptest.NewServer(webhook.Handler("the secret", receive, webhook.WithDeduplication(10_000)))
	defer server.Close()

	for _, id := range []string{"ev-1", "ev-2", "ev-1"} {
		send(server.URL, "the secret", fmt.Sprintf(`{"eventID": %q}`, id))
	}
	// Output:
	// received ev-1
	// received ev-2
}

func ExampleWithMaxBodyBytes() {
	report := webhook.WithErrorHandler(func(r *http.Request, status int, err error) { fmt.Println(err) })
	server := httptest.NewServer(webhook.Handler("the secret", ignore, webhook.WithMaxBodyBytes(64), report))
	defer server.Close()

	fmt.Println(send(server.URL, "the secret", `{"title": "`+strings.Repeat("long ", 100)+`"}`))
	// Output:
	// webhook: read body: http: request body too large
	// 413 Request Entity Too Large
}

func ExampleWithErrorHandler() {
	report := func(r *http.Request, status int, err error) {
		if status >= 500 {
			fmt.Println("the callback failed:", err)
			return
		}
		fmt.Println("refused:", err)
	}
	receive := func(context.Context, *gen.NotificationEvent) error { return errors.New("the queue is full") }
	server := httptest.NewServer(webhook.Handler("the secret", receive, webhook.WithErrorHandler(report)))
	defer server.Close()

	send(server.URL, "the secret", "{}")
	send(server.URL, "a guess", "{}")
	// Output:
	// the callback failed: the queue is full
	// refused: webhook: the signature does not match the body
}

func ExampleVerify() {
	body := []byte(`{"eventID": "ev-1"}`)
	header := http.Header{webhook.SignatureHeader: {webhook.Sign("the secret", body)}}

	fmt.Println(webhook.Verify("the secret", header, body))
	fmt.Println(errors.Is(webhook.Verify("a guess", header, body), webhook.ErrBadSignature))
	// Output:
	// <nil>
	// true
}

func ExampleVerify_errors() {
	body := []byte("{}")
	missing := http.Header{}
	malformed := http.Header{webhook.SignatureHeader: {"sha1=2fd4e1c6"}}
	forged := http.Header{webhook.SignatureHeader: {webhook.Sign("a guess", body)}}

	fmt.Println(webhook.Verify("the secret", missing, body))
	fmt.Println(webhook.Verify("the secret", malformed, body))
	fmt.Println(webhook.Verify("the secret", forged, body))
	fmt.Println(webhook.Verify("", forged, body))
	// Output:
	// webhook: no X-Suger-Signature-256 header
	// webhook: the X-Suger-Signature-256 header is not one sha256=<64 hex digits>
	// webhook: the signature does not match the body
	// webhook: the secret is empty
}

func ExampleSign() {
	fmt.Println(webhook.Sign("the secret", []byte(`{"eventID": "ev-1"}`)))
	// Output:
	// sha256=c06e3210f5e7427bfc38f3d975273764b67f7e683e8a7776e32553c47e86de41
}

func ExampleParse() {
	event, err := webhook.Parse([]byte(`{"eventID": "ev-1", "action": "AN_ACTION_OF_NEXT_YEAR"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(event.GetEventID(), event.GetAction())
	// Output:
	// ev-1 AN_ACTION_OF_NEXT_YEAR
}
