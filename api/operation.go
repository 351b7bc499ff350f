package api

import (
	"context"
	"slices"

	"github.com/suger-go/suger/gen"
)

type operationKey struct{}

// withOperation returns a context that says to which operation a request belongs.
func withOperation(ctx context.Context, op *gen.Operation) context.Context {
	return context.WithValue(ctx, operationKey{}, op)
}

// OperationFrom returns the operation to which a request of the client belongs. It is in the context of each request that a
// transport sees, repeats, redirects and the pages of an iteration included, and in the contexts of the client's log records. A
// span of a trace is best named by Method and Path, such as "GET /org/{orgId}/offer/{offerId}": the path of the URL has the ids.
//
// A request for an access token, of [WithOAuth] and [WithBearerLogin], is of an operation of its own, whose Name is AccessToken
// and whose Path is that of the endpoint. The Name of a call by [Client.Do] is Do, and its Path is the one that Do was given,
// without the query: {orgId} is not filled in, and ids in it are not replaced.
func OperationFrom(ctx context.Context) (op gen.Operation, ok bool) {
	value, ok := ctx.Value(operationKey{}).(*gen.Operation)
	if !ok {
		return gen.Operation{}, false
	}
	op = *value
	op.Refusals = slices.Clone(op.Refusals)
	return op, true
}
