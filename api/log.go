package api

import (
	"context"
	"io"
	"log/slog"
	"mime"
	"regexp"
	"strings"
	"time"
)

// maxLoggedBody is how many bytes of a body are logged at most.
const maxLoggedBody = 4096

const redacted = "[redacted]"

// secretProperty is a property of JSON whose name says that its value is nobody's business.
var secretProperty = regexp.MustCompile(`(?i)("[^"]*(?:secret|password|token|api_?key|credential)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"?`)

// log writes a line about a try.
func (c *caller) log(ctx context.Context, operation string, t *try, took time.Duration) {
	if c.logger == nil {
		return
	}
	level := slog.LevelDebug
	if t.err != nil || !t.succeeded() {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("operation", operation),
		slog.String("method", t.request.Method),
		slog.String("path", t.request.URL.EscapedPath()), // an id with a line break must not begin a line
		slog.Int("try", t.number),
		slog.Duration("duration", took),
	}
	if t.response != nil {
		attrs = append(attrs, slog.Int("status", t.response.StatusCode))
		if id := requestID(t.response.Header, t.secrets()); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	if t.err != nil {
		attrs = append(attrs, slog.String("error", t.withoutCredentials(t.err.Error())))
	}
	if c.logBodies && c.logger.Enabled(ctx, level) {
		attrs = append(attrs, slog.String("request_body", t.loggedRequest()), slog.String("response_body", t.loggedBody(t.body)))
	}
	c.logger.LogAttrs(ctx, level, "suger call", attrs...)
}

func (t *try) loggedRequest() string {
	if t.sent == nil {
		return ""
	}
	if !isJSON(t.request.Header) {
		mediaType, _, _ := mime.ParseMediaType(t.request.Header.Get("Content-Type"))
		return "[" + mediaType + "]"
	}
	body, err := t.sent()
	if err != nil {
		return ""
	}
	defer body.Close()
	data, _ := io.ReadAll(io.LimitReader(body, 2*maxLoggedBody)) // no more is logged
	return t.loggedBody(data)
}

// loggedBody is the start of a body without what should not be in a log.
func (t *try) loggedBody(body []byte) string {
	text := string(body[:min(len(body), 2*maxLoggedBody)]) // enough to redact what the cut below may split
	text = secretProperty.ReplaceAllString(t.withoutCredentials(text), `${1}"`+redacted+`"`)
	if len(text) > maxLoggedBody {
		text = text[:maxLoggedBody] + "..."
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
