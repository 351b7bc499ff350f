package robustness

import (
	"bytes"
	"context"
	"encoding"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/tests/operations"
)

var (
	requests = flag.Int("requests", 8, "how many random requests TestRequests makes for each operation")
	seed     = flag.Uint64("seed", 1, "the seed of TestRequests")
)

// meant is a request as the caller means it.
type meant struct {
	path   []string       // decoded segments
	query  map[string]any // string or json.Number
	header http.Header
	body   any    // JSON, nil for none
	media  string // of the body
	file   []byte // the one in a form
	name   string // of the file
}

// arrived is a request as it came over the line.
type arrived struct {
	method string
	uri    string
	header http.Header
	body   []byte
}

// TestRequests makes random requests for every operation, with all that a schema allows and more, and compares what arrives
// with what was meant. Nothing else may arrive: no header, no parameter, no property.
func TestRequests(t *testing.T) {
	t.Parallel()
	arrivals := make(chan arrived, 1)
	var answer []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is cut off will not be equal
		arrivals <- arrived{r.Method, r.RequestURI, r.Header, body}
		w.Header().Set("Content-Type", r.Header.Get("Accept"))
		_, _ = w.Write(answer)
	}))
	t.Cleanup(server.Close)
	for _, op := range operations.All(t) {
		t.Run(op.OperationID, func(t *testing.T) {
			g := newGenerator(*seed, op.OperationID)
			for range *requests {
				orgID := g.pathID(op)
				client, err := api.New(orgID, api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithHTTPClient(server.Client()),
					api.WithRetry(api.RetryPolicy{MaxTries: 1}), api.WithUserAgent("robustness"))
				require.NoError(t, err)
				method := op.ServiceMethod(t, client)
				answer = emptyAnswer(op, method.Type().Out(0))
				args, want := g.arguments(t, op, method.Type(), orgID)
				_, err = operations.Call(method, args)
				require.NoError(t, err)
				compare(t, op, want, <-arrivals)
				if t.Failed() {
					return // one request says enough
				}
			}
		})
	}
}

func emptyAnswer(op operations.Operation, out reflect.Type) []byte {
	switch {
	case out.Kind() == reflect.Slice:
		return []byte("[]")
	case out.Kind() == reflect.String, op.Extensions["x-sdk-result"] == "none":
		return []byte(`""`)
	}
	return []byte("{}")
}

// arguments makes up the arguments of a service method, and says what the request for them is.
func (g *generator) arguments(t *testing.T, op operations.Operation, method reflect.Type, orgID string) ([]reflect.Value, *meant) {
	t.Helper()
	args := []reflect.Value{reflect.ValueOf(context.Background())}
	next := func() reflect.Value { // the argument after the last one
		arg := reflect.New(method.In(len(args))).Elem()
		args = append(args, arg)
		return arg
	}

	segments := g.segments(op, orgID, next)
	want := &meant{path: filled(op.Path, segments), query: g.query(t, op, next), header: http.Header{}}
	g.body(t, op, segments, next, want)
	require.Equal(t, method.NumIn()-1, len(args), "an argument too many")
	value := g.headerValue()
	want.header.Set("X-Test", value)
	return append(args, reflect.ValueOf(api.Header("X-Test", value))), want
}

// segments makes up the parameters of a path.
func (g *generator) segments(op operations.Operation, orgID string, next func() reflect.Value) map[string]string {
	segments := map[string]string{"orgId": orgID}
	for _, param := range op.ParametersIn(openapi3.ParameterInPath) {
		if param.Name == "orgId" {
			continue
		}
		segments[param.Name] = g.pathID(op)
		if schema := operations.Flatten(param.Schema.Value); len(schema.Enum) > 0 && g.chance(0.8) {
			if known := g.enum(schema); known != "" {
				segments[param.Name] = known
			}
		}
		next().SetString(segments[param.Name])
	}
	return segments
}

