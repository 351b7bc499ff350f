package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// The kinds of errors that an [*Error] matches with [errors.Is], by its status.
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

// ErrOutcomeUnknown matches the error of a call that may have taken effect although it failed: one whose repeat acts again,
// such as a refund, and that was sent but not answered by the API itself. Look at the server's state before sending it
// once more.
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

// Error is an answer that is no success.
type Error struct {
	Operation      string        // service and method, such as "Offers.Get"
	StatusCode     int           // HTTP status
	Message        string        // what the server said, as a person can read it; empty if it said nothing
	Method         string        // HTTP method of the request
	Path           string        // path of the request
	RequestID      string        // the server's id of the request, empty if it sent none
	RetryAfter     time.Duration // how long the server asked to wait, 0 if it did not
	OutcomeUnknown bool          // whether the call may have taken effect, see ErrOutcomeUnknown
	Header         http.Header   // of the answer
	Body           []byte        // the answer as it came, up to 1 MiB, without the credentials of the client
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s %s: %d %s", e.Operation, e.Method, escapePath(e.Path), e.StatusCode, http.StatusText(e.StatusCode))
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.RequestID != "" {
		text += " (request id " + e.RequestID + ")"
	}
	return text
}

// Is reports whether target is the kind of error that the status stands for.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrOutcomeUnknown:
		return e.OutcomeUnknown
	case ErrServer:
		return e.StatusCode >= 500
	}
	kind, ok := errorsByStatus[e.StatusCode]
	return ok && kind == target
}

// DecodeError is a success whose content cannot be read. The call took effect: do not repeat it as if it had failed.
type DecodeError struct {
	Operation  string
	StatusCode int
	Method     string
	Path       string
	RequestID  string
	Header     http.Header
	Body       []byte // what came of the answer
	Err        error  // what is wrong

	// Value points to what could be decoded of the answer, such as a *gen.Offer; nil if nothing could. A property of the wrong
	// type is left out; within a type that has AdditionalProperties it ends the decoding, and what comes later is only in Body.
	Value any
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("%s: the call succeeded (%d %s), but its answer cannot be read: %v",
		e.Operation, e.StatusCode, http.StatusText(e.StatusCode), e.Err)
}

// Unwrap returns what is wrong with the answer.
func (e *DecodeError) Unwrap() error { return e.Err }

// TransportError is a call that got no answer.
type TransportError struct {
	Operation      string
	Method         string
	Path           string
	OutcomeUnknown bool  // whether the call may have taken effect, see ErrOutcomeUnknown
	Err            error // such as context.DeadlineExceeded or a *net.OpError
}

func (e *TransportError) Error() string {
	text := fmt.Sprintf("%s: %s %s: %v", e.Operation, e.Method, escapePath(e.Path), e.Err)
	if e.OutcomeUnknown {
		text += " (the call may have taken effect)"
	}
	return text
}

// Unwrap returns why there is no answer.
func (e *TransportError) Unwrap() error { return e.Err }

// Is reports whether target is ErrOutcomeUnknown and the outcome is unknown.
func (e *TransportError) Is(target error) bool {
	return target == ErrOutcomeUnknown && e.OutcomeUnknown
}

// escapePath writes a path as it goes over the line: an id in it may hold a line break, which would forge a line of a log.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// IsRetryable reports whether a call that ended with err may succeed when it is made again, and whether that is harmless.
// The client has repeated such a call itself, as often as its [RetryPolicy] allows.
func IsRetryable(err error) bool {
	if err == nil || errors.Is(err, ErrOutcomeUnknown) || errors.Is(err, context.Canceled) {
		return false
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return isTemporary(e.StatusCode)
	}
	if e, ok := errors.AsType[*AccessError](err); ok {
		return e.temporary()
	}
	e, ok := errors.AsType[*TransportError](err)
	return ok && !isPermanent(e.Err)
}

// requestIDHeaders are where a server or a gateway puts the id of a request.
var requestIDHeaders = []string{"X-Request-Id", "X-Amzn-Requestid", "X-Amz-Request-Id", "X-Correlation-Id", "X-Amzn-Trace-Id", "Cf-Ray"}

func requestID(header http.Header) string {
	for _, name := range requestIDHeaders {
		if id := header.Get(name); id != "" {
			return printable(id)
		}
	}
	return ""
}

const maxMessage = 500 // runes

// errorMessage returns what a person can read of the body of an error: a JSON string, the message in a JSON object, the
// title of a page of HTML, or the text itself.
func errorMessage(body []byte) string {
	body = bytes.TrimSpace(body)
	var value any
	if json.Unmarshal(body, &value) == nil {
		if text := jsonMessage(value); text != "" {
			return printable(text)
		}
		if _, ok := value.(string); ok || value == nil {
			return "" // "" and null say nothing
		}
	}
	if len(body) > 0 && body[0] == '<' {
		return printable(htmlMessage(string(body)))
	}
	return printable(string(body))
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
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	runes := slices.DeleteFunc([]rune(text), unicode.IsControl)
	if len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "..."
	}
	return string(runes)
}
