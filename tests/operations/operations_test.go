// Package operations calls every operation of the description through its service method, over HTTP, and compares what goes
// over the line with the description.
package operations

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/openapi"
)

// operation is one operation of the description.
type operation struct {
	*openapi3.Operation
	service string
	method  string // of the service, but for the case of its letters
	path    string
}

func load(t *testing.T) (*openapi3.T, []operation) {
	t.Helper()
	doc, err := openapi.Load()
	require.NoError(t, err)
	var ops []operation
	for path, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			ops = append(ops, operation{op, op.Tags[0], op.Extensions["x-sdk-method"].(string), path})
		}
	}
	require.Len(t, ops, 106)
	return doc, ops
}

// server validates each request and answers with the given content.
type server struct {
	url     string
	answer  []byte
	served  string // operationId of the last request
	invalid error  // what is wrong with it
}

func newServer(t *testing.T, doc *openapi3.T) *server {
	s := &server{}
	mux := http.NewServeMux()
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			route := &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}
			mux.HandleFunc(method+" "+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route) })
		}
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

// Each operation is called twice: with the examples of the description, and with bodies and answers in which every property
// is filled. The request must be valid, the answer must decode, and encoding it again must give it back.
func TestEveryOperation(t *testing.T) {
	doc, ops := load(t)
	srv := newServer(t, doc)
	client, err := api.New(orgID, api.WithAPIKey("key"), api.WithBaseURL(srv.url), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	require.NoError(t, err)
	for _, op := range ops {
		for kind, values := range map[string]func(*openapi3.MediaType) any{"example": exampleOf, "filled": filledOf} {
			t.Run(op.OperationID+"/"+kind, func(t *testing.T) {
				method := serviceMethod(t, client, op)
				mediaType, media := success(t, op)
				answer := values(media)
				if mediaType == "application/json" {
					srv.answer, err = json.Marshal(answer)
					require.NoError(t, err)
				} else {
					srv.answer = []byte(answer.(string))
				}
				out := method.Call(arguments(t, method.Type(), doc, op, values))
				if err := out[len(out)-1].Interface(); err != nil {
					t.Fatal(err)
				}
				require.NoError(t, srv.invalid)
				assert.Equal(t, op.OperationID, srv.served)
				if len(out) == 1 {
					assert.Equal(t, "none", op.Extensions["x-sdk-result"], "an answer with content is returned")
					return
				}
				again, err := json.Marshal(out[0].Interface())
				require.NoError(t, err)
				want, err := json.Marshal(answer)
				require.NoError(t, err)
				assert.JSONEq(t, string(want), string(again))
			})
		}
	}
}

// serviceMethod finds the method of a client's service by the names in the description.
func serviceMethod(t *testing.T, client *api.Client, op operation) reflect.Value {
	t.Helper()
	service := reflect.ValueOf(client).Elem().FieldByName(op.service)
	require.True(t, service.IsValid(), "no service %s", op.service)
	for i := range service.NumMethod() {
		if strings.EqualFold(service.Type().Method(i).Name, op.method) {
			return service.Method(i)
		}
	}
	t.Fatalf("no method %s.%s", op.service, op.method)
	return reflect.Value{}
}

// arguments makes the arguments of a service method, but for its options, from the description.
func arguments(t *testing.T, method reflect.Type, doc *openapi3.T, op operation, values func(*openapi3.MediaType) any) []reflect.Value {
	t.Helper()
	var body any
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Value.Content {
			body = op.withPathIDs(values(media))
		}
	}
	args := []reflect.Value{reflect.ValueOf(context.Background())}
	for i := 1; i < method.NumIn()-1; i++ { // the last are the options
		in := method.In(i)
		switch {
		case in == reflect.TypeFor[string]() && body == nil:
			args = append(args, reflect.ValueOf(fmt.Sprintf("text-%d", i)))
		case in == reflect.TypeFor[string]():
			args = append(args, reflect.ValueOf(pathID))
		case in == reflect.TypeFor[gen.Partner]():
			args = append(args, reflect.ValueOf(gen.PartnerAws))
		case in == reflect.TypeFor[gen.EntityType]():
			args = append(args, reflect.ValueOf(gen.EntityTypeOffer))
		case in.Kind() == reflect.Float64 || in.Kind() == reflect.Int64:
			args = append(args, reflect.ValueOf(16777217).Convert(in))
		case in == reflect.TypeFor[io.Reader]():
			args = append(args, reflect.ValueOf(strings.NewReader("a file")))
		case in.Kind() == reflect.Pointer && strings.HasSuffix(in.Elem().Name(), "Params"):
			args = append(args, queryOf(in.Elem(), doc))
		default:
			data, err := json.Marshal(body)
			require.NoError(t, err)
			value := reflect.New(in)
			require.NoError(t, json.Unmarshal(data, value.Interface()))
			args = append(args, value.Elem())
		}
	}
	return args
}

