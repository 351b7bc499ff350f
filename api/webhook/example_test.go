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

func Example() {
	receive := func(ctx context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetAction(), event.GetEntityType(), event.GetEntityID())
		return nil
	}
	handler := webhook.Handler("the secret", receive, webhook.WithDeduplication(10_000)) // for http.Handle

	send := func(secret, body string) { // as Suger does
		r := httptest.NewRequest(http.MethodPost, "/suger", strings.NewReader(body))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	body := `{"eventID": "ev-1", "action": "CREATE", "entityType": "OFFER", "entityID": "of-1"}`
	send("the secret", body)
	send("the secret", body)
	// Output:
	// CREATE OFFER of-1
	// 204
	// 204
}

func ExampleHandler() {
	receive := func(ctx context.Context, event *gen.NotificationEvent) error {
		if event.GetEntityType() != gen.EntityTypeOffer {
			return nil // not for this program, which is no failure
		}
		return errors.New("no room for offers")
	}
	ignoreErrors := webhook.WithErrorHandler(func(*http.Request, int, error) {})
	handler := webhook.Handler("the secret", receive, ignoreErrors)

	send := func(secret, body string) { // as Suger does
		r := httptest.NewRequest(http.MethodPost, "/suger", strings.NewReader(body))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	send("the secret", `{"entityType": "BUYER"}`)
	send("the secret", `{"entityType": "OFFER"}`)
	send("a guess", `{"entityType": "BUYER"}`)
	// Output:
	// 204
	// 500
	// 401
}

func ExampleOption() {
	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	common := []webhook.Option{webhook.WithDeduplication(10_000), webhook.WithMaxBodyBytes(64 << 10)}
	mux := http.NewServeMux()
	mux.Handle("/production", webhook.Handler("one secret", ignore, common...))
	mux.Handle("/development", webhook.Handler("another secret", ignore, common...))

	for path, secret := range map[string]string{"/production": "one secret", "/development": "another secret"} {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}"))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte("{}")))
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// 204
	// 204
}

func ExampleWithSecrets() {
	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	handler := webhook.Handler("new secret", ignore, webhook.WithSecrets("old secret"))

	send := func(secret, body string) { // as Suger does
		r := httptest.NewRequest(http.MethodPost, "/suger", strings.NewReader(body))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	send("new secret", "{}")
	send("old secret", "{}")
	// Output:
	// 204
	// 204
}

func ExampleWithDeduplication() {
	receive := func(ctx context.Context, event *gen.NotificationEvent) error {
		fmt.Println("received", event.GetEventID())
		return nil
	}
	handler := webhook.Handler("the secret", receive, webhook.WithDeduplication(10_000))

	send := func(secret, body string) { // as Suger does
		r := httptest.NewRequest(http.MethodPost, "/suger", strings.NewReader(body))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	for _, id := range []string{"ev-1", "ev-2", "ev-1"} {
		send("the secret", fmt.Sprintf(`{"eventID": %q}`, id))
	}
	// Output:
	// received ev-1
	// 204
	// received ev-2
	// 204
	// 204
}

func ExampleWithMaxBodyBytes() {
	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	report := webhook.WithErrorHandler(func(r *http.Request, status int, err error) { fmt.Println(err) })
	handler := webhook.Handler("the secret", ignore, webhook.WithMaxBodyBytes(64), report)

	send := func(secret, body string) { // as Suger does
		r := httptest.NewRequest(http.MethodPost, "/suger", strings.NewReader(body))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	send("the secret", `{"title": "`+strings.Repeat("long ", 100)+`"}`)
	// Output:
	// webhook: read body: http: request body too large
	// 413
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
	handler := webhook.Handler("the secret", receive, webhook.WithErrorHandler(report))

	send := func(secret, body string) { // as Suger does
		r := httptest.NewRequest(http.MethodPost, "/suger", strings.NewReader(body))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	send("the secret", "{}")
	send("a guess", "{}")
	// Output:
	// the callback failed: the queue is full
	// 500
	// refused: webhook: the signature does not match the body
	// 401
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
