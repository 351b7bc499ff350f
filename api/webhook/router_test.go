package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// once is a policy without repeats, for calls that are to fail.
var once = api.WithRetry(api.RetryPolicy{MaxTries: 1})

// about returns an event about an object.
func about(id string, entity gen.EntityType, action gen.NotificationEventAction, entityID string) gen.NotificationEvent {
	return gen.NotificationEvent{EventID: new(id), EntityType: new(entity), Action: new(action), EntityID: new(entityID)}
}

// calls records what handlers were called with.
type calls struct {
	names []string
	err   error // what they return
}

func (c *calls) add(parts ...string) error {
	c.names = append(c.names, strings.Join(parts, " "))
	return c.err
}

// handler returns a handler that is recorded by a name, with the id of the event.
func (c *calls) handler(name string) func(context.Context, *gen.NotificationEvent) error {
	return func(_ context.Context, event *gen.NotificationEvent) error { return c.add(name, event.GetEventID()) }
}

func TestRouterReadsTheObject(t *testing.T) {
	t.Parallel()
	srv, c := sugertest.New(t), &calls{}
	router := webhook.NewRouter(srv.Client(), c.handler("otherwise"))
	router.APIClients(func(_ context.Context, o *gen.APIClientCredentials, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), o.GetProvider())
	})
	router.Buyers(func(_ context.Context, o *gen.Buyer, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), o.GetName())
	})
	router.Contacts(func(_ context.Context, o *gen.Contact, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), o.GetName())
	})
	router.Entitlements(func(_ context.Context, o *gen.Entitlement, e *gen.NotificationEvent) error {
		return c.add(o.GetID(), string(o.GetStatus()), "after", e.GetEntityStatus())
	})
	router.Invoices(func(_ context.Context, o *gen.Invoice, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), string(o.GetStatus()))
	})
	router.NotificationMessages(func(_ context.Context, o *gen.NotificationMessage, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), o.GetRecipient())
	})
	router.Offers(func(_ context.Context, o *gen.Offer, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), string(o.GetStatus()))
	})
	router.Products(func(_ context.Context, o *gen.Product, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), o.GetName())
	})
	router.SupportTickets(func(_ context.Context, o *gen.SupportTicket, _ *gen.NotificationEvent) error {
		return c.add(o.GetID(), string(o.GetStatus()))
	})

	late := about("", gen.EntityTypeEntitlement, gen.NotificationEventActionCreate, "ent")
	late.EntityStatus = new("ACTIVE")
	srv.Seed(
		gen.APIClientCredentials{ID: new("client"), Provider: new("ci")}, about("", gen.EntityTypeAPIClient, "ROTATE_SECRET", "client"),
		gen.Buyer{ID: new("buyer"), Name: new("Globex")}, about("", gen.EntityTypeBuyer, "UPDATE", "buyer"),
		gen.Contact{ID: new("contact"), Name: new("a@globex.test")}, about("", gen.EntityTypeContact, "ADD", "contact"),
		gen.Entitlement{ID: new("ent"), Status: new(gen.EntitlementStatusSuspended)}, late,
		gen.Invoice{ID: new("inv"), Status: new(gen.InvoiceStatusFinalized)}, about("", gen.EntityTypeInvoice, "ISSUE", "inv"),
		gen.NotificationMessage{ID: new("msg"), Recipient: new("b@globex.test")}, about("", gen.EntityTypeNotificationMessage, "OPEN_EMAIL", "msg"),
		gen.Offer{ID: new("offer"), Status: new(gen.OfferStatusAccepted)}, about("", gen.EntityTypeOffer, "AN_ACTION_OF_NEXT_YEAR", "offer"),
		gen.Product{ID: new("product"), Name: new("Analytics")}, about("", gen.EntityTypeProduct, "", "product"),
		gen.SupportTicket{ID: new("ticket"), Status: new(gen.SupportTicketStatusOpen)}, about("", gen.EntityTypeSupportTicket, "REOPEN", "ticket"),
	)
	require.NoError(t, srv.Deliver(serve(t, webhook.Handler(secret, router.Route)).URL, secret))
	assert.Equal(t, []string{
		"client ci", "buyer Globex", "contact a@globex.test", "ent SUSPENDED after ACTIVE", "inv FINALIZED", "msg b@globex.test", "offer ACCEPTED",
		"product Analytics", "ticket OPEN",
	}, c.names)
}

