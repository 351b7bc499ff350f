// Package description holds the description to what is generated from it: nothing is lost on the way, and every operation
// has what its method is made of.
package description

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/openapi"
)

const goldenFile = "../testdata/operations.txt"

var update = flag.Bool("update", false, "write "+goldenFile+" anew")

// operation is one of the description, with its place in it.
type operation struct {
	*openapi3.Operation
	method string
	path   string
	item   *openapi3.PathItem
}

// operations returns those of the bundle, by tag, path and method.
func operations(t *testing.T) []operation {
	doc, err := openapi.Load()
	require.NoError(t, err)
	var all []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all = append(all, operation{op, method, path, item})
		}
	}
	slices.SortFunc(all, func(a, b operation) int {
		return cmp.Or(slices.Compare(a.Tags, b.Tags), cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method))
	})
	return all
}

// recorder is a caller that sends nothing and remembers which operation it was asked for.
type recorder struct{ asked *gen.Operation }

func (r *recorder) Call(_ context.Context, call *gen.Call) error {
	r.asked = call.Operation
	return nil
}

// methods calls every method of every service once and returns the operations behind them, by the method's name.
func methods(t *testing.T) map[string]gen.Operation {
	r := &recorder{}
	services := []any{
		gen.NewAPIClientsService(r, "org"), gen.NewBillingService(r, "org"), gen.NewBuyersService(r, "org"),
		gen.NewCatalogService(r, "org"), gen.NewContactsService(r, "org"), gen.NewCRMService(r, "org"),
		gen.NewEntitlementsService(r, "org"), gen.NewMeteringService(r, "org"), gen.NewNotificationsService(r, "org"),
		gen.NewOffersService(r, "org"), gen.NewOperationsService(r, "org"), gen.NewOrganizationService(r, "org"),
		gen.NewProductsService(r, "org"), gen.NewReportsService(r, "org"), gen.NewSupportService(r, "org"),
	}
	all := map[string]gen.Operation{}
	for _, service := range services {
		v := reflect.ValueOf(service)
		tag := strings.TrimSuffix(v.Elem().Type().Name(), "Service")
		for i := range v.NumMethod() {
			name := tag + "." + v.Type().Method(i).Name
			method := v.Method(i)
			if method.Type().Out(0).Kind() == reflect.Func {
				continue // an iterator, which calls the method of one page
			}
			r.asked = nil
			out := method.Call(arguments(t, method.Type()))
			require.True(t, out[len(out)-1].IsNil(), "%s: %v", name, out[len(out)-1])
			require.NotNil(t, r.asked, name)
			all[name] = *r.asked
		}
	}
	return all
}

// arguments returns what a method takes at the least: ids that are not empty, and nothing else.
func arguments(t *testing.T, method reflect.Type) []reflect.Value {
	args := []reflect.Value{reflect.ValueOf(t.Context())}
	for i := 1; i < method.NumIn()-1; i++ { // the last ones are the options
		arg := reflect.New(method.In(i)).Elem()
		switch {
		case arg.Kind() == reflect.String:
			arg.SetString("x")
		case arg.Kind() == reflect.Interface:
			arg.Set(reflect.ValueOf(strings.NewReader("")))
		}
		args = append(args, arg)
	}
	return args
}

// TestOperations compares the operations of the description with those of the client, and both with a list that is kept, so
// that one that is lost or changes its name, path or effect is seen. Run it with -update after a change that is meant.
func TestOperations(t *testing.T) {
	t.Parallel()
	byID := map[string]string{} // method of the client by operationId
	var client []string
	for name, op := range methods(t) {
		assert.Equal(t, name, op.Name, "the name of the operation behind %s", name)
		byID[op.ID] = name
		tag, _, _ := strings.Cut(name, ".")
		client = append(client, fmt.Sprintln(op.Method, op.Path, tag, op.ID, name, op.Effect))
	}

	var description []string
	for _, op := range operations(t) {
		name := byID[op.OperationID]
		_, method, _ := strings.Cut(name, ".")
		assert.True(t, strings.EqualFold(method, op.Extensions["x-sdk-method"].(string)),
			"%s: the client's method is %q", op.OperationID, name)
		description = append(description,
			fmt.Sprintln(op.method, op.path, op.Tags[0], op.OperationID, name, op.Extensions["x-effect"]))
	}
	if *update {
		require.NoError(t, os.WriteFile(goldenFile, []byte(strings.Join(description, "")), 0o644))
	}
	data, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	golden := slices.Collect(strings.Lines(string(data)))

	assert.Empty(t, without(golden, description), "in the list, not in the description")
	assert.Empty(t, without(description, golden), "in the description, not in the list")
	assert.Empty(t, without(description, client), "in the description, not in the client")
	assert.Empty(t, without(client, description), "in the client, not in the description")
}

// without returns the lines of a that b lacks.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(line string) bool { return slices.Contains(b, line) })
}
