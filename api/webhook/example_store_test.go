package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// memory is a store that forgets when the program ends. It only shows what a store does: it runs one event at a time.
type memory map[string]bool

func (m memory) Once(ctx context.Context, id string, handle func(ctx context.Context) error) error {
	if m[id] {
		return nil
	}
	if err := handle(ctx); err != nil {
		return err
	}
	m[id] = true
	return nil
}

func ExampleStore() {
	receive := func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println("received", event.GetEventID())
		return nil
	}
	handler := webhook.Handler("the secret", receive, webhook.WithStore(memory{}))
	for range 2 {
		body := `{"eventID": "ev-1"}`
		r := httptest.NewRequest(http.MethodPost, "/suger", strings.NewReader(body))
		r.Header.Set(webhook.SignatureHeader, webhook.Sign("the secret", []byte(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// received ev-1
	// 204
	// 204
}
