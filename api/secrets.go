package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// minSecret is the length from which a text counts as a secret. A shorter one is a test's, and part of many words.
const minSecret = 8

// secrets are texts that must not be in what a program prints.
type secrets []string

// newSecrets returns the texts, and how they are written in URLs and JSON.
func newSecrets(texts ...string) secrets {
	var s secrets
	for _, text := range texts {
		if len(text) < minSecret {
			continue
		}
		s = append(s, text)
		quoted, _ := json.Marshal(text)
		for _, written := range []string{url.QueryEscape(text), url.PathEscape(text), string(quoted[1 : len(quoted)-1])} {
			if written != text {
				s = append(s, written)
			}
		}
	}
	return s
}

// redact replaces the secrets in a text, and the beginning of one at its end, where the text may have been cut.
func (s secrets) redact(text string) string {
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret, redacted)
		for n := len(secret) - 1; n >= minSecret; n-- {
			if strings.HasSuffix(text, secret[:n]) {
				text = text[:len(text)-n] + redacted
				break
			}
		}
	}
	return text
}

// redactHeader returns a header without the secrets.
func (s secrets) redactHeader(header http.Header) http.Header {
	clean := header.Clone()
	for _, values := range clean {
		for i, value := range values {
			values[i] = s.redact(value)
		}
	}
	return clean
}

// secrets of a try are the credentials that it was sent with. Some gateways repeat the header that they complain about.
func (t *try) secrets() secrets {
	_, credentials, _ := strings.Cut(t.request.Header.Get("Authorization"), " ")
	return newSecrets(credentials)
}

// withoutCredentials takes the credentials of the try from a text.
func (t *try) withoutCredentials(text string) string { return t.secrets().redact(text) }
