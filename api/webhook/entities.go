package webhook

import (
	"context"

	"github.com/suger-go/suger/gen"
)

// APIClients registers a handler for events about API clients, which APIClients.Get reads. All else is as [Router.Entitlements]
// says.
func (r *Router) APIClients(f func(ctx context.Context, client *gen.APIClientCredentials, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeAPIClient, r.client.APIClients.Get, f)
}

// Buyers registers a handler for events about buyers, which Buyers.Get reads. All else is as [Router.Entitlements] says.
func (r *Router) Buyers(f func(ctx context.Context, buyer *gen.Buyer, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeBuyer, r.client.Buyers.Get, f)
}

// Contacts registers a handler for events about contacts, which Contacts.Get reads. All else is as [Router.Entitlements] says.
func (r *Router) Contacts(f func(ctx context.Context, contact *gen.Contact, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeContact, r.client.Contacts.Get, f)
}

// Entitlements registers a handler for events about entitlements that gets the entitlement as it is now, read by Entitlements.Get:
//
//   - If it is gone (404), the handler is not called, but that of [Router.Gone] or, without one, that for everything else.
//     The latter also gets events that name no entitlement.
//   - If it cannot be read, the event fails with the error of the call, is answered 500 and is not remembered. So it does if the
//     handler fails. Whether Suger sends it again is not documented: reconcile from Entitlements.All, as the example
//     "Provisioning" does.
//
// Entitlements panics if f is nil, or if there is a handler for all events about entitlements already.
func (r *Router) Entitlements(f func(ctx context.Context, entitlement *gen.Entitlement, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeEntitlement, r.client.Entitlements.Get, f)
}

// Invoices registers a handler for events about invoices, which Billing.GetInvoice reads. All else is as [Router.Entitlements]
// says.
func (r *Router) Invoices(f func(ctx context.Context, invoice *gen.Invoice, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeInvoice, r.client.Billing.GetInvoice, f)
}

// NotificationMessages registers a handler for events about notification messages, which Notifications.GetMessage reads. All else
// is as [Router.Entitlements] says.
func (r *Router) NotificationMessages(f func(ctx context.Context, message *gen.NotificationMessage, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeNotificationMessage, r.client.Notifications.GetMessage, f)
}

// Offers registers a handler for events about offers, which Offers.Get reads. All else is as [Router.Entitlements] says.
func (r *Router) Offers(f func(ctx context.Context, offer *gen.Offer, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeOffer, r.client.Offers.Get, f)
}

// Products registers a handler for events about products, which Products.Get reads. All else is as [Router.Entitlements] says.
func (r *Router) Products(f func(ctx context.Context, product *gen.Product, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeProduct, r.client.Products.Get, f)
}

// SupportTickets registers a handler for events about support tickets, which Support.GetTicket reads. All else is as
// [Router.Entitlements] says.
func (r *Router) SupportTickets(f func(ctx context.Context, ticket *gen.SupportTicket, event *gen.NotificationEvent) error) {
	handleRead(r, gen.EntityTypeSupportTicket, r.client.Support.GetTicket, f)
}
