package sugertest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// accept checks a request: its path, query and body against the description, then the organization.
func (s *Server) accept(r *http.Request, op *operation, body []byte) (*call, error) {
	c := &call{op: op, params: op.params(r), query: r.URL.Query()}
	if required := op.route.Operation.RequestBody; required != nil && !required.Value.Required && string(bytes.TrimSpace(body)) == "null" {
		body = nil // as older clients send it, for none
	}
	if unknown := op.unknown(c.query); s.config.known && len(unknown) > 0 {
		return nil, badRequest("query parameter %s: %s has none of that name", unknown[0], op.name)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := validate(r, c); err != nil {
		return nil, err
	}
	if c.params["orgId"] != s.OrgID {
		return nil, fail(http.StatusNotFound, "organization not found: %s", c.params["orgId"])
	}
	var err error
	if op.takesForm() {
		r.Body = io.NopCloser(bytes.NewReader(body))
		if _, c.file, err = r.FormFile("file"); err != nil {
			return nil, badRequest("body/file: %v", err)
		}
		return c, nil
	}
	if op.route.Operation.RequestBody == nil || len(body) == 0 {
		return c, nil
	}
	if c.body, err = decode(body); err != nil {
		return nil, badRequest("body: %v", err)
	}
	return c, checkIntegers(op.bodySchema().Value, c.body, "body")
}

// checkIntegers returns an error for integers beyond 64 bits. The validator compares floats and so lets some of them pass.
func checkIntegers(schema *openapi3.Schema, value any, field string) error {
	schema = flatten(schema)
	var err error
	switch value := value.(type) {
	case json.Number:
		if r := decimal(value); schema.Type.Is("integer") && !(r.IsInt() && r.Num().IsInt64()) {
			return badRequest("%s: number must be an int64", field)
		}
	case []any:
		for i := 0; i < len(value) && err == nil && schema.Items != nil; i++ {
			err = checkIntegers(schema.Items.Value, value[i], fmt.Sprint(field, "/", i))
		}
	case object:
		for name, property := range schema.Properties {
			if err == nil {
				err = checkIntegers(property.Value, value[name], field+"/"+name)
			}
		}
	}
	return err
}

// longestParameter is how many bytes a query parameter may have, so that no filter keeps the server busy.
const longestParameter = 16 << 10

func validate(r *http.Request, c *call) error {
	for name, values := range c.query {
		if len(values[0]) > longestParameter {
			return badRequest("query parameter %s: longer than %d bytes", name, longestParameter)
		}
	}
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request:    r,
		PathParams: c.params,
		Route:      c.op.route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:  openapi3filter.NoopAuthenticationFunc, // authenticate has checked the credentials
			SkipSettingDefaults: true,
			ExcludeRequestBody:  c.op.takesForm(), // it refuses the other parts that a form may have
		},
	})
	if err == nil {
		return nil
	}
	field, reason := "body", err.Error()
	if e, ok := errors.AsType[*openapi3filter.RequestError](err); ok {
		if e.Parameter != nil {
			field = fmt.Sprintf("%s parameter %s", e.Parameter.In, e.Parameter.Name)
		}
		if e.Err != nil {
			reason = e.Err.Error()
		} else {
			reason = e.Reason
		}
	}
	return badRequest("%s", locate(field, reason, err))
}

// reply is an answer before it is written.
type reply struct {
	status    int
	mediaType string
	value     any // JSON, or a text for other media types
}

// failed is the answer with the message of an error, in the form that the description has it in: a JSON string, an object with a
// code and a message, a map, or HTML. Where it has none for a status it is that of a bad request.
func (op *operation) failed(err error) reply {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		panic(fmt.Sprintf("sugertest: %s: %v", op.id, err))
	}
	responses := op.route.Operation.Responses
	response := cmp.Or(responses.Status(f.status), responses.Status(http.StatusBadRequest))
	if f.status < http.StatusBadRequest {
		return reply{f.status, "application/json", f.message} // no error, though a fault
	}
	content := response.Value.Content["application/json"]
	if content == nil {
		return reply{f.status, op.mediaType, html.EscapeString(f.message)}
	}
	var value any = f.message
	switch schema := content.Schema.Value; {
	case schema.Properties["code"] != nil:
		value = object{"code": strings.ReplaceAll(http.StatusText(f.status), " ", ""), "message": f.message}
	case schema.Type.Is("object"):
		value = object{"error": f.message}
	}
	return reply{f.status, "application/json", value}
}

func (r reply) body() []byte {
	if message, ok := r.value.(string); ok && r.mediaType != "application/json" {
		return []byte(message)
	}
	body, err := json.Marshal(r.value)
	if err != nil {
		panic(fmt.Sprintf("sugertest: answer %v: %v", r.value, err))
	}
	return body
}

func (r reply) write(w http.ResponseWriter) {
	body := r.body()
	w.Header().Set("Content-Type", r.mediaType)
	w.WriteHeader(r.status)
	_, _ = w.Write(body) // a client that went away is no concern of the server
}
