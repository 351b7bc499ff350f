package gen

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Effect says what happens if a call is sent a second time.
type Effect string

const (
	// EffectRead is the effect of a call that changes nothing.
	EffectRead Effect = "read"
	// EffectIdempotent is the effect of a call that leaves the server in the same state when it is repeated.
	EffectIdempotent Effect = "idempotent"
	// EffectUnsafe is the effect of a call that acts again when it is repeated, such as one that sends an email.
	EffectUnsafe Effect = "unsafe"
)

// Operation is one operation of the description.
type Operation struct {
	ID     string // operationId, such as "updateOfferMetaInfo"
	Name   string // service and method, such as "Offers.UpdateMetaInfo"
	Method string // HTTP method
	Path   string // path with its placeholders, such as "/org/{orgId}/offer/{offerId}"
	Effect Effect // what a repeat does

	// Refusals are statuses of 500 and above with which the operation refuses invalid requests, like failures of the server.
	Refusals []int
}

// Call is one call of an operation, on its way from a service to the server.
type Call struct {
	Operation *Operation // what is called

	// NewRequest builds the request for a server, anew each time.
	NewRequest func(server string) (*http.Request, error)

	// Out points to what the answer is decoded into. Nil drops the answer, a *string takes an answer that is not JSON
	// as it is, and an io.Writer is given the body.
	Out any

	// Accept is the media type of the answer.
	Accept string

	// EmptyOK says that success may have no content: no body, an empty JSON string, or null.
	EmptyOK bool

	// MadeID is the id that the service generated for the body because the caller gave none. A repeat without it may act twice.
	MadeID string

	// Settled reports whether the object on the server has the state that the call asks for, and sets Out to the object. The
	// Caller uses it when a try is refused after an earlier one may have taken effect. It is nil if the state cannot be read.
	Settled func(ctx context.Context) (bool, error)

	// Kept is set by the Caller if the service is to return Out together with the error.
	Kept bool

	// Options are those of this one call.
	Options CallOptions
}

// CallOptions change how one call is made. The zero value changes nothing.
type CallOptions struct {
	Header   http.Header     // added to the request
	Timeout  time.Duration   // of each try, instead of the client's
	Effect   Effect          // instead of the operation's, for retries
	Response **http.Response // takes the response; its body can be read again
	Max      int64           // how many items an iteration yields at most
	Position *int64          // where an iteration stands: at the offset after the last item yielded, or at a page number
	Ahead    int             // how many pages an iteration fetches while the loop works on the one before them
}

// CallOption sets one of the CallOptions. Package api has a function for each. An iteration that reads ahead runs its options on
// several goroutines at once.
type CallOption func(*CallOptions)

func newCall(op *Operation, opts []CallOption) *Call {
	call := &Call{Operation: op, Accept: "application/json"}
	call.Options.Apply(opts)
	return call
}

// Apply sets what options say. A nil among them, as in Get(ctx, id, nil), changes nothing.
func (o *CallOptions) Apply(opts []CallOption) {
	for _, opt := range opts {
		if opt != nil {
			opt(o)
		}
	}
}

// Caller carries out the calls of the services: it adds the credentials, sends the requests and turns failures into errors.
// Package api has the one to use.
type Caller interface {
	Call(ctx context.Context, call *Call) error
}

// fetch makes a call whose answer is decoded into a T.
func fetch[T any](ctx context.Context, caller Caller, call *Call) (T, error) {
	out, err := fetchObject(ctx, caller, call, new(T))
	if out == nil {
		out = new(T)
	}
	return *out, err
}

// fetchObject is fetch for an object, which is returned by its address.
func fetchObject[T any](ctx context.Context, caller Caller, call *Call, out *T) (*T, error) {
	call.Out = out
	err := caller.Call(ctx, call)
	if err != nil && !call.Kept {
		return nil, err
	}
	return out, err
}

// nothing is the answer of an operation without a result: no body, "" or null.
type nothing struct{}

// UnmarshalJSON returns an error for any other JSON than "" and null.
func (*nothing) UnmarshalJSON(data []byte) error {
	if text := string(data); text != `""` && text != "null" {
		return errors.New("want an empty answer")
	}
	return nil
}