// The organization of the client, and the id that fills a path beside a body.
const orgID, pathID = "org-1", "id/with a slash"

// withPathIDs returns a body, or each element of one, with the ids of the call: the client refuses others.
func (op operation) withPathIDs(body any) any {
	switch body := body.(type) {
	case []any:
		elements := slices.Clone(body)
		for i := range elements {
			elements[i] = op.withPathIDs(elements[i])
		}
		return elements
	case map[string]any:
		body = maps.Clone(body)
		repeated, _ := op.Extensions["x-body-id"].(map[string]any)
		for name := range body {
			switch {
			case strings.EqualFold(name, "organizationId"):
				body[name] = orgID
			case repeated[name] != nil || strings.Contains(strings.ToLower(op.path), "{"+strings.ToLower(name)+"}"):
				body[name] = pathID
			}
		}
		return body
	}
	return body
}

// queryOf fills every query parameter.
func queryOf(params reflect.Type, doc *openapi3.T) reflect.Value {
	value := reflect.New(params)
	for i := range params.NumField() {
		field := reflect.New(params.Field(i).Type.Elem())
		switch field.Elem().Kind() {
		case reflect.Int64:
			field.Elem().SetInt(7)
		default:
			field.Elem().SetString("")
			if field.Elem().Type() == reflect.TypeFor[string]() {
				field.Elem().SetString("a & b")
			} else if known := firstValue(field.Elem().Type(), doc); known != "" {
				field.Elem().SetString(known)
			}
		}
		value.Elem().Field(i).Set(field)
	}
	return value
}

// firstValue returns a value that a query parameter of an enum type may have.
func firstValue(enum reflect.Type, doc *openapi3.T) string {
	for _, value := range doc.Components.Schemas[enum.Name()].Value.Enum {
		if value != "" {
			return value.(string)
		}
	}
	return ""
}

// success returns the media type and the content of the 200 answer.
func success(t *testing.T, op operation) (string, *openapi3.MediaType) {
	t.Helper()
	for name, media := range op.Responses.Value("200").Value.Content {
		mediaType, _, err := mime.ParseMediaType(name)
		require.NoError(t, err)
		return mediaType, media
	}
	t.Fatal("200 has no content")
	return "", nil
}

func exampleOf(media *openapi3.MediaType) any {
	if media.Example != nil {
		return media.Example
	}
	for _, example := range media.Examples {
		return example.Value.Value
	}
	return filledOf(media) // a file has no example
}

func filledOf(media *openapi3.MediaType) any { return filled(media.Schema.Value, 0) }

// filled returns a value with every property of a schema set, to numbers that float32 and int32 would spoil.
func filled(schema *openapi3.Schema, depth int) any {
	switch {
	case len(schema.AllOf) == 1:
		return filled(schema.AllOf[0].Value, depth)
	case len(schema.AnyOf) > 0:
		return filled(schema.AnyOf[0].Value, depth)
	case len(schema.Enum) > 0:
		return schema.Enum[len(schema.Enum)-1]
	case schema.Type.Is("boolean"):
		return false
	case schema.Type.Is("number"):
		return 16777217.05
	case schema.Type.Is("integer"):
		if schema.Max != nil {
			return *schema.Max
		}
		return int64(9007199254740991)
	case schema.Type.Is("string") && schema.Format == "date-time":
		return "2026-03-04T05:06:07.089Z"
	case schema.Type.Is("string") && schema.MaxLength != nil && *schema.MaxLength == 0:
		return ""
	case schema.Type.Is("string"):
		return strings.Repeat("é", max(int(schema.MinLength), 1))
	case schema.Type.Is("array"):
		return []any{filled(schema.Items.Value, depth)}
	case schema.Type.Is("object") && (len(schema.Properties) > 0 || schema.AdditionalProperties.Schema != nil):
		object := map[string]any{}
		if depth > 20 { // a schema may hold itself
			return object
		}
		for name, property := range schema.Properties {
			object[name] = filled(property.Value, depth+1)
		}
		if schema.AdditionalProperties.Schema != nil {
			object["a key"] = filled(schema.AdditionalProperties.Schema.Value, depth+1)
		}
		return object
	}
	return map[string]any{"anything": []any{"goes", 0.5}}
}
