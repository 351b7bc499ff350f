package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/suger-go/suger/gen"
)

// The kinds of errors that an [*Error] matches with [errors.Is], by its status. Where an operation is documented to refuse a
// request with 500, as Metering.BatchValidateUsageRecordGroups does, such an error is an ErrBadRequest and no ErrServer.
var (
	ErrBadRequest       = errors.New("bad request")        // 400
	ErrUnauthorized     = errors.New("unauthorized")       // 401
	ErrForbidden        = errors.New("forbidden")          // 403
	ErrNotFound         = errors.New("not found")          // 404
	ErrMethodNotAllowed = errors.New("method not allowed") // 405
	ErrConflict         = errors.New("conflict")           // 409
	ErrRateLimited      = errors.New("rate limited")       // 429
	ErrServer           = errors.New("server error")       // 500 and above
)

// ErrOutcomeUnknown matches the error of a call that failed but may have taken effect: it was sent, and got no answer, an
// answer of a gateway, or one that is not an answer of the API. Check the state on the server before you repeat an unsafe call;
// for other calls see [IsRetryable]. Reads never match, since they change nothing.
var ErrOutcomeUnknown = errors.New("the outcome of the call is unknown")

var errorsByStatus = map[int]error{
	http.StatusBadRequest:       ErrBadRequest,
	http.StatusUnauthorized:     ErrUnauthorized,
	http.StatusForbidden:        ErrForbidden,
	http.StatusNotFound:         ErrNotFound,
	http.StatusMethodNotAllowed: ErrMethodNotAllowed,
	http.StatusConflict:         ErrConflict,
	http.StatusTooManyRequests:  ErrRateLimited,
}

// CallInfo describes the call that failed. [Error], [DecodeError] and [TransportError] embed it.
type CallInfo struct {
	Operation string     // service and method, such as "Offers.Get"
	Method    string     // HTTP method of the request
	Path      string     // path of the request
	Effect    gen.Effect // what a repeat of the call does

	// OutcomeUnknown says whether the call may have taken effect although it failed, see ErrOutcomeUnknown.
	OutcomeUnknown bool

	// Earlier says why an earlier try of the call may have taken effect. It is nil if there was no such try.
	Earlier error

	// SentID is the id that the client generated for usage reported without one, if that report may have arrived. Report the
	// usage again with this id, so that it is not counted twice.
	SentID string

	refused   bool                             // whether the answer refuses the request, although its status is that of a failure
	retry     func(status int, err error) bool // the rule of the client
	unsettled error                            // error of the look-up of the state after a refusal, if there was one
}

// is reports whether target is ErrOutcomeUnknown and the outcome is unknown.
func (c *CallInfo) is(target error) bool { return target == ErrOutcomeUnknown && c.OutcomeUnknown }

// mayRepeat reports whether a repeat of the call does no harm and may succeed, after a failure with this status or error.
func (c *CallInfo) mayRepeat(status int, err error) bool {
	if c.OutcomeUnknown && c.Effect != gen.EffectRead && c.Effect != gen.EffectIdempotent {
		return false
	}
	return RetryPolicy{Retry: c.retry}.temporary(status, err)
}

// rest returns the last part of the text of an error: what is known about the outcome and earlier tries.
func (c *CallInfo) rest() string {
	var text string
	switch {
	case c.Earlier != nil:
		text = fmt.Sprintf(" (an earlier try may have taken effect: %v)", cause(c.Earlier))
	case c.OutcomeUnknown:
		text = " (the call may have taken effect)"
	}
	if c.unsettled != nil {
		text += fmt.Sprintf(" (the state could not be looked up: %v)", c.unsettled)
	}
	if c.SentID != "" {
		text += fmt.Sprintf(" (the id was made up; report it anew with %q only, or it may count twice)", c.SentID)
	}
	return text
}