func TestRouterChoosesTheHandler(t *testing.T) {
	t.Parallel()
	srv, c := sugertest.New(t), &calls{}
	srv.Seed(gen.Offer{ID: new("offer")})
	router := webhook.NewRouter(srv.Client(), c.handler("otherwise"))
	router.Handle(gen.EntityTypePaymentTransaction, c.handler("payment"))
	router.Handle(gen.EntityTypePaymentTransaction, c.handler("refund or charge"), "REFUND", "CHARGE")
	router.Offers(func(_ context.Context, o *gen.Offer, e *gen.NotificationEvent) error {
		return c.add("read", e.GetEventID())
	})
	router.Handle(gen.EntityTypeOffer, c.handler("deleted"), gen.NotificationEventActionDelete)
	router.Handle(gen.EntityTypeBuyer, c.handler("without action"), gen.NotificationEventActionEmpty)
	tests := []struct {
		entity gen.EntityType
		action gen.NotificationEventAction
		id     string
		want   string
	}{
		{"PAYMENT_TRANSACTION", "REFUND", "p", "refund or charge"},
		{"PAYMENT_TRANSACTION", "CHARGE", "", "refund or charge"},
		{"PAYMENT_TRANSACTION", "VOID", "p", "payment"},
		{"PAYMENT_TRANSACTION", "", "p", "payment"},
		{"OFFER", "UPDATE", "offer", "read"},
		{"OFFER", "DELETE", "offer", "deleted"},
		{"OFFER", "UPDATE", "", "otherwise"},
		{"BUYER", "", "b", "without action"},
		{"BUYER", "UPDATE", "b", "otherwise"},
		{"CONTACT", "UPDATE", "c", "otherwise"},
		{"SPACESHIP", "TELEPORT", "s", "otherwise"},
		{"", "", "", "otherwise"},
	}
	server := serve(t, webhook.Handler(secret, router.Route))
	for _, test := range tests {
		body, err := json.Marshal(about("ev", test.entity, test.action, test.id))
		require.NoError(t, err)
		c.names = nil
		assert.Equal(t, 204, post(t, server, string(body)))
		assert.Equal(t, []string{test.want + " ev"}, c.names, "%s %s %q", test.entity, test.action, test.id)
	}
}

func TestRouterRefusesOtherOrganizations(t *testing.T) {
	t.Parallel()
	srv, c, r := sugertest.New(t), &calls{}, &receiver{}
	srv.Seed(gen.Entitlement{ID: new("ent")})
	router := webhook.NewRouter(srv.Client(), c.handler("otherwise"))
	router.Entitlements(func(_ context.Context, o *gen.Entitlement, e *gen.NotificationEvent) error {
		return c.add(e.GetEventID())
	})
	server := serve(t, webhook.Handler(secret, router.Route, webhook.WithErrorHandler(r.fail), webhook.WithDeduplication(10)))
	send := func(organization *string, entity gen.EntityType) int {
		event := about("ev", entity, "UPDATE", "ent")
		event.OrganizationID = organization
		body, err := json.Marshal(event)
		require.NoError(t, err)
		return post(t, server, string(body))
	}
	assert.Equal(t, 403, send(new("evil"), gen.EntityTypeEntitlement))
	assert.Equal(t, 403, send(new(strings.ToUpper(srv.OrgID)), gen.EntityTypeOffer))
	assert.Empty(t, c.names)
	assert.Empty(t, srv.Requests(), "nothing is read")
	require.Len(t, r.errs, 2)
	require.ErrorIs(t, r.errs[0], webhook.ErrOtherOrganization)
	assert.EqualError(t, r.errs[0], `webhook: the event is of another organization: "evil"`)

	assert.Equal(t, 204, send(new(srv.OrgID), gen.EntityTypeEntitlement), "the refused events are not remembered")
	assert.Equal(t, []string{"ev"}, c.names)
	assert.Equal(t, 204, send(nil, gen.EntityTypeEntitlement))
}

func TestRouterObjectIsGone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"with a handler": "gone ev", "without one": "otherwise ev"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, c := sugertest.New(t), &calls{}
			srv.Seed(about("ev", gen.EntityTypeEntitlement, "DELETE", "ent"))
			router := webhook.NewRouter(srv.Client(), c.handler("otherwise"))
			router.Entitlements(func(context.Context, *gen.Entitlement, *gen.NotificationEvent) error { return c.add("called") })
			if name == "with a handler" {
				router.Gone(gen.EntityTypeEntitlement, c.handler("gone"))
			}
			router.Gone(gen.EntityTypeOffer, c.handler("another kind"))
			require.NoError(t, srv.Deliver(serve(t, webhook.Handler(secret, router.Route)).URL, secret))
			assert.Equal(t, []string{want}, c.names)
		})
	}
}

