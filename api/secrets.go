package api

import (
	"bytes"
	"net/http"
	"strings"
)

// minSecret is the length from which a text counts as a secret. Shorter ones occur only in tests, and in ordinary words.
const minSecret = 8

// minPart is how many characters of a secret, at the end of a text that was cut, count as the beginning of it.
const minPart = 4

// maxEscape bounds the length of an escaped character of a secret: escaped for JSON, a form or HTML, or for one within another.
const maxEscape = 24

// secrets are texts that must not be printed. Each is split at the characters that escaping may change.
type secrets [][]string

func newSecrets(texts ...string) secrets {
	var s secrets
	for _, text := range texts {
		if len(text) < minSecret {
			continue
		}
		parts := strings.FieldsFunc(text, isEscaped)
		if len(parts) == 0 {
			parts = []string{text}
		}
		s = append(s, parts)
	}
	return s
}

// isEscaped reports whether any encoding escapes a character. None escapes the unreserved ones (RFC 3986, section 2.3).
func isEscaped(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r))
}

// redact replaces the secrets in a text, however they are escaped, and the beginning of one at its end, where the text may have
// been cut.
func (s secrets) redact(text string) string {
	for _, parts := range s {
		for at := 0; ; {
			next := strings.Index(text[at:], anchor(parts))
			if next < 0 {
				break
			}
			at += next
			if n := lengthOfSecret(text[at:], parts); n > 0 {
				text = text[:at] + redacted + text[at+n:]
				at += len(redacted)
			} else {
				at++
			}
		}
	}
	return text
}

// redactBody is redact for a body, which is copied only if it may have a secret.
func (s secrets) redactBody(body []byte) []byte {
	for _, parts := range s {
		if bytes.Contains(body, []byte(anchor(parts))) {
			return []byte(s.redact(string(body)))
		}
	}
	return body
}

// anchor is what a secret begins with.
func anchor(parts []string) string { return parts[0][:min(len(parts[0]), minPart)] }

// lengthOfSecret returns how many bytes at the start of a text are a secret, 0 for none.
func lengthOfSecret(text string, parts []string) int {
	at, found := 0, 0
	for i, part := range parts {
		if i > 0 {
			rest := text[at:]
			gap := strings.Index(rest[:min(len(rest), maxEscape+len(part))], part)
			switch {
			case gap > 0:
				at += gap
			case len(rest) < maxEscape+len(part) && found >= minPart:
				return len(text) // cut, perhaps within an escape
			default:
				return 0
			}
		}
		rest := text[at:]
		if len(rest) < len(part) && strings.HasPrefix(part, rest) && found+len(rest) >= minPart {
			return len(text)
		}
		if !strings.HasPrefix(rest, part) {
			return 0
		}
		at, found = at+len(part), found+len(part)
	}
	return at
}

// redactHeader is redact for a header, which is copied only if it has a secret.
func (s secrets) redactHeader(header http.Header) http.Header {
	isCopy := false
	for name, values := range header {
		for i, value := range values {
			safe := s.redact(value)
			if safe == value {
				continue
			}
			if !isCopy {
				header, isCopy = header.Clone(), true
			}
			header[name][i] = safe
		}
	}
	return header
}

// secrets of a try are the credentials that it was sent with. Some gateways repeat the header that they complain about.
func (t *try) secrets() secrets {
	_, credentials, _ := strings.Cut(t.request.Header.Get("Authorization"), " ")
	return newSecrets(credentials)
}

// withoutCredentials takes the credentials of the try from a text.
func (t *try) withoutCredentials(text string) string { return t.secrets().redact(text) }