// cause returns the error of a try without the description of the call, which the text of the outer error has already.
func cause(err error) string {
	switch e := err.(type) {
	case *TransportError:
		return e.Err.Error()
	case *DecodeError:
		return e.Err.Error()
	case *Error:
		return strings.TrimSuffix(fmt.Sprintf("%d %s: %s", e.StatusCode, http.StatusText(e.StatusCode), e.Message), ": ")
	}
	return err.Error()
}

// Error is an answer with a status other than 2xx.
type Error struct {
	CallInfo
	StatusCode int           // HTTP status
	Message    string        // what the server said, as a person can read it; empty if it said nothing
	RequestID  string        // the server's id of the request, empty if it sent none
	RetryAfter time.Duration // how long the server asked to wait, 0 if it did not
	Header     http.Header   // of the answer, without the credentials of the client
	Body       []byte        // the answer as it came, up to 1 MiB, without the credentials of the client
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s %s: %d %s", e.Operation, e.Method, escapePath(e.Path), e.StatusCode, http.StatusText(e.StatusCode))
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.RequestID != "" {
		text += " (request id " + e.RequestID + ")"
	}
	return text + e.rest()
}

// Is reports whether target is the kind of error that the status stands for, or ErrOutcomeUnknown and it is.
func (e *Error) Is(target error) bool {
	switch {
	case e.refused && (target == ErrServer || target == ErrBadRequest):
		return target == ErrBadRequest
	case target == ErrServer:
		return e.StatusCode >= 500
	}
	kind, ok := errorsByStatus[e.StatusCode]
	return ok && kind == target || e.is(target)
}

// DecodeError is an answer with the status of a success whose content cannot be read. Unless OutcomeUnknown is set the call
// took effect: do not repeat it as if it had failed. If OutcomeUnknown is set, the content is not an answer of the operation,
// such as the login page of a proxy, or it broke off while it was written to a writer; the call may have taken effect or not.
type DecodeError struct {
	CallInfo
	StatusCode int         // HTTP status
	RequestID  string      // the server's id of the request, empty if it sent none
	Header     http.Header // of the answer, without the credentials of the client
	Body       []byte      // the part of the answer that arrived, without the credentials of the client
	Err        error       // what is wrong

	// Value points to what could be decoded of the answer, such as a *gen.Offer; nil if nothing could. A property of the wrong
	// type is left out; within a type that has an UnmarshalJSON it ends the decoding, and what comes later is only in Body.
	Value any

	broken bool // whether the body broke off
}

func (e *DecodeError) Error() string {
	text := "the call succeeded (%d %s), but its answer cannot be read: %v"
	switch {
	case e.OutcomeUnknown && e.broken:
		text = "the answer (%d %s) broke off: %v"
	case e.OutcomeUnknown:
		text = "the answer (%d %s) is none that the operation is documented to have: %v"
	}
	return fmt.Sprintf("%s: "+text, e.Operation, e.StatusCode, http.StatusText(e.StatusCode), e.Err) + e.rest()
}

// Unwrap returns what is wrong with the answer.
func (e *DecodeError) Unwrap() error { return e.Err }

// Is reports whether target is ErrOutcomeUnknown and the outcome is unknown.
func (e *DecodeError) Is(target error) bool { return e.is(target) }

// TransportError is a call that got no answer.
type TransportError struct {
	CallInfo
	Err error // such as context.DeadlineExceeded or a *net.OpError
}

func (e *TransportError) Error() string {
	return fmt.Sprintf("%s: %s %s: %v", e.Operation, e.Method, escapePath(e.Path), e.Err) + e.rest()
}

// Unwrap returns why there is no answer.
func (e *TransportError) Unwrap() error { return e.Err }

// Is reports whether target is ErrOutcomeUnknown and the outcome is unknown.
func (e *TransportError) Is(target error) bool { return e.is(target) }