// An answer that is not Suger's own 404 says nothing about the object, and a repeat finds it.
func TestRouterCannotRead(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sugertest.Fault{
		"server error": sugertest.Status(500), "gateway without the path": sugertest.HTML(404), "no access": sugertest.Status(403),
		"lost answer": sugertest.DropAfter(), "no JSON": sugertest.Truncate(), "refused": sugertest.Status(400),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, c, r := sugertest.New(t), &calls{}, &receiver{}
			srv.Seed(gen.Entitlement{ID: new("ent")}, about("ev", gen.EntityTypeEntitlement, "UPDATE", "ent"))
			router := webhook.NewRouter(srv.Client(once), c.handler("otherwise"))
			router.Entitlements(func(_ context.Context, o *gen.Entitlement, _ *gen.NotificationEvent) error {
				return c.add("read", o.GetID())
			})
			router.Gone(gen.EntityTypeEntitlement, c.handler("gone"))
			server := serve(t, webhook.Handler(secret, router.Route, webhook.WithErrorHandler(r.fail), webhook.WithDeduplication(10)))
			srv.Fail("entitlements.get", fault.Times(1))
			require.ErrorContains(t, srv.Deliver(server.URL, secret), "500 Internal Server Error")
			assert.Empty(t, c.names)
			require.Len(t, r.errs, 1)
			assert.ErrorContains(t, r.errs[0], "webhook: read ENTITLEMENT: Entitlements.Get")
			require.NoError(t, srv.Deliver(server.URL, secret))
			assert.Equal(t, []string{"read ent"}, c.names)
		})
	}
}

func TestRouterReadsAnotherObject(t *testing.T) {
	t.Parallel()
	suger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, err := w.Write([]byte(`{"id": "another", "status": "CANCELLED"}`))
		assert.NoError(t, err)
	}))
	t.Cleanup(suger.Close)
	client, err := api.New("org", api.WithAPIKey("key"), api.WithBaseURL(suger.URL))
	require.NoError(t, err)
	c := &calls{}
	router := webhook.NewRouter(client, c.handler("otherwise"))
	router.Entitlements(func(context.Context, *gen.Entitlement, *gen.NotificationEvent) error { return c.add("called") })
	err = router.Route(t.Context(), new(about("ev", gen.EntityTypeEntitlement, "CANCEL", "ent")))
	assert.EqualError(t, err, `webhook: read ENTITLEMENT "ent": the answer has the id "another"`)
	assert.Empty(t, c.names)
}

func TestRouterHandlerFails(t *testing.T) {
	t.Parallel()
	srv, c, r := sugertest.New(t), &calls{err: errCallback}, &receiver{}
	srv.Seed(gen.Offer{ID: new("offer")}, about("ev", gen.EntityTypeOffer, "UPDATE", "offer"))
	router := webhook.NewRouter(srv.Client(), c.handler("otherwise"))
	router.Offers(func(context.Context, *gen.Offer, *gen.NotificationEvent) error { return c.add("called") })
	server := serve(t, webhook.Handler(secret, router.Route, webhook.WithErrorHandler(r.fail)))
	require.ErrorContains(t, srv.Deliver(server.URL, secret), "500")
	assert.Equal(t, []error{errCallback}, r.errs)
}

