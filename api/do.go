package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/suger-go/suger/gen"
)

// Do calls an endpoint that no service has, with the access, retries and errors of all calls. path starts at the server, such
// as "/org/{orgId}/newThing/42?limit=10", and {orgId} stands for the organization; ids in it must be escaped with
// [url.PathEscape], values of its query with [url.QueryEscape]. in is sent as JSON unless it is nil, and the answer is decoded
// into out, a pointer. If out is nil the answer is ignored, but an HTML page is an error. GET and HEAD count as reads, PUT and
// DELETE as idempotent, all others as unsafe; [Effect] overrides that.
//
// If out is an [io.Writer], the body of a success is written to it as it arrives, decompressed, whatever its media type and
// length: [WithMaxResponseBytes] limits only bodies that are held in memory. Accept is */* unless [Header] sets it. A page of
// HTML, such as the login page of a proxy, is refused unless Accept names HTML. The time-out of a try includes the body, so a
// long one needs its own [Timeout]. An error of the writer ends the call, which returns it wrapped. A body that breaks off is a
// [*DecodeError], which matches [ErrOutcomeUnknown] for any call but a read; the call is repeated only if nothing was written.
func (c *Client) Do(ctx context.Context, method, path string, in, out any, opts ...CallOption) error {
	target, err := doTarget(path, c.orgID)
	if err != nil {
		return fmt.Errorf("Do: path %q: %w", path, err)
	}
	_, isWriter := out.(io.Writer)
	switch pointer := reflect.ValueOf(out); {
	case pointer.Kind() == reflect.Pointer && pointer.IsNil(), pointer.Kind() != reflect.Pointer && out != nil && !isWriter:
		return fmt.Errorf("Do: out is a %T, want a pointer that is not nil or an io.Writer", out)
	}
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("Do: the body cannot be encoded: %w", err)
		}
	}
	template, _, _ := strings.Cut(path, "?")
	op := &gen.Operation{ID: "do", Name: "Do", Method: method, Path: template, Effect: effectOf(method)}
	call := &gen.Call{Operation: op, Accept: "application/json", Out: out}
	if isWriter {
		call.Accept = "*/*"
	}
	call.Options.Apply(opts)
	call.NewRequest = func(server string) (*http.Request, error) {
		req, err := http.NewRequest(method, server+strings.TrimPrefix(target, "/"), bytes.NewReader(body))
		if err == nil && in != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		return req, err
	}
	return c.caller.Call(ctx, call)
}

// doTarget returns the path and query to call.
func doTarget(path, orgID string) (string, error) {
	target, err := url.Parse(strings.ReplaceAll(path, "{orgId}", url.PathEscape(orgID)))
	switch {
	case err != nil:
		return "", err
	case !strings.HasPrefix(path, "/") || target.Host != "":
		return "", errors.New("want a path from the root of the server, such as /org/{orgId}/offer")
	case strings.Contains(path, "#"):
		return "", errors.New("a fragment is never sent: escape # as %23")
	case strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", errors.New("has characters that no URL carries: escape them, see url.PathEscape and url.QueryEscape")
	}
	for segment := range strings.SplitSeq(strings.TrimSuffix(target.Path[1:], "/"), "/") {
		if fault := gen.SegmentFault(segment); fault != "" {
			return "", fmt.Errorf("segment %q %s", segment, fault)
		}
	}
	return target.String(), nil
}

func effectOf(method string) gen.Effect {
	switch method {
	case http.MethodGet, http.MethodHead:
		return gen.EffectRead
	case http.MethodPut, http.MethodDelete:
		return gen.EffectIdempotent
	}
	return gen.EffectUnsafe
}
