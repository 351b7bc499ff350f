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
	"github.com/suger-go/suger/tests/operations"
)

// callerFunc is a Caller made of a function.
type callerFunc func(call *gen.Call) error

func (f callerFunc) Call(_ context.Context, call *gen.Call) error { return f(call) }

func TestEveryOperationHasAMethod(t *testing.T) {
	t.Parallel()
	want := map[string]gen.Operation{}
	for _, op := range operations.All(t) {
		var refusals []int
		if list, ok := op.Extensions["x-refusals"].([]any); ok {
			for _, status := range list {
				refusals = append(refusals, int(status.(float64)))
			}
		}
		want[op.OperationID] = gen.Operation{
			ID:     op.OperationID,
			Name:   lower(op.Tags[0] + "." + op.Extensions["x-sdk-method"].(string)),
			Method: op.Method,
			Path:   op.Path,
			Effect: gen.Effect(op.Extensions["x-effect"].(string)),

			Refusals: refusals,
		}
	}

	got := map[string]gen.Operation{}
	var asked *gen.Operation
	for name, method := range operations.Methods(callerFunc(func(call *gen.Call) error {
		asked = call.Operation
		req, err := call.NewRequest("https://api.example.com")
		require.NoError(t, err, asked.Name)
		assert.Equal(t, asked.Method, req.Method)
		return nil
	}), "org") {
		if operations.IsIterator(method) {
			continue // the method of a single page makes its calls
		}
		_, err := operations.Call(method, operations.LeastArguments(t.Context(), method, "id"))
		require.NoError(t, err, name)
		assert.Equal(t, name, asked.Name)
		op := *asked
		op.Name = lower(op.Name)
		got[op.ID] = op
	}
	assert.Equal(t, want, got)
}

// An id fills one segment of the path, whatever it holds, or the call is not made.
func TestIDsStayInTheirSegment(t *testing.T) {
	t.Parallel()
	var sent *gen.Call
	checked := 0
	call := func(method reflect.Value, args []reflect.Value) error {
		_, err := operations.Call(method, args)
		return err
	}
	for name, method := range operations.Methods(callerFunc(func(call *gen.Call) error {
		sent = call
		return nil
	}), "org") {
		require.NoError(t, call(method, operations.LeastArguments(t.Context(), method, "id")), name)
		op := sent.Operation

		// The path's parameters are the arguments after the context.
		for n := range strings.Count(op.Path, "{") - 1 {
			checked++
			for _, id := range []string{"", ".", ".."} {
				sent = nil
				args := operations.LeastArguments(t.Context(), method, "id")
				args[1+n].SetString(id)
				var refused *gen.ArgumentError
				require.ErrorAs(t, call(method, args), &refused, "%s with %q", name, id)
				assert.Nil(t, sent, "%s sent %q", name, id)
				assert.Equal(t, op.Name, refused.Operation)
				assert.Contains(t, op.Path, "{"+refused.Argument+"}")
				assert.Equal(t, id, refused.Value)
			}
		}

		for _, id := range []string{"a/b", "../x", "a?b#c", "%2e%2e", "zoë 1", "a;b=c"} {
			require.NoError(t, call(method, operations.LeastArguments(t.Context(), method, id)), name)
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
	for name, method := range operations.Methods(callerFunc(func(*gen.Call) error { return broken }), "org") {
		_, err := operations.Call(method, operations.LeastArguments(t.Context(), method, "id"))
		assert.ErrorIs(t, err, broken, name)
	}
}
