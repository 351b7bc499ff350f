package api

import (
	"context"
	"io"
	"log/slog"
	"mime"
	"regexp"
	"strings"
	"sync"
	"time"
)

// maxLoggedBody is how many bytes of a body are logged at most.
const maxLoggedBody = 4096

const redacted = "[redacted]"

// secretName matches names of properties whose values are secret. It is compiled with the first body that is logged, as few
// programs log any.
var secretName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)secret|password|passwd|passphrase|pass\\*$|token|(?:api|access|private)[_-]?key|credential|authorization\\*$|signature`)
})

// urlQuery matches a URL up to its query, and the query, which may hold a signature. In JSON a slash or an ampersand may be escaped.
var urlQuery = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*:\\*/\\*/[^\s"?<>]*\?)(?:[^\s"<>\\]|\\[^"nrt])+`)
})

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
		attrs = append(attrs, slog.String("request_body", t.loggedRequest()), slog.String("response_body", t.loggedAnswer()))
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

func (t *try) loggedAnswer() string {
	if t.sink != nil {
		return "[written to out]"
	}
	return t.loggedBody(t.body)
}

// loggedBody is the start of a body without what should not be in a log.
func (t *try) loggedBody(body []byte) string {
	text := string(body[:min(len(body), 2*maxLoggedBody)]) // more than is logged, so that a secret at the cut is still recognized
	text = withoutSecrets(t.withoutCredentials(text))
	if len(text) > maxLoggedBody {
		text = text[:maxLoggedBody] + "..."
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// withoutSecrets replaces the values of properties that are named as secrets, and the queries of URLs. The text may be JSON
// that was cut off, JSON inside a JSON string, or no JSON: every quoted text before a colon is taken for a name.
func withoutSecrets(text string) string {
	var out strings.Builder
	copied, name := 0, 0 // the text is in out up to copied; name is where a name may start
	for i := 0; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		value := valueAfter(text, i+1)
		secret := value >= 0 && secretName().MatchString(text[name:i])
		quote := text[i-min(backslashes(text, i), 7) : i+1] // 7 is for JSON that is nested in strings three levels deep
		name = i + 1
		for secret && value >= 0 {
			end := endOfValue(text, value)
			switch text[value:end] {
			case "", "true", "false", "null":
			default:
				out.WriteString(text[copied:value] + quote + redacted + quote)
				copied = end
			}
			i, name = max(i, end-1), max(name, end)
			value = valueAfter(text, end) // valid JSON has no colon there; if there is one, the value was a name
		}
	}
	return urlQuery().ReplaceAllString(out.String()+text[copied:], "${1}"+redacted)
}

// valueAfter returns where the value starts whose name ends at i, -1 if no colon follows there.
func valueAfter(text string, i int) int {
	rest := strings.TrimLeft(text[i:], " \t\r\n")
	if !strings.HasPrefix(rest, ":") {
		return -1
	}
	return len(text) - len(strings.TrimLeft(rest[1:], " \t\r\n"))
}

// endOfValue returns where a value ends, the end of the text if the text ends before it.
func endOfValue(text string, start int) int {
	if quote := start + len(text[start:]) - len(strings.TrimLeft(text[start:], `\`)); quote < len(text) && text[quote] == '"' {
		return endOfString(text, quote)
	}
	if start == len(text) || text[start] != '{' && text[start] != '[' {
		if length := strings.IndexAny(text[start:], ",}]\" \t\r\n"); length >= 0 {
			return start + length
		}
		return len(text)
	}
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = endOfString(text, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// endOfString returns where the string ends that the quote opens. In JSON that is nested in JSON strings, 1, 3, 7 ...
// backslashes come before each quote, and twice as many and one more before a quote inside a string.
func endOfString(text string, quote int) int {
	before := backslashes(text, quote)
	for i := quote + 1; i < len(text); i++ {
		if text[i] == '"' && backslashes(text, i)%(2*before+2) != 2*before+1 {
			return i + 1
		}
	}
	return len(text)
}

// backslashes counts those before i.
func backslashes(text string, i int) int { return i - len(strings.TrimRight(text[:i], `\`)) }
