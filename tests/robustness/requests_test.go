package robustness

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/big"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
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
	want := &meant{query: map[string]any{}, header: http.Header{}}
	args := []reflect.Value{reflect.ValueOf(context.Background())}
	next := func() reflect.Value { // the argument after the last one
		arg := reflect.New(method.In(len(args))).Elem()
		args = append(args, arg)
		return arg
	}

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
	for segment := range strings.SplitSeq(op.Path[1:], "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			segment = segments[strings.TrimSuffix(name, "}")]
		}
		want.path = append(want.path, segment)
	}

	query := op.ParametersIn(openapi3.ParameterInQuery)
	if slices.ContainsFunc(query, func(p *openapi3.Parameter) bool { return !p.Required }) {
		if arg := next(); g.chance(0.9) { // nil asks for nothing
			arg.Set(reflect.New(arg.Type().Elem()))
			require.Equal(t, len(query), arg.Elem().NumField(), "a field for each parameter")
			for _, param := range query {
				field := operations.QueryField(t, arg.Elem(), param.Name)
				if !g.chance(0.6) {
					continue
				}
				field.Set(reflect.New(field.Type().Elem()))
				want.query[param.Name] = g.set(field.Elem(), param)
			}
		}
	} else {
		for _, param := range query {
			want.query[param.Name] = g.set(next(), param)
		}
	}

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
	require.Equal(t, method.NumIn()-1, len(args), "an argument too many")
	value := g.headerValue()
	want.header.Set("X-Test", value)
	return append(args, reflect.ValueOf(api.Header("X-Test", value))), want
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
	}
	text := g.line()
	if schema := operations.Flatten(param.Schema.Value); len(schema.Enum) > 0 {
		text = g.enum(schema)
	}
	arg.SetString(text)
	return text
}

func compare(t *testing.T, op operations.Operation, want *meant, got arrived) {
	t.Helper()
	assert.Equal(t, op.Method, got.method)
	rawPath, rawQuery, _ := strings.Cut(got.uri, "?")
	var path []string
	for segment := range strings.SplitSeq(strings.TrimPrefix(rawPath, "/"), "/") {
		segment, err := url.PathUnescape(segment)
		require.NoError(t, err, rawPath)
		path = append(path, segment)
	}
	assert.Equal(t, want.path, path)

	query, err := url.ParseQuery(rawQuery)
	require.NoError(t, err, rawQuery)
	for name, values := range query {
		require.Len(t, values, 1, name)
		if number, ok := want.query[name].(json.Number); ok {
			assert.True(t, sameNumber(number, json.Number(values[0])), "%s: %s was meant, %s came", name, number, values[0])
			delete(want.query, name)
		} else if assert.Equal(t, want.query[name], values[0], name) {
			delete(want.query, name)
		}
	}
	assert.Empty(t, want.query, "not sent")

	for name, value := range map[string]string{"Authorization": "Key key", "User-Agent": "robustness suger-go/devel", "Accept-Encoding": "gzip"} {
		want.header.Set(name, value)
	}
	want.header["Accept"] = got.header["Accept"]
	if media, _ := op.Answer(); assert.Len(t, got.header["Accept"], 1) {
		assert.Equal(t, media, got.header["Accept"][0])
	}
	// A call that would act again and has no body comes with an empty one in chunks, which no transport can send again.
	chunked := op.Extensions["x-effect"] == "unsafe" && want.media == ""
	if want.media != "" || op.Method != http.MethodGet && op.Method != http.MethodDelete && !chunked {
		want.header.Set("Content-Length", strconv.Itoa(len(got.body)))
	}
	if want.media != "" {
		media, _, err := mime.ParseMediaType(got.header.Get("Content-Type"))
		assert.NoError(t, err)
		assert.Equal(t, want.media, media)
		want.header["Content-Type"] = got.header["Content-Type"]
	}
	assert.Equal(t, want.header, got.header)

	switch want.media {
	case "":
		assert.Empty(t, got.body)
	case "multipart/form-data":
		compareFile(t, want, got)
	default:
		decoder := json.NewDecoder(bytes.NewReader(got.body))
		decoder.UseNumber()
		var body any
		require.NoError(t, decoder.Decode(&body), "%s", got.body)
		if id, ok := op.Extensions["x-caller-id"].(string); ok && want.body.(map[string]any)[id] == nil {
			made, _ := body.(map[string]any)[id].(string)
			assert.NoError(t, uuid.Validate(made), "the id that the client makes up")
			delete(body.(map[string]any), id)
		}
		if diff := difference("body", want.body, body); diff != "" {
			t.Error(diff)
		}
	}
}

func compareFile(t *testing.T, want *meant, got arrived) {
	t.Helper()
	_, params, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	require.NoError(t, err)
	form := multipart.NewReader(bytes.NewReader(got.body), params["boundary"])
	part, err := form.NextRawPart()
	require.NoError(t, err)
	assert.Equal(t, "file", part.FormName())
	_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	require.NoError(t, err, part.Header)
	assert.Equal(t, want.name, disposition["filename"])
	file, err := io.ReadAll(part)
	require.NoError(t, err)
	assert.Equal(t, want.file, file)
	_, err = form.NextRawPart()
	assert.Equal(t, io.EOF, err, "one part")
}

// difference describes where two JSON values differ, "" if they are equal.
func difference(place string, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s: no object", place)
		}
		keys := maps.Clone(want)
		maps.Copy(keys, got)
		for key := range keys {
			w, meant := want[key]
			g, came := got[key]
			if meant != came {
				return fmt.Sprintf("%s has %q: meant %t, came %t", place, key, meant, came)
			}
			if diff := difference(fmt.Sprintf("%s/%.100q", place, key), w, g); diff != "" {
				return diff
			}
		}
		return ""
	case []any:
		got, ok := got.([]any)
		if !ok || len(want) != len(got) {
			return fmt.Sprintf("%s: %d items were meant, %.100v came", place, len(want), got)
		}
		for i := range want {
			if diff := difference(fmt.Sprintf("%s/%d", place, i), want[i], got[i]); diff != "" {
				return diff
			}
		}
		return ""
	case json.Number:
		if got, ok := got.(json.Number); ok && sameNumber(want, got) {
			return ""
		}
	default:
		if want == got {
			return ""
		}
	}
	return fmt.Sprintf("%s: %.200q was meant, %.200q came", place, want, got)
}

// sameNumber compares exactly, whatever the notation.
func sameNumber(a, b json.Number) bool {
	x, ok := new(big.Rat).SetString(string(a))
	y, ok2 := new(big.Rat).SetString(string(b))
	return ok && ok2 && x.Cmp(y) == 0 && strings.HasPrefix(string(a), "-") == strings.HasPrefix(string(b), "-")
}
