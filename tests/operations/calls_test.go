package operations

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// server validates each request and answers with the given content.
type server struct {
	url     string
	answer  []byte
	served  string // operationId of the last request
	invalid error  // what is wrong with it
}

func newServer(t *testing.T) *server {
	s := &server{}
	mux := http.NewServeMux()
	for _, op := range All(t) {
		route := &routers.Route{Spec: Description(t), Path: op.Path, PathItem: op.Item, Method: op.Method, Operation: op.Operation}
		mux.HandleFunc(op.Method+" "+op.Path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route) })
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *server) serve(w http.ResponseWriter, r *http.Request, route *routers.Route) {
	params := map[string]string{}
	for segment := range strings.SplitSeq(route.Path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			params[name] = r.PathValue(name)
		}
	}
	s.served = route.Operation.OperationID
	s.invalid = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	w.Header().Set("Content-Type", r.Header.Get("Accept"))
	_, _ = w.Write(s.answer)
}

const orgID = "org-1"

// Each operation is called twice: with the examples of the description, and with bodies and answers in which every property
// is filled. The request must be valid, the answer must decode, and encoding it again must give it back.
func TestEveryOperation(t *testing.T) {
	srv := newServer(t)
	client, err := api.New(orgID, api.WithAPIKey("key"), api.WithBaseURL(srv.url), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	require.NoError(t, err)
	for _, op := range All(t) {
		for kind, values := range map[string]func(*openapi3.MediaType) any{"example": Example, "filled": Filled} {
			t.Run(op.OperationID+"/"+kind, func(t *testing.T) {
				method := op.ServiceMethod(t, client)
				mediaType, media := op.Answer()
				answer := values(media)
				encoded, err := json.Marshal(answer)
				require.NoError(t, err)
				srv.answer = encoded
				if mediaType != "application/json" {
					srv.answer = []byte(answer.(string))
				}
				result, err := Call(method, op.Arguments(t, method, orgID, values))
				require.NoError(t, err)
				require.NoError(t, srv.invalid)
				assert.Equal(t, op.OperationID, srv.served)
				if method.Type().NumOut() == 1 {
					assert.Equal(t, "none", op.Extensions["x-sdk-result"], "an answer with content is returned")
					return
				}
				again, err := json.Marshal(result)
				require.NoError(t, err)
				assert.JSONEq(t, string(encoded), string(again))
			})
		}
	}
}
