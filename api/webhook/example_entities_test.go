package webhook_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

func ExampleRouter_APIClients() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.APIClientCredentials{ID: new("client-1"), Provider: new("Suger")})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeAPIClient), EntityID: new("client-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.APIClients(func(_ context.Context, client *gen.APIClientCredentials, _ *gen.NotificationEvent) error {
		fmt.Println(client.GetID(), client.GetProvider())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// client-1 Suger
	// <nil>
}

func ExampleRouter_Buyers() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Buyer{ID: new("buyer-1"), Name: new("Globex")})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeBuyer), EntityID: new("buyer-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Buyers(func(_ context.Context, buyer *gen.Buyer, _ *gen.NotificationEvent) error {
		fmt.Println(buyer.GetID(), buyer.GetName())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// buyer-1 Globex
	// <nil>
}

func ExampleRouter_Contacts() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Contact{ID: new("contact-1"), Name: new("Dana")})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeContact), EntityID: new("contact-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Contacts(func(_ context.Context, contact *gen.Contact, _ *gen.NotificationEvent) error {
		fmt.Println(contact.GetID(), contact.GetName())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// contact-1 Dana
	// <nil>
}

func ExampleRouter_Entitlements() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("entitlement-1"), Status: new(gen.EntitlementStatusCancelled)})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeEntitlement), EntityID: new("entitlement-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Entitlements(func(_ context.Context, entitlement *gen.Entitlement, _ *gen.NotificationEvent) error {
		fmt.Println(entitlement.GetID(), entitlement.GetStatus())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// entitlement-1 CANCELLED
	// <nil>
}

func ExampleRouter_Invoices() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Invoice{ID: new("invoice-1"), Status: new(gen.InvoiceStatusFinalized)})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeInvoice), EntityID: new("invoice-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Invoices(func(_ context.Context, invoice *gen.Invoice, _ *gen.NotificationEvent) error {
		fmt.Println(invoice.GetID(), invoice.GetStatus())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// invoice-1 FINALIZED
	// <nil>
}

func ExampleRouter_NotificationMessages() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.NotificationMessage{ID: new("message-1"), Recipient: new("dana@globex.test")})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeNotificationMessage), EntityID: new("message-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.NotificationMessages(func(_ context.Context, message *gen.NotificationMessage, _ *gen.NotificationEvent) error {
		fmt.Println(message.GetID(), message.GetRecipient())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// message-1 dana@globex.test
	// <nil>
}

func ExampleRouter_Offers() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusAccepted)})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeOffer), EntityID: new("offer-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Offers(func(_ context.Context, offer *gen.Offer, _ *gen.NotificationEvent) error {
		fmt.Println(offer.GetID(), offer.GetStatus())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// offer-1 ACCEPTED
	// <nil>
}

func ExampleRouter_Products() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Product{ID: new("product-1"), Name: new("Analytics")})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeProduct), EntityID: new("product-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.Products(func(_ context.Context, product *gen.Product, _ *gen.NotificationEvent) error {
		fmt.Println(product.GetID(), product.GetName())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// product-1 Analytics
	// <nil>
}

func ExampleRouter_SupportTickets() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.SupportTicket{ID: new("ticket-1"), Status: new(gen.SupportTicketStatusOpen)})
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeSupportTicket), EntityID: new("ticket-1")})

	ignore := func(context.Context, *gen.NotificationEvent) error { return nil }
	router := webhook.NewRouter(srv.Client(), ignore)
	router.SupportTickets(func(_ context.Context, ticket *gen.SupportTicket, _ *gen.NotificationEvent) error {
		fmt.Println(ticket.GetID(), ticket.GetStatus())
		return nil
	})
	receiver := httptest.NewServer(webhook.Handler("the secret", router.Route))
	defer receiver.Close()
	fmt.Println(srv.Deliver(receiver.URL, "the secret"))
	// Output:
	// ticket-1 OPEN
	// <nil>
}
