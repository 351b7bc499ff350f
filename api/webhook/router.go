package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// ErrOtherOrganization is the error of a [Router] for an event of another organization than that of its client.
var ErrOtherOrganization = errors.New("webhook: the event is of another organization")

// Router gives each event to the handler for the kind of object that it is about. Make one with [NewRouter], register the
// handlers, and pass [Router.Route] to [Handler]:
//
//	router := webhook.NewRouter(client, otherwise)
//	router.Entitlements(save)
//	http.Handle("/suger", webhook.Handler(secret, router.Route, webhook.WithStore(store)))
//
// An event says that something happened, not how things are: it may be late, come twice, and come after a newer one. Therefore
// [Router.Entitlements] and its like read the object through the client and pass it as it is now. Events about one object run
// one after the other in a router, so that the last one to write is also the last one to read. Another process, or a loop that
// reconciles, may still write what it read earlier: compare LastUpdateTime when you write, as the example "Provisioning" does.
//
// The handler of an event is the first of these that is there:
//
//  1. what [Router.Handle] registered for the kind of object and the action,
//  2. what [Router.Handle] without actions, [Router.Entitlements] or their like registered for the kind of object,
//  3. the handler for everything else.
//
// Handlers are registered before the first event comes, not while events run.
type Router struct {
	client    *api.Client
	otherwise func(context.Context, *gen.NotificationEvent) error
	handlers  map[route]func(context.Context, *gen.NotificationEvent) error
	gone      map[gen.EntityType]func(context.Context, *gen.NotificationEvent) error
	objects   locks[object] // of which an event is being handled
}

type route struct {
	entity gen.EntityType
	action gen.NotificationEventAction
	any    bool // whether all actions are meant, as "" is one
}

type object struct {
	entity gen.EntityType
	id     string
}

// NewRouter returns a router for the events of the organization of the client, with which it reads objects. It gives every event
// to otherwise that has no handler, so that a kind of event which is new, or forgotten, is seen. It panics if either is nil.
func NewRouter(client *api.Client, otherwise func(ctx context.Context, event *gen.NotificationEvent) error) *Router {
	if client == nil {
		panic("webhook: NewRouter: the client is nil")
	}
	if otherwise == nil {
		panic("webhook: NewRouter: the handler for everything else is nil")
	}
	return &Router{
		client:    client,
		otherwise: otherwise,
		handlers:  map[route]func(context.Context, *gen.NotificationEvent) error{},
		gone:      map[gen.EntityType]func(context.Context, *gen.NotificationEvent) error{},
	}
}

// Handle registers a handler for events about a kind of object: for those with one of the actions or, without actions, for all
// that have no handler for their action. The handler gets the event alone, of which neither the order nor the content is certain.
// Handle panics if f is nil, or if there is such a handler already.
func (r *Router) Handle(entity gen.EntityType, f func(ctx context.Context, event *gen.NotificationEvent) error,
	actions ...gen.NotificationEventAction) {
	if f == nil {
		panic(fmt.Sprintf("webhook: the handler for %s is nil", entity))
	}
	routes := []route{{entity: entity, any: true}}
	if len(actions) > 0 {
		routes = nil
	}
	for _, action := range actions {
		routes = append(routes, route{entity: entity, action: action})
	}
	for _, route := range routes {
		if r.handlers[route] != nil {
			panic(fmt.Sprintf("webhook: there are two handlers for %s %s", entity, route.action))
		}
		r.handlers[route] = f
	}
}

// Gone registers a handler for events about objects of a kind that Suger answers with 404 when they are read, because they are
// deleted. Without one, these events go to the handler for everything else. Gone is of use beside [Router.Entitlements] and its
// like only. It panics if f is nil, or if there is such a handler already.
//
// For entitlements, offers, products and buyers a 404 is documented. For the other kinds it is not, and Suger may answer another
// error, which is one of reading: use [Router.Handle] with [gen.NotificationEventActionDelete] there.
func (r *Router) Gone(entity gen.EntityType, f func(ctx context.Context, event *gen.NotificationEvent) error) {
	if f == nil {
		panic(fmt.Sprintf("webhook: the handler for %s that is gone is nil", entity))
	}
	if r.gone[entity] != nil {
		panic(fmt.Sprintf("webhook: there are two handlers for %s that is gone", entity))
	}
	r.gone[entity] = f
}

// Route gives an event to its handler, and returns the handler's error. The error is [ErrOtherOrganization], and no handler is
// called, if the event is of another organization; an event that names no organization is taken, since it is signed.
func (r *Router) Route(ctx context.Context, event *gen.NotificationEvent) error {
	if id := event.GetOrganizationID(); id != "" && id != r.client.OrgID() {
		return fmt.Errorf("%w: %.64q", ErrOtherOrganization, id)
	}
	entity := event.GetEntityType()
	if f := r.handlers[route{entity: entity, action: event.GetAction()}]; f != nil {
		return f(ctx, event)
	}
	if f := r.handlers[route{entity: entity, any: true}]; f != nil {
		return f(ctx, event)
	}
	return r.otherwise(ctx, event)
}

// handleRead registers a handler that gets the object of the event as get reads it now.
func handleRead[T interface{ GetID() string }](r *Router, entity gen.EntityType,
	get func(context.Context, string, ...api.CallOption) (T, error), f func(context.Context, T, *gen.NotificationEvent) error) {
	if f == nil {
		panic(fmt.Sprintf("webhook: the handler for %s is nil", entity))
	}
	r.Handle(entity, func(ctx context.Context, event *gen.NotificationEvent) error {
		id := event.GetEntityID()
		if id == "" { // there is nothing to read
			return r.otherwise(ctx, event)
		}
		unlock, err := r.objects.lock(ctx, object{entity, id}, "another event about the object")
		if err != nil {
			return err
		}
		defer unlock()
		current, err := get(ctx, id)
		switch {
		case isGone(err) && r.gone[entity] != nil:
			return r.gone[entity](ctx, event)
		case isGone(err):
			return r.otherwise(ctx, event)
		case err != nil:
			return fmt.Errorf("webhook: read %s: %w", entity, err)
		case current.GetID() != id:
			return fmt.Errorf("webhook: read %s %.64q: the answer has the id %.64q", entity, id, current.GetID())
		}
		return f(ctx, current, event)
	})
}

// isGone reports whether an error is Suger's answer that there is no such object. Its errors are JSON strings; the 404 of a gateway
// or of a wrong base URL is none, and must not end what a buyer paid for.
func isGone(err error) bool {
	var refused *api.Error
	if !errors.Is(err, api.ErrNotFound) || !errors.As(err, &refused) {
		return false
	}
	var message *string
	return json.Unmarshal(refused.Body, &message) == nil && message != nil
}
