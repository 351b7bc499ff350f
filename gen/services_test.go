package gen_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// callerFunc is a Caller made of a function.
type callerFunc func(call *gen.Call) error

func (f callerFunc) Call(_ context.Context, call *gen.Call) error { return f(call) }

// newServices returns all services, which act for the organization "org" by caller.
func newServices(caller gen.Caller) []reflect.Value {
	list := []any{
		gen.NewAPIClientsService(caller, "org"),
		gen.NewBillingService(caller, "org"),
		gen.NewBuyersService(caller, "org"),
		gen.NewCatalogService(caller, "org"),
		gen.NewContactsService(caller, "org"),
		gen.NewCRMService(caller, "org"),
		gen.NewEntitlementsService(caller, "org"),
		gen.NewMeteringService(caller, "org"),
		gen.NewNotificationsService(caller, "org"),
		gen.NewOffersService(caller, "org"),
		gen.NewOperationsService(caller, "org"),
		gen.NewOrganizationService(caller, "org"),
		gen.NewProductsService(caller, "org"),
		gen.NewReportsService(caller, "org"),
		gen.NewSupportService(caller, "org"),
	}
	values := make([]reflect.Value, len(list))
	for i, service := range list {
		values[i] = reflect.ValueOf(service)
	}
	return values
}

// invoke calls a method and returns its error; of an iteration, that of its first step.
func invoke(method reflect.Value, args []reflect.Value) error {
	out := method.Call(args)
	last := out[len(out)-1]
	if last.Kind() == reflect.Func {
		for _, err := range last.Seq2() {
			last = err
			break
		}
	}
	err, _ := last.Interface().(error)
	return err
}

func TestEveryOperationHasAMethod(t *testing.T) {
	t.Parallel()
	doc, err := description()
	require.NoError(t, err)
	want := map[string]gen.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			name := op.Extensions["x-sdk-method"].(string)
			var refusals []int
			if list, ok := op.Extensions["x-refusals"].([]any); ok {
				for _, status := range list {
					refusals = append(refusals, int(status.(float64)))
				}
			}
			want[op.OperationID] = gen.Operation{
				ID:     op.OperationID,
				Name:   lower(op.Tags[0] + "." + name),
				Method: method,
				Path:   path,
				Effect: gen.Effect(op.Extensions["x-effect"].(string)),

				Refusals: refusals,
			}
		}
	}

	got := map[string]gen.Operation{}
	var method string
	for _, service := range newServices(callerFunc(func(call *gen.Call) error {
		op := *call.Operation
		op.Name = lower(op.Name)
		got[op.ID] = op
		req, err := call.NewRequest("https://api.example.com")
		require.NoError(t, err, method)
		assert.Equal(t, call.Operation.Method, req.Method)
		service, name, _ := strings.Cut(call.Operation.Name, ".")
		assert.Equal(t, "*gen."+service+"Service."+name, method)
		return nil
	})) {
		for i := range service.NumMethod() {
			name := service.Type().Method(i).Name
			if strings.HasPrefix(name, "All") {
				continue // the method of a single page makes its calls
			}
			method = service.Type().String() + "." + name
			require.NoError(t, invoke(service.Method(i), arguments(service.Method(i).Type(), "id")), method)
		}
	}
	assert.Equal(t, want, got)
	assert.Len(t, got, 132)
}

// An id fills one segment of the path, whatever it holds, or the call is not made.
func TestIDsStayInTheirSegment(t *testing.T) {
	t.Parallel()
	var sent *gen.Call
	checked := 0
	for _, service := range newServices(callerFunc(func(call *gen.Call) error {
		sent = call
		return nil
	})) {
		for i := range service.NumMethod() {
			method := service.Method(i)
			name := service.Type().String() + "." + service.Type().Method(i).Name
			require.NoError(t, invoke(method, arguments(method.Type(), "id")), name)
			op := sent.Operation

			// The path's parameters are the arguments after the context.
			for n := range strings.Count(op.Path, "{") - 1 {
				checked++
				for _, id := range []string{"", ".", ".."} {
					sent = nil
					args := arguments(method.Type(), "id")
					args[1+n] = reflect.ValueOf(id).Convert(args[1+n].Type())
					var refused *gen.ArgumentError
					require.ErrorAs(t, invoke(method, args), &refused, "%s with %q", name, id)
					assert.Nil(t, sent, "%s sent %q", name, id)
					assert.Equal(t, op.Name, refused.Operation)
					assert.Contains(t, op.Path, "{"+refused.Argument+"}")
					assert.Equal(t, id, refused.Value)
				}
			}

			for _, id := range []string{"a/b", "../x", "a?b#c", "%2e%2e", "zoë 1", "a;b=c"} {
				require.NoError(t, invoke(method, arguments(method.Type(), id)), name)
				req, err := sent.NewRequest("https://api.example.com/v0/")
				require.NoError(t, err)
				segments := strings.Split(req.URL.EscapedPath(), "/")
				want := strings.Split("/v0"+op.Path, "/")
				require.Len(t, segments, len(want), "%s: %s", name, req.URL)
				for i := range want {
					if want[i] == "{orgId}" {
						want[i] = "org"
					} else if strings.HasPrefix(want[i], "{") {
						want[i] = id
					}
					segments[i], err = url.PathUnescape(segments[i])
					require.NoError(t, err)
				}
				assert.Equal(t, want, segments, name)
			}
		}
	}
	assert.Greater(t, checked, 80)
}

func TestArgumentErrorSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	service := gen.NewOffersService(callerFunc(func(*gen.Call) error { return nil }), "org")
	_, err := service.UpdateMetaInfo(context.Background(), "..", gen.MetaInfo{})
	assert.EqualError(t, err, `Offers.UpdateMetaInfo: offerId "..": is a step in a path, not an id`)
	_, err = service.Get(context.Background(), "")
	assert.EqualError(t, err, `Offers.Get: offerId "": must not be empty`)
	support := gen.NewSupportService(callerFunc(func(*gen.Call) error { return nil }), "org")
	for _, name := range []string{"a\x00.png", "a\r\nb.png", "a\x7f.png"} {
		_, err = support.CreateTicketAttachment(context.Background(), "id", name, strings.NewReader("file"))
		assert.EqualError(t, err, fmt.Sprintf("Support.CreateTicketAttachment: filename %q: has control characters", name))
	}
}

func TestErrorsOfTheCallerArePassedOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken line")
	for _, service := range newServices(callerFunc(func(*gen.Call) error { return broken })) {
		for i := range service.NumMethod() {
			method := service.Method(i)
			assert.ErrorIs(t, invoke(method, arguments(method.Type(), "id")), broken, service.Type().Method(i).Name)
		}
	}
}
