package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/suger-go/suger/gen"
)

// maxErrorBody bounds what is kept of the body of an error.
const maxErrorBody = 1 << 20

// A Content-Length may be larger than the body that follows. The buffer therefore starts with trustedLength bytes at most, and
// grows to trustedGrowth times the bytes received so far.
const (
	trustedLength = 1 << 20
	trustedGrowth = 8
)

var errTooLarge = errors.New("the answer is larger than the limit of the client")

// read reads the body of a response. With an error it returns the part of the body that arrived before the error.
func (c *caller) read(method string, resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	limit := c.maxResponseBytes
	if resp.StatusCode/100 != 2 {
		limit = min(limit, maxErrorBody)
	}
	if resp.ContentLength > 0 && resp.ContentLength <= limit && method != http.MethodHead {
		return readAnnounced(resp)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if int64(len(body)) <= limit {
		return body, err
	}
	if resp.StatusCode/100 != 2 {
		return body[:limit], nil // the message is at the start of it
	}
	return nil, fmt.Errorf("%w, %d bytes (see WithMaxResponseBytes)", errTooLarge, limit)
}

// readAnnounced reads a body whose Content-Length is known.
func readAnnounced(resp *http.Response) ([]byte, error) {
	length := resp.ContentLength
	body := make([]byte, 0, min(length, trustedLength)+1) // one byte more, to notice a body that is longer than announced
	for {
		n, err := io.ReadFull(resp.Body, body[len(body):cap(body)-1])
		body = body[:len(body)+n]
		switch {
		case err == io.EOF:
			return body, io.ErrUnexpectedEOF
		case err != nil:
			return body, err
		case int64(len(body)) == length:
			return readEnd(resp, body)
		}
		body = append(make([]byte, 0, min(length, trustedGrowth*int64(len(body)))+1), body...)
	}
}

// readEnd checks that the body ends where its Content-Length says.
func readEnd(resp *http.Response, body []byte) ([]byte, error) {
	more, err := resp.Body.Read(body[len(body):cap(body)])
	switch {
	case more > 0:
		return body, errors.New("the answer is longer than it said")
	case err != nil && err != io.EOF:
		return body, err
	}
	return body, nil
}

// result returns the error, or nil, with which the call ends if this try is its last.
func (r *run) result(t *try, v verdict) error {
	switch {
	case t.response == nil:
		return &TransportError{CallInfo: r.info(t, v.acted == actedPerhaps), Err: t.err}
	case t.succeeded() && t.err != nil:
		return r.unreadable(t, nil, t.err)
	case t.sink != nil && t.sink.err != nil:
		return fmt.Errorf("%s: writing the answer: %w", r.call.Operation.Name, t.sink.err)
	case t.succeeded():
		return r.success(t)
	}
	secrets, header := t.secrets(), t.response.Header
	message := errorMessage(t.body, secrets)
	if location := header.Get("Location"); t.response.StatusCode/100 == 3 && location != "" {
		message = "redirects to " + printable(secrets.redact(location)) + ", which the client does not follow: it keeps to its server and to the method, 10 requests at most"
	}
	return &Error{
		CallInfo: r.info(t, v.acted == actedPerhaps), StatusCode: t.response.StatusCode, Message: message, RequestID: requestID(header, secrets),
		RetryAfter: parseRetryAfter(header.Get("Retry-After")),
		Header:     secrets.redactHeader(header), Body: secrets.redactBody(t.body),
	}
}

// info describes the call for its errors. unknown says that this try may have taken effect.
func (r *run) info(t *try, unknown bool) CallInfo {
	info := CallInfo{
		Operation: r.call.Operation.Name, Method: t.request.Method, Path: t.request.URL.Path, Effect: r.effect,
		OutcomeUnknown: r.effect != gen.EffectRead && (unknown || r.earlier != nil), Earlier: r.earlier, retry: r.caller.retry.Retry,
	}
	if t.response != nil && t.refuses(r.call.Operation) {
		info.refused, info.retry = true, func(int, error) bool { return false }
	}
	if r.call.MadeID != "" {
		info.Effect = gen.EffectUnsafe // a new call gets another id
		if info.OutcomeUnknown {
			info.SentID = r.call.MadeID
		}
	}
	return info
}

// success decodes the answer of a try.
func (r *run) success(t *try) error {
	value, err := r.decode(t)
	if err != nil {
		return r.unreadable(t, value, err)
	}
	return r.checkUsage()
}

// unreadable returns the error of a success whose body cannot be read. The call took effect for certain if the answer is one of
// the API: a part of it was decoded, or it is JSON that broke off and did not go to a writer.
func (r *run) unreadable(t *try, value any, err error) error {
	certain := value != nil || t.err != nil && t.sink == nil && isJSON(t.response.Header)
	info := r.info(t, !certain)
	if certain {
		info.OutcomeUnknown, info.Earlier = false, nil
	}
	info.SentID = r.call.MadeID
	secrets := t.secrets()
	return &DecodeError{
		CallInfo: info, StatusCode: t.response.StatusCode, RequestID: requestID(t.response.Header, secrets), Header: secrets.redactHeader(t.response.Header),
		Body: secrets.redactBody(t.body), Err: err, Value: value, broken: t.err != nil,
	}
}

// decode decodes the body of a success. With an error, value is the part that could be decoded, or nil.
func (r *run) decode(t *try) (value any, err error) {
	out := r.call.Out
	if t.sink != nil {
		return nil, nil
	}
	if _, ok := out.(io.Writer); ok {
		return nil, fmt.Errorf("it is a page of HTML, which no Accept header asked for: %s", errorMessage(t.body, t.secrets()))
	}
	if text, ok := out.(*string); ok && r.call.Accept != "application/json" {
		*text = string(t.body)
		return nil, nil
	}
	body := bytes.TrimSpace(t.body)
	start := body[:min(len(body), maxErrorBody)] // all that the message of an error needs
	switch {
	case out == nil && bytes.HasPrefix(body, []byte("<")): // the HTML page of a gateway is no success
		return nil, fmt.Errorf("it is no JSON: %s", errorMessage(start, t.secrets()))
	case out == nil:
		return nil, nil
	case r.call.EmptyOK && (len(body) == 0 || string(body) == `""` || string(body) == "null"):
		return nil, nil
	case len(body) == 0:
		return nil, errors.New("the answer is empty")
	}
	if err := checkCost(body, r.caller.maxResponseBytes); err != nil {
		return nil, err
	}
	if want := wrongKind(body, out); want != "" {
		return nil, fmt.Errorf("want %s, not %s", want, printable(t.withoutCredentials(string(start))))
	}
	err = decodeWithin(t.ctx, body, out)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return out, err // encoding/json has decoded the other properties
	}
	if err != nil && !isJSON(t.response.Header) && !json.Valid(body) {
		err = fmt.Errorf("it is no JSON: %s", errorMessage(start, t.secrets()))
	}
	return nil, err
}

func isJSON(header http.Header) bool {
	mediaType, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return mediaType == "" || strings.HasSuffix(mediaType, "json")
}
