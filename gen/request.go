package gen

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// ArgumentError reports an argument that cannot be sent. Nothing went over the network.
type ArgumentError struct {
	Operation string // service and method
	Argument  string // the name of the parameter
	Value     string // what was passed
	Reason    string // what is wrong with it
}

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("%s: %s %q: %s", e.Operation, e.Argument, e.Value, e.Reason)
}

// SegmentFault says why a value cannot be one segment of a path: an empty one, "." and ".." would change the path. It returns
// "" if the value can be one.
func SegmentFault(value string) string {
	switch value {
	case "":
		return "must not be empty"
	case ".", "..":
		return "is a step in a path, not an id"
	}
	return ""
}

// IsHeaderValue reports whether the value of a header can be the given text: it has no control characters but tabs (RFC 9110,
// section 5.5).
func IsHeaderValue(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// checkID returns an error for a value that would change the path instead of filling one of its segments.
func checkID(op *Operation, name, value string) error {
	if fault := SegmentFault(value); fault != "" {
		return &ArgumentError{op.Name, name, value, fault}
	}
	return nil
}

// fillID sets an empty id of the body to that of the path or the client, and returns an error for any other id.
func fillID(op *Operation, argument string, value *string, param, want string) error {
	if *value == "" {
		*value = want
	}
	return sameID(op, argument, value, param, want)
}

// sameID returns an error if the id in the body is not the one in the path, since it is not documented which one counts.
func sameID(op *Operation, argument string, value *string, param, want string) error {
	if value == nil || *value == "" || *value == want {
		return nil
	}
	reason := fmt.Sprintf("is not the %s of the call, %q: leave it empty or pass the same", param, want)
	if param == "orgId" {
		reason = fmt.Sprintf("is not the organization of the client, %q: leave it empty or use a client for the other organization", want)
	}
	return &ArgumentError{op.Name, argument, *value, reason}
}

// fillPath puts values, escaped, into the placeholders of a path, in their order.
func fillPath(path string, values ...string) string {
	var filled strings.Builder
	filled.Grow(len(path) + 36*len(values)) // most ids are UUIDs, 36 characters long
	for _, value := range values {
		before, after, _ := strings.Cut(path, "{")
		_, path, _ = strings.Cut(after, "}")
		filled.WriteString(before)
		filled.WriteString(url.PathEscape(value))
	}
	filled.WriteString(path)
	return filled.String()
}

// newRequest builds a request of an operation. The body is sent as JSON unless it is a form or nil; path has the values of the
// placeholders in the path of the operation.
func newRequest(op *Operation, server string, q query, body any, path ...string) (*http.Request, error) {
	if e, ok := errors.AsType[*ArgumentError](q.err); ok {
		return nil, &ArgumentError{op.Name, q.parameter, e.Value, e.Reason}
	}
	if q.err != nil {
		return nil, fmt.Errorf("parameter %s: %w", q.parameter, q.err)
	}
	target := strings.TrimSuffix(server, "/") + fillPath(op.Path, path...)
	if q.encoded != "" {
		target += "?" + q.encoded
	}
	if object, ok := body.(map[string]any); ok && object == nil {
		body = nil // otherwise it would be sent as null
	}
	var content io.Reader
	contentType := "application/json"
	switch body := body.(type) {
	case nil:
		contentType = ""
	case *form:
		contentType, content = body.contentType, bytes.NewReader(body.data)
	default:
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequest(op.Method, target, content)
	if err == nil && contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req, err
}
