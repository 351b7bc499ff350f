package webhook_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// What the event says is old by now; the handler gets what Suger has.
func ExampleRouter() {
	srv := sugertest.NewServer() // in the place of Suger
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Status: new(gen.EntitlementStatusSuspended)})
	srv.Seed(
		gen.NotificationEvent{EntityType: new(gen.EntityTypeEntitlement), EntityID: new("ent-1"), EntityStatus: new("ACTIVE")},
		gen.NotificationEvent{EntityType: new(gen.EntityTypeWorkflow), Action: new(gen.NotificationEventActionFail)},
	)

	router := webhook.NewRouter(srv.Client(), func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println("not handled:", event.GetEntityType(), event.GetAction())
		return nil
	})
	router.Entitlements(func(_ context.Context, entitlement *gen.Entitlement, _ *gen.NotificationEvent) error {
		fmt.Println(entitlement.GetID(), "is", entitlement.GetStatus())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// ent-1 is SUSPENDED
	// not handled: WORKFLOW FAIL
	// <nil>
}

func ExampleNewRouter() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeOffer), Action: new(gen.NotificationEventActionAccept)})

	router := webhook.NewRouter(srv.Client(), func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println("nobody handles", event.GetEntityType(), event.GetAction())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// nobody handles OFFER ACCEPT
	// <nil>
}

// There is no operation that reads a payment transaction, so the handler gets the event alone.
func ExampleRouter_Handle() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypePaymentTransaction), Action: new(gen.NotificationEventActionRefund), EntityID: new("pay-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Handle(gen.EntityTypePaymentTransaction, func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println("money went back:", event.GetEntityID())
		return nil
	}, gen.NotificationEventActionRefund)
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// money went back: pay-1
	// <nil>
}

func ExampleRouter_Gone() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeOffer), EntityID: new("offer-1"), Action: new(gen.NotificationEventActionDelete)})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Offers(func(_ context.Context, offer *gen.Offer, _ *gen.NotificationEvent) error {
		fmt.Println(offer.GetID(), "is", offer.GetStatus())
		return nil
	})
	router.Gone(gen.EntityTypeOffer, func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetEntityID(), "is gone")
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// offer-1 is gone
	// <nil>
}

// Where deliveries do not come through net/http, the event goes to the router by hand.
func ExampleRouter_Route() {
	srv := sugertest.NewServer()
	defer srv.Close()
	router := webhook.NewRouter(srv.Client(), func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println("event", event.GetEventID())
		return nil
	})
	ctx := context.Background()
	fmt.Println(router.Route(ctx, &gen.NotificationEvent{EventID: new("ev-1")}))
	fmt.Println(router.Route(ctx, &gen.NotificationEvent{EventID: new("ev-2"), OrganizationID: new("another")}))
	// Output:
	// event ev-1
	// <nil>
	// webhook: the event is of another organization: "another"
}
