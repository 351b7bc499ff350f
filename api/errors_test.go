package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/suger-go/suger/gen"
)

func TestErrorMessage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", maxMessage)
	for body, want := range map[string]string{
		"":                               "",
		" \n":                            "",
		`""`:                             "",
		"null":                           "",
		`"no such offer"`:                "no such offer",
		`"two\nlines\u0000"`:             "two lines",
		`{"message": "m", "error": "e"}`: "m",
		`{"Message": "m"}`:               "m",
		`{"error": "e"}`:                 "e",
		`{"error": "e", "error_description": "why"}`:                       "why",
		`{"error": {"message": "m"}}`:                                      "m",
		`{"title": "t", "detail": "d"}`:                                    "d",
		`{"errors": [{"message": "one"}, {"message": "two"}, null]}`:       "one; two",
		`{"message": null, "error": "e"}`:                                  "e",
		`{"code": 7}`:                                                      `{"code": 7}`,
		`{"code": "BadRequest", "info": {"error": "i"}, "message": "m"}`:   "m",
		`{"code": "3rdPartyError", "info": {"error": "i"}, "message": ""}`: "i",
		`{"code": "3rdPartyError", "info": {"n": 1}}`:                      "3rdPartyError",
		`{"code": "NotFound", "info": null, "message": ""}`:                "NotFound",
		`{"code": "NotFound", "reason": "no such record"}`:                 "reason: no such record",
		`{"type": "unknown", "crmRecordId": "required", "x": ""}`:          "crmRecordId: required; type: unknown",
		`{"errors": {"name": "required"}}`:                                 "name: required",
		`{"error": "", "x": ""}`:                                           `{"error": "", "x": ""}`,
		`{"reason": "r", "n": 1}`:                                          `{"reason": "r", "n": 1}`,
		"{}":                                                               "{}",
		"[]":                                                               "[]",
		"7":                                                                "7",
		`{"message": "cut`:                                                 `{"message": "cut`,
		"upstream  timed\r\n out":                                          "upstream timed out",
		"<html><title>502 Bad Gateway</title><h1>nginx</h1></html>":        "502 Bad Gateway",
		"<H1 class=x>Bad\nGateway</H1>":                                    "Bad Gateway",
		"<p>Bad <b>Gateway</b></p>":                                        "Bad Gateway",
		"<title></title>":                                                  "",
		"<":                                                                "<",
		"\xff\xfe":                                                         "\uFFFD",
		"\x1b[31mred":                                                      "[31mred",
		`"` + long + `"`:                                                   long,
		`"` + long + `ä"`:                                                  long + "...",
	} {
		assert.Equal(t, want, errorMessage([]byte(body), nil), "%.80q", body)
	}
}

// A credential that a gateway repeats is taken out of the texts of an object too, and of what names them.
func TestErrorMessageWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := newSecrets("key-0123456789")
	for body, want := range map[string]string{
		`{"crmRecordId": "required", "header": "Key key-0123456789 is wrong"}`:   "crmRecordId: required; header: Key " + redacted + " is wrong",
		`{"key-0123456789": "is wrong"}`:                                         redacted + ": is wrong",
		`{"code": "Unauthorized", "info": {}, "message": "k\u0065y-0123456789"}`: redacted,
	} {
		assert.Equal(t, want, errorMessage([]byte(body), s))
	}
}

func FuzzErrorMessage(f *testing.F) {
	for _, seed := range []string{"", `"text"`, `{"message": "m"}`, `{"errors": [{"error": {"message": "m"}}]}`, "<title>t</title>", "<h1", "\xff\x00", `"\ud800"`, "\u2028"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := errorMessage(body, nil)
		assert.True(t, utf8.ValidString(got), "%q", got)
		assert.LessOrEqual(t, utf8.RuneCountInString(got), maxMessage+len("..."))
		assert.False(t, strings.ContainsFunc(got, unicode.IsControl), "%q", got)
		assert.NotContains(t, got, "\u2028", "a line break to some")

		// A text says the same as a JSON string and as the message of an object.
		if !utf8.Valid(body) {
			return
		}
		text, err := json.Marshal(string(body))
		assert.NoError(t, err)
		want := printable(string(body))
		assert.Equal(t, want, errorMessage(text, nil))
		if want != "" {
			assert.Equal(t, want, errorMessage(fmt.Appendf(nil, `{"message": %s}`, text), nil))
		}
	})
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	info := CallInfo{Operation: "Offers.Get", Method: "GET", Path: "/p"}
	unknown, again, madeUp := info, info, info
	unknown.OutcomeUnknown, again.OutcomeUnknown, madeUp.OutcomeUnknown = true, true, true
	again.Earlier = io.ErrUnexpectedEOF
	madeUp.SentID = "id-1"
	for want, err := range map[string]error{
		"Offers.Get: GET /p: 404 Not Found":                                                        &Error{CallInfo: info, StatusCode: 404},
		"Offers.Get: GET /p: 404 Not Found: gone (request id r-1)":                                 &Error{CallInfo: info, StatusCode: 404, Message: "gone", RequestID: "r-1"},
		"Offers.Get: GET /p: 404 Not Found (an earlier try may have taken effect: unexpected EOF)": &Error{CallInfo: again, StatusCode: 404},
		"Offers.Get: GET /p: EOF":                                                                  &TransportError{CallInfo: info, Err: io.EOF},
		"Offers.Get: GET /p: EOF (the call may have taken effect)":                                 &TransportError{CallInfo: unknown, Err: io.EOF},
		"Offers.Get: the call succeeded (200 OK), but its answer cannot be read: EOF":              &DecodeError{CallInfo: info, StatusCode: 200, Err: io.EOF},
		"Offers.Get: GET /p: EOF (the call may have taken effect) (the id was made up; report it anew with \"id-1\" only, or it may count twice)": &TransportError{CallInfo: madeUp, Err: io.EOF},
		"Offers.Get: the answer (200 OK) is none that the operation is documented to have: EOF (the call may have taken effect)":                  &DecodeError{CallInfo: unknown, StatusCode: 200, Err: io.EOF},
		"api: no access token: EOF": &AccessError{Err: io.EOF},
		"api: no access token: the token endpoint answered 400 Bad Request: invalid_scope: no": &AccessError{StatusCode: 400, Code: "invalid_scope", Description: "no"},
	} {
		assert.EqualError(t, err, want)
	}
}

