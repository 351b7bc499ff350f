package operations

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// seen is a transport that notes the operation and the path of each request.
type seen struct {
	operations []gen.Operation
	paths      []string
}

func (s *seen) RoundTrip(req *http.Request) (*http.Response, error) {
	op, ok := api.OperationFrom(req.Context())
	if !ok {
		op.Name = "not in the context"
	}
	s.operations, s.paths = append(s.operations, op), append(s.paths, req.URL.EscapedPath())
	return http.DefaultTransport.RoundTrip(req)
}

// check holds each request of a call to be of the operation, with a path that its template matches.
func (s *seen) check(t *testing.T, want Operation) {
	t.Helper()
	template := regexp.MustCompile("^" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(want.Path, "[^/]+") + "$")
	for i, op := range s.operations {
		assert.Equal(t, want.OperationID, op.ID)
		assert.Equal(t, want.Method, op.Method)
		assert.Equal(t, want.Path, op.Path)
		assert.True(t, strings.HasPrefix(op.Name, want.Tags[0]+"."), op.Name)
		assert.Regexp(t, template, s.paths[i])
	}
}

// Each operation is called on a server that refuses its first request for now. A transport sees the operation with both requests.
func TestOperationInTheContext(t *testing.T) {
	requests := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests%2 == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(srv.Close)
	transport := &seen{}
	client, err := api.New(orgID, api.WithAPIKey("key"), api.WithBaseURL(srv.URL), api.WithTransport(transport),
		api.WithRetry(api.RetryPolicy{MaxTries: 2, BaseDelay: 1, MaxDelay: 1}))
	require.NoError(t, err)
	for _, op := range All(t) {
		t.Run(op.OperationID, func(t *testing.T) {
			*transport = seen{}
			method := op.ServiceMethod(t, client)
			_, err := Call(method, op.Arguments(t, method, orgID, Example))
			require.ErrorIs(t, err, api.ErrNotFound)
			require.Len(t, transport.operations, 2)
			transport.check(t, op)
		})
	}
}

// The pages of an iteration are requests of the operation of one page.
func TestOperationOfIterations(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	transport := &seen{}
	client, err := api.New(orgID, api.WithAPIKey("key"), api.WithBaseURL(srv.URL), api.WithTransport(transport))
	require.NoError(t, err)
	paged := map[string]Operation{}
	for _, op := range All(t) {
		if op.Extensions["x-paging"] != nil {
			paged[op.OperationID] = op
		}
	}
	for field, service := range reflect.ValueOf(client).Elem().Fields() {
		if !field.IsExported() {
			continue
		}
		for i := range service.NumMethod() {
			method := service.Method(i)
			if !IsIterator(method) {
				continue
			}
			*transport = seen{}
			_, err := Call(method, LeastArguments(t.Context(), method, "id-1"))
			require.ErrorIs(t, err, api.ErrNotFound, service.Type().Method(i).Name)
			require.Len(t, transport.operations, 1)
			id := transport.operations[0].ID
			require.Contains(t, paged, id)
			transport.check(t, paged[id])
			delete(paged, id)
		}
	}
	assert.Empty(t, paged, "lists without an iteration")
}