// inProcess lets a client call a fake without a connection, as a bubble of synctest needs it.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(read *http.Request) (*http.Response, error) {
	w, r := httptest.NewRecorder(), read.Clone(read.Context())
	r.Body = http.NoBody
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// The first event is read before the object changes and handled after it. The second one waits, or its newer state would be
// overwritten.
func TestRouterEventsOfOneObjectAtOnce(t *testing.T) {
	t.Parallel()
	srv := sugertest.New(t)
	srv.Seed(gen.Entitlement{ID: new("ent"), Status: new(gen.EntitlementStatusActive)}, gen.Entitlement{ID: new("other")})
	synctest.Test(t, func(t *testing.T) {
		client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithHTTPClient(&http.Client{Transport: inProcess{srv}}))
		require.NoError(t, err)
		c, release := &calls{}, make(chan error)
		router := webhook.NewRouter(client, c.handler("otherwise"))
		router.Entitlements(func(_ context.Context, o *gen.Entitlement, e *gen.NotificationEvent) error {
			err := <-release
			return errors.Join(c.add(o.GetID(), string(o.GetStatus())), err)
		})
		results := make(chan error, 4)
		route := func(ctx context.Context, id string) {
			go func() { results <- router.Route(ctx, new(about("ev", gen.EntityTypeEntitlement, "UPDATE", id))) }()
			synctest.Wait()
		}
		route(t.Context(), "ent")
		srv.Seed(gen.Entitlement{ID: new("ent"), Status: new(gen.EntitlementStatusSuspended)})
		route(t.Context(), "ent")
		route(t.Context(), "other")
		assert.Len(t, srv.Requests(), 2, "the event of the other object does not wait")
		impatient, cancel := context.WithCancel(t.Context())
		route(impatient, "ent")
		cancel()
		assert.ErrorIs(t, <-results, context.Canceled)
		for range 3 {
			release <- nil
			synctest.Wait()
			assert.NoError(t, <-results)
		}
		assert.ElementsMatch(t, []string{"ent ACTIVE", "ent SUSPENDED", "other "}, c.names)
		assert.Less(t, index(c.names, "ent ACTIVE"), index(c.names, "ent SUSPENDED"))
	})
}

func index(names []string, name string) int {
	for i := range names {
		if names[i] == name {
			return i
		}
	}
	return -1
}

func TestRouterMistakes(t *testing.T) {
	t.Parallel()
	client, f := sugertest.New(t).Client(), func(context.Context, *gen.NotificationEvent) error { return nil }
	for message, mistake := range map[string]func(r *webhook.Router){
		"webhook: NewRouter: the client is nil":                      func(*webhook.Router) { webhook.NewRouter(nil, f) },
		"webhook: NewRouter: the handler for everything else is nil": func(*webhook.Router) { webhook.NewRouter(client, nil) },
		"webhook: the handler for BUYER is nil":                      func(r *webhook.Router) { r.Handle("BUYER", nil) },
		"webhook: the handler for OFFER is nil":                      func(r *webhook.Router) { r.Offers(nil) },
		"webhook: the handler for BUYER that is gone is nil":         func(r *webhook.Router) { r.Gone("BUYER", nil) },
		"webhook: there are two handlers for BUYER ADD":              func(r *webhook.Router) { r.Handle("BUYER", f, "ADD", "ADD") },
		"webhook: there are two handlers for OFFER ": func(r *webhook.Router) {
			r.Offers(func(context.Context, *gen.Offer, *gen.NotificationEvent) error { return nil })
			r.Handle("OFFER", f)
		},
		"webhook: there are two handlers for BUYER that is gone": func(r *webhook.Router) { r.Gone("BUYER", f); r.Gone("BUYER", f) },
	} {
		assert.PanicsWithValue(t, message, func() { mistake(webhook.NewRouter(client, f)) })
	}
}

// Whatever is signed, one handler sees it or it is an error.
func FuzzRouter(f *testing.F) {
	srv := sugertest.New(f)
	srv.Seed(gen.Entitlement{ID: new("ent")})
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithHTTPClient(&http.Client{Transport: inProcess{srv}}), once)
	require.NoError(f, err)
	for _, id := range []string{"ent", "gone", "", "..", "a/b?c#d", "\x00", "%2e%2e"} {
		body, err := json.Marshal(about("ev", gen.EntityTypeEntitlement, "UPDATE", id))
		require.NoError(f, err)
		f.Add(body)
	}
	f.Add([]byte(`{"entityType": "OFFER", "action": null, "organizationID": "evil"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		event, err := webhook.Parse(body)
		if err != nil {
			return
		}
		c := &calls{}
		router := webhook.NewRouter(client, c.handler("otherwise"))
		router.Entitlements(func(_ context.Context, o *gen.Entitlement, e *gen.NotificationEvent) error {
			assert.Equal(t, o.GetID(), e.GetEntityID())
			return c.add("read")
		})
		router.Gone(gen.EntityTypeEntitlement, c.handler("gone"))
		err = router.Route(t.Context(), event)
		assert.Len(t, c.names, map[bool]int{true: 1}[err == nil], "%v", err)
	})
}
