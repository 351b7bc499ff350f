package webhook_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// What happened in the last hour goes to the program that is being written.
func ExampleReplay() {
	srv := sugertest.NewServer() // in the place of Suger
	defer srv.Close()
	client := srv.Client()
	ctx := context.Background()
	if _, err := client.Offers.Create(ctx, gen.Offer{Name: new("Enterprise")}); err != nil {
		fmt.Println(err)
	}
	receiver := httptest.NewServer(webhook.Handler("a secret", func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetEntityType(), event.GetAction(), event.GetEntityName())
		return nil
	}))
	defer receiver.Close()

	fmt.Println(webhook.Replay(ctx, client, receiver.URL, "a secret", time.Now().Add(-time.Hour)))
	fmt.Println(webhook.Replay(ctx, client, "https://example.com/suger", "a secret", time.Now().Add(-time.Hour)))
	// Output:
	// OFFER CREATE Enterprise
	// 1 <nil>
	// 0 webhook: the URL is not one of a loopback address, such as http://127.0.0.1:8080
}
