// Package operations has the operations of the description for the tests that go through all of them: what they are, the methods
// of the services behind them, and arguments to call these with.
package operations

import (
	"cmp"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/openapi"
)

// Operation is one operation of the description.
type Operation struct {
	*openapi3.Operation
	Method string // of HTTP
	Path   string // with placeholders
	Item   *openapi3.PathItem
}

var load = sync.OnceValues(openapi.Load)

// Description returns the description. The tests of a package share it, so none may change it.
func Description(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := load()
	require.NoError(t, err)
	return doc
}

// All returns the operations of the description, by tag, path and method.
func All(t testing.TB) []Operation {
	t.Helper()
	var all []Operation
	for path, item := range Description(t).Paths.Map() {
		for method, op := range item.Operations() {
			all = append(all, Operation{op, method, path, item})
		}
	}
	require.NotEmpty(t, all)
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(slices.Compare(a.Tags, b.Tags), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return all
}

// ServiceMethod returns the method of a client's service that calls the operation.
func (op Operation) ServiceMethod(t testing.TB, client *api.Client) reflect.Value {
	t.Helper()
	service := reflect.ValueOf(client).Elem().FieldByName(op.Tags[0])
	require.True(t, service.IsValid(), "no service %s", op.Tags[0])
	name := op.Extensions["x-sdk-method"].(string)
	for i := range service.NumMethod() {
		if strings.EqualFold(service.Type().Method(i).Name, name) {
			return service.Method(i)
		}
	}
	require.FailNow(t, "no method", "%s.%s", op.Tags[0], name)
	return reflect.Value{}
}

// ParametersIn returns the parameters in one place, such as "query"; those of a path from left to right.
func (op Operation) ParametersIn(in string) []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, ref := range slices.Concat(op.Item.Parameters, op.Parameters) {
		if ref.Value.In == in {
			list = append(list, ref.Value)
		}
	}
	if in == openapi3.ParameterInPath {
		slices.SortFunc(list, func(a, b *openapi3.Parameter) int {
			return strings.Index(op.Path, "{"+a.Name+"}") - strings.Index(op.Path, "{"+b.Name+"}")
		})
	}
	return list
}

// Body returns the media type of the body and what is said of it, "" and nil if there is none.
func (op Operation) Body() (string, *openapi3.MediaType) {
	if op.RequestBody == nil {
		return "", nil
	}
	return only(op.RequestBody.Value.Content)
}

// Answer returns the media type of the answer of success and its content.
func (op Operation) Answer() (string, *openapi3.MediaType) {
	return only(op.Responses.Value("200").Value.Content)
}

// only returns the only media type of a body or an answer; package description checks that there is no other.
func only(content openapi3.Content) (string, *openapi3.MediaType) {
	for name, media := range content {
		return name, media
	}
	return "", nil
}

// Examples returns the examples of a body or an answer, ordered by their names.
func Examples(media *openapi3.MediaType) []any {
	var list []any
	if media.Example != nil {
		list = append(list, media.Example)
	}
	for _, name := range slices.Sorted(maps.Keys(media.Examples)) {
		list = append(list, media.Examples[name].Value.Value)
	}
	return list
}

// Services returns the services of package gen, which act for an organization by caller.
func Services(caller gen.Caller, orgID string) []reflect.Value {
	var values []reflect.Value
	for _, service := range []any{
		gen.NewAPIClientsService(caller, orgID), gen.NewBillingService(caller, orgID), gen.NewBuyersService(caller, orgID),
		gen.NewCatalogService(caller, orgID), gen.NewContactsService(caller, orgID), gen.NewCRMService(caller, orgID),
		gen.NewEntitlementsService(caller, orgID), gen.NewMeteringService(caller, orgID), gen.NewNotificationsService(caller, orgID),
		gen.NewOffersService(caller, orgID), gen.NewOperationsService(caller, orgID), gen.NewOrganizationService(caller, orgID),
		gen.NewProductsService(caller, orgID), gen.NewReportsService(caller, orgID), gen.NewSupportService(caller, orgID),
	} {
		values = append(values, reflect.ValueOf(service))
	}
	return values
}

// Methods returns the methods of Services by their names, such as "Offers.Get", and with them the iterators, such as "Offers.All".
func Methods(caller gen.Caller, orgID string) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for _, service := range Services(caller, orgID) {
			tag := strings.TrimSuffix(service.Elem().Type().Name(), "Service")
			for i := range service.NumMethod() {
				if !yield(tag+"."+service.Type().Method(i).Name, service.Method(i)) {
					return
				}
			}
		}
	}
}

// IsIterator reports whether a method returns an iterator, which calls the method of a single page.
func IsIterator(method reflect.Value) bool { return method.Type().Out(0).Kind() == reflect.Func }

// Call calls a method and returns its result, nil if it has none, and its error; of an iterator those of its first step.
func Call(method reflect.Value, args []reflect.Value) (result any, err error) {
	out := method.Call(args)
	if IsIterator(method) {
		first := out[0]
		out = nil
		for item, failure := range first.Seq2() {
			out = []reflect.Value{item, failure}
			break
		}
	}
	if len(out) == 2 {
		result = out[0].Interface()
	}
	if len(out) > 0 {
		err, _ = out[len(out)-1].Interface().(error)
	}
	return result, err
}
