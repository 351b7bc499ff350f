package sugertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// call is a request that the description allows.
type call struct {
	op     *operation
	params map[string]string // of the path
	query  url.Values
	body   any                   // decoded JSON, nil without one
	file   *multipart.FileHeader // the part "file" of a form
}

// failure is an error answer.
type failure struct {
	status  int
	message string
}

func (f *failure) Error() string { return f.message }

func fail(status int, format string, args ...any) error {
	return &failure{status, fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) error {
	return fail(http.StatusBadRequest, format, args...)
}

// accept checks a request: its credentials, then its path, query and body against the description, then the organization.
func (s *Server) accept(r *http.Request, op *operation) (*call, error) {
	if !s.authorized(r) {
		return nil, fail(http.StatusUnauthorized, "missing or wrong credentials in the header Authorization")
	}
	c := &call{op: op, params: map[string]string{}, query: r.URL.Query()}
	for _, name := range op.pathParams() {
		c.params[name] = r.PathValue(name)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, badRequest("body: %v", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := validate(r, c); err != nil {
		return nil, err
	}
	if c.params["orgId"] != s.OrgID {
		return nil, fail(http.StatusNotFound, "organization not found: %s", c.params["orgId"])
	}
	if requestBody := op.route.Operation.RequestBody; requestBody == nil || len(body) == 0 {
		return c, nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		r.Body = io.NopCloser(bytes.NewReader(body))
		if _, c.file, err = r.FormFile("file"); err != nil {
			return nil, badRequest("body: file: %v", err)
		}
		return c, nil
	}
	if c.body, err = decode(body); err != nil {
		return nil, badRequest("body: %v", err)
	}
	return c, nil
}

func validate(r *http.Request, c *call) error {
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request:    r,
		PathParams: c.params,
		Route:      c.op.route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:  openapi3filter.NoopAuthenticationFunc, // authorized has looked at it
			SkipSettingDefaults: true,
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
	place := field
	for e, ok := errors.AsType[*openapi3.SchemaError](err); ok; e, ok = errors.AsType[*openapi3.SchemaError](e.Origin) {
		field, reason = strings.Join(append([]string{place}, e.JSONPointer()...), "/"), e.Reason
	}
	return badRequest("%s: %s", field, reason)
}

// authorized reports whether a request has the credentials of the organization.
func (s *Server) authorized(r *http.Request) bool {
	return r.Header.Get("Authorization") == "Key "+s.APIKey
}

// decode reads one JSON value and keeps its numbers as they are written.
func decode(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// write answers with a JSON value, or with a text where the media type is another one.
func write(w http.ResponseWriter, status int, mediaType string, value any) {
	var body []byte
	if text, ok := value.(string); ok && mediaType != "application/json" {
		body = []byte(text)
	} else {
		var err error
		if body, err = json.Marshal(value); err != nil {
			panic(fmt.Sprintf("sugertest: answer %v: %v", value, err))
		}
	}
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is no concern of the server
}

// writeError answers with the message of an error: a JSON string, or HTML where the description has it so.
func writeError(w http.ResponseWriter, op *operation, err error) {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		panic(fmt.Sprintf("sugertest: %s: %v", op.id, err))
	}
	mediaType := "application/json"
	if response := op.route.Operation.Responses.Status(f.status); response != nil && response.Value.Content[mediaType] == nil {
		mediaType = op.mediaType
	}
	write(w, f.status, mediaType, f.message)
}