// escapePath escapes a path as in a request. An id may contain a line break, with which it could forge a line in a log.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// IsRetryable reports whether a call that ended with err may succeed when it is made again, and whether that is harmless. It
// follows the rule of the client's [RetryPolicy], by which the client has repeated the call itself already.
func IsRetryable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.mayRepeat(e.StatusCode, nil)
	}
	if e, ok := errors.AsType[*TransportError](err); ok {
		return e.mayRepeat(0, e.Err)
	}
	if e, ok := errors.AsType[*DecodeError](err); ok {
		failed := e.Effect == gen.EffectRead || e.OutcomeUnknown // otherwise the call succeeded and only its answer is unreadable
		return e.broken && failed && e.mayRepeat(e.StatusCode, e.Err)
	}
	if e, ok := errors.AsType[*AccessError](err); ok {
		return IsTemporary(e.StatusCode, e.Err)
	}
	return false
}

// requestIDHeaders are where a server or a gateway puts the id of a request.
var requestIDHeaders = []string{"X-Request-Id", "X-Amzn-Requestid", "X-Amz-Request-Id", "X-Correlation-Id", "X-Amzn-Trace-Id", "Cf-Ray"}

func requestID(header http.Header, s secrets) string {
	for _, name := range requestIDHeaders {
		if id := header.Get(name); id != "" {
			return printable(s.redact(id))
		}
	}
	return ""
}

const maxMessage = 500 // runes

// errorMessage returns what a person can read of the body of an error, without secrets: a JSON string, the message in a JSON
// object, all texts of an object that maps names to texts, the title of a page of HTML, or the text itself.
func errorMessage(body []byte, s secrets) string {
	return printable(s.redact(readable(bytes.TrimSpace(body)))) // redact before cutting, which may leave half a secret
}

func readable(body []byte) string {
	if len(body) > 0 && body[0] == '"' { // the form that the API itself uses
		var text string
		if json.Unmarshal(body, &text) == nil {
			return text
		}
	}
	var value any
	if json.Unmarshal(body, &value) == nil {
		if text := jsonMessage(value); text != "" {
			return text
		}
		if _, ok := value.(string); ok || value == nil {
			return "" // "" and null say nothing
		}
	}
	if len(body) > 0 && body[0] == '<' {
		return htmlMessage(string(body))
	}
	return string(body)
}

var messageKeys = []string{"message", "Message", "error_description", "detail", "error", "errorMessage", "title", "errors"}

func jsonMessage(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case map[string]any:
		for _, key := range messageKeys {
			if text := jsonMessage(value[key]); text != "" {
				return text
			}
		}
		if text := namedTexts(value); text != "" {
			return text
		}
		return cmp.Or(jsonMessage(value["info"]), jsonMessage(value["code"])) // beside a message that is empty
	case []any:
		texts := make([]string, 0, len(value))
		for _, item := range value {
			if text := jsonMessage(item); text != "" {
				texts = append(texts, text)
			}
		}
		return strings.Join(texts, "; ")
	}
	return ""
}

// namedTexts returns the texts of an object that has nothing else, with their names, which may be those of parameters.
func namedTexts(object map[string]any) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		text, ok := object[name].(string)
		if !ok {
			return ""
		}
		if text != "" && name != "code" {
			texts = append(texts, name+": "+text)
		}
	}
	return strings.Join(texts, "; ")
}

var (
	htmlHeading = regexp.MustCompile(`(?is)<(?:title|h1)[^>]*>(.*?)</(?:title|h1)>`)
	htmlTag     = regexp.MustCompile(`(?s)<[^>]*>`)
)

func htmlMessage(page string) string {
	if heading := htmlHeading.FindStringSubmatch(page); heading != nil {
		page = heading[1]
	}
	return htmlTag.ReplaceAllString(page, " ")
}

// printable makes a text fit for one line of a log: white space folded, control characters out, cut where it is too long.
func printable(text string) string {
	if isPlain(text) {
		return text
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	runes := slices.DeleteFunc([]rune(text), unicode.IsControl)
	if len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "..."
	}
	return string(runes)
}

// isPlain reports whether a text is fit for a log as it is, as most are.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' || text[i] == ' ' && (i == 0 || i == len(text)-1 || text[i-1] == ' ') {
			return false
		}
	}
	return len(text) <= maxMessage
}