// filled returns the segments of a path, with their values for the parameters.
func filled(path string, values map[string]string) []string {
	segments := strings.Split(path[1:], "/")
	for i, segment := range segments {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			segments[i] = values[strings.TrimSuffix(name, "}")]
		}
	}
	return segments
}

// query makes up the parameters of a query, and returns those that are set.
func (g *generator) query(t *testing.T, op operations.Operation, next func() reflect.Value) map[string]any {
	t.Helper()
	want := map[string]any{}
	query := op.ParametersIn(openapi3.ParameterInQuery)
	isRequired := func(p *openapi3.Parameter) bool { return p.Required }
	if slices.ContainsFunc(query, func(p *openapi3.Parameter) bool { return !p.Required }) {
		if arg := next(); slices.ContainsFunc(query, isRequired) || g.chance(0.9) { // nil asks for nothing
			arg.Set(reflect.New(arg.Type().Elem()))
			require.Equal(t, len(query), arg.Elem().NumField(), "a field for each parameter")
			for _, param := range query {
				field := operations.QueryField(t, arg.Elem(), param.Name)
				if param.Required {
					want[param.Name] = g.setRequired(field, param)
				} else if g.chance(0.6) {
					field.Set(reflect.New(field.Type().Elem()))
					want[param.Name] = g.set(field.Elem(), param)
				}
			}
		}
	} else {
		for _, param := range query {
			want[param.Name] = g.setRequired(next(), param)
		}
	}
	return want
}

// setRequired sets a parameter that must not be empty.
func (g *generator) setRequired(arg reflect.Value, param *openapi3.Parameter) any {
	for {
		if value := g.set(arg, param); arg.Kind() != reflect.String || arg.Len() > 0 {
			return value
		}
	}
}

// body makes up the body, which repeats some of the segments of the path.
func (g *generator) body(t *testing.T, op operations.Operation, segments map[string]string, next func() reflect.Value, want *meant) {
	t.Helper()
	switch media, body := op.Body(); {
	case media == "application/json":
		want.media, want.body = media, op.WithIDs(g.value(body.Schema.Value, g.chance(0.1), 0), segments)
		data, err := json.Marshal(want.body)
		require.NoError(t, err)
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber() // a caller's map may hold any number
		require.NoError(t, decoder.Decode(next().Addr().Interface()))
	case media == "multipart/form-data":
		want.media, want.name = media, withoutControls(g.text(), "")
		want.file = []byte(g.line())
		next().SetString(want.name)
		next().Set(reflect.ValueOf(bytes.NewReader(want.file)))
	}
}

// pathID makes up an id of a path, one that JSON can hold if there is a body that may repeat it.
func (g *generator) pathID(op operations.Operation) string {
	if media, _ := op.Body(); media == "application/json" {
		return strings.ToValidUTF8(g.id(), "\ufffd")
	}
	return g.id()
}

// set gives a query parameter a value and returns it.
func (g *generator) set(arg reflect.Value, param *openapi3.Parameter) any {
	switch arg.Kind() {
	case reflect.Float64:
		n := g.number()
		f, _ := n.Float64() // all that the generator makes are in range
		arg.SetFloat(f)
		return n
	case reflect.Int64:
		n := g.integer()
		arg.SetInt(n)
		return json.Number(strconv.FormatInt(n, 10))
	case reflect.Bool:
		arg.SetBool(g.chance(0.5))
		return strconv.FormatBool(arg.Bool())
	}
	text := g.line()
	if schema := operations.Flatten(param.Schema.Value); len(schema.Enum) > 0 {
		text = g.enum(schema)
	}
	if expression, ok := arg.Addr().Interface().(encoding.TextUnmarshaler); ok { // a filter or an order, not sent if it is empty
		text += "x"
		_ = expression.UnmarshalText([]byte(text))
		return text
	}
	arg.SetString(text)
	return text
}