func TestIsRetryable(t *testing.T) {
	t.Parallel()
	unknown := CallInfo{OutcomeUnknown: true, Effect: gen.EffectUnsafe}
	harmless := CallInfo{OutcomeUnknown: true, Effect: gen.EffectIdempotent}
	own := CallInfo{retry: func(status int, _ error) bool { return status == 404 }} // the rule of a client
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{io.EOF, false},
		{&Error{StatusCode: 429}, true},
		{&Error{StatusCode: 503}, true},
		{&Error{StatusCode: 500}, true},
		{&Error{StatusCode: 501}, false},
		{&Error{StatusCode: 503, CallInfo: unknown}, false},
		{&Error{StatusCode: 503, CallInfo: harmless}, true},
		{&Error{StatusCode: 404, CallInfo: harmless}, false},
		{&Error{StatusCode: 404, CallInfo: own}, true},
		{&Error{StatusCode: 503, CallInfo: own}, false},
		{&TransportError{Err: io.EOF}, true},
		{&TransportError{Err: io.EOF, CallInfo: unknown}, false},
		{&TransportError{Err: io.EOF, CallInfo: harmless}, true},
		{&TransportError{Err: context.DeadlineExceeded}, true},
		{&TransportError{Err: context.Canceled}, false},
		{&DecodeError{StatusCode: 200, Err: io.ErrUnexpectedEOF}, false},
		{&DecodeError{StatusCode: 200, Err: io.ErrUnexpectedEOF, broken: true}, false},
		{&DecodeError{StatusCode: 200, Err: io.ErrUnexpectedEOF, broken: true, CallInfo: CallInfo{Effect: gen.EffectUnsafe}}, false},
		{&DecodeError{StatusCode: 200, Err: io.ErrUnexpectedEOF, broken: true, CallInfo: CallInfo{Effect: gen.EffectIdempotent}}, false},
		{&DecodeError{StatusCode: 200, Err: io.ErrUnexpectedEOF, broken: true, CallInfo: harmless}, true},
		{&DecodeError{StatusCode: 200, Err: io.ErrUnexpectedEOF, broken: true, CallInfo: CallInfo{Effect: gen.EffectRead}}, true},
		{&DecodeError{StatusCode: 200, Err: io.ErrUnexpectedEOF, broken: true, CallInfo: unknown}, false},
		{&AccessError{StatusCode: 503}, true},
		{&AccessError{StatusCode: 401}, false},
		{&AccessError{Err: io.EOF}, true},
		{&AccessError{Err: context.Canceled}, false},
	} {
		assert.Equal(t, tt.want, IsRetryable(tt.err), "%v", tt.err)
		if tt.err != nil {
			assert.Equal(t, tt.want, IsRetryable(fmt.Errorf("wrapped: %w", tt.err)), "%v", tt.err)
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for _, name := range requestIDHeaders {
		assert.Equal(t, name, requestID(http.Header{name: {name}}, nil), "in canonical form")
	}
	assert.Equal(t, "a b", requestID(http.Header{"X-Request-Id": {"a\x00\n b"}}, nil))
	assert.Equal(t, "1", requestID(http.Header{"X-Request-Id": {"1"}, "Cf-Ray": {"2"}}, nil))
	assert.Empty(t, requestID(nil, nil))
}

func TestUnwrap(t *testing.T) {
	t.Parallel()
	for _, err := range []error{&DecodeError{Err: io.EOF}, &TransportError{Err: io.EOF}, &AccessError{Err: io.EOF}, &WaitError[int]{Err: io.EOF}} {
		assert.True(t, errors.Is(err, io.EOF), "%T", err)
	}
}
