// Package robustness attacks the client: with answers of any content, requests of any content, and servers that mean harm.
// Package faults beside it lets the network fail.
package robustness

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/openapi"
)

// operation is one operation of the description.
type operation struct {
	*openapi3.Operation
	method string // of HTTP
	path   string // with placeholders
	item   *openapi3.PathItem
}

// operations are those of the description, ordered by their ids.
var operations = sync.OnceValues(func() ([]operation, error) {
	doc, err := openapi.Load()
	if err != nil {
		return nil, err
	}
	var ops []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			ops = append(ops, operation{op, method, path, item})
		}
	}
	slices.SortFunc(ops, func(a, b operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return ops, nil
})

func load(t testing.TB) []operation {
	t.Helper()
	ops, err := operations()
	require.NoError(t, err)
	require.Len(t, ops, 106)
	return ops
}

// service finds the method of a client's service for an operation.
func (op operation) service(t testing.TB, client *api.Client) reflect.Value {
	t.Helper()
	service := reflect.ValueOf(client).Elem().FieldByName(op.Tags[0])
	require.True(t, service.IsValid(), "no service %s", op.Tags[0])
	name := op.Extensions["x-sdk-method"].(string)
	for i := range service.NumMethod() {
		if strings.EqualFold(service.Type().Method(i).Name, name) {
			return service.Method(i)
		}
	}
	t.Fatalf("no method %s.%s", op.Tags[0], name)
	return reflect.Value{}
}

// parameters returns the parameters in one place, those of a path from left to right.
func (op operation) parameters(in string) []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, ref := range slices.Concat(op.item.Parameters, op.Parameters) {
		if ref.Value.In == in {
			list = append(list, ref.Value)
		}
	}
	if in == openapi3.ParameterInPath {
		slices.SortFunc(list, func(a, b *openapi3.Parameter) int {
			return strings.Index(op.path, "{"+a.Name+"}") - strings.Index(op.path, "{"+b.Name+"}")
		})
	}
	return list
}

// content returns the media type of a body or an answer, "" if there is none.
func content(content openapi3.Content) (string, *openapi3.MediaType) {
	for name, media := range content {
		return name, media
	}
	return "", nil
}

func (op operation) body() (string, *openapi3.MediaType) {
	if op.RequestBody == nil {
		return "", nil
	}
	return content(op.RequestBody.Value.Content)
}

func (op operation) answer() (string, *openapi3.MediaType) {
	return content(op.Responses.Value("200").Value.Content)
}

// examples returns the examples of a body or an answer, ordered by their names.
func examples(media *openapi3.MediaType) []any {
	var list []any
	if media.Example != nil {
		list = append(list, media.Example)
	}
	for _, name := range slices.Sorted(maps.Keys(media.Examples)) {
		list = append(list, media.Examples[name].Value.Value)
	}
	return list
}
