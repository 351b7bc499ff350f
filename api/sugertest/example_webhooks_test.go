package sugertest_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

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
