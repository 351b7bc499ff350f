package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithoutSecrets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		// Nothing to hide.
		``:                                     ``,
		`"`:                                    `"`,
		`{"a": {"b": [1, "c"]}}`:               `{"a": {"b": [1, "c"]}}`,
		`{"note": "my secret: none", "n": 5}`:  `{"note": "my secret: none", "n": 5}`,
		`["token", "password"]`:                `["token", "password"]`,
		`{"passenger": "A", "authored": "B"}`:  `{"passenger": "A", "authored": "B"}`,
		`{"hasToken": true, "apiKey": null}`:   `{"hasToken": true, "apiKey": null}`,
		`{"secret": , "token": ]`:              `{"secret": , "token": ]`,
		`see https://a.test/x and https://b.c`: `see https://a.test/x and https://b.c`,
		`really? yes://no`:                     `really? yes://no`,

		// Names.
		`{"privateKey": "1", "private_key": "2", "PRIVATE-KEY": "3"}`:  `{"privateKey": "[redacted]", "private_key": "[redacted]", "PRIVATE-KEY": "[redacted]"}`,
		`{"pass": "1", "smtpPass": "2", "passwd": "3"}`:                `{"pass": "[redacted]", "smtpPass": "[redacted]", "passwd": "[redacted]"}`,
		`{"Authorization": "1", "signature": "2", "accessKeyId": "3"}`: `{"Authorization": "[redacted]", "signature": "[redacted]", "accessKeyId": "[redacted]"}`,

		`{"Proxy-Authorization": "1", "awsResaleAuthorizationId": "resaleauth-2"}`: `{"Proxy-Authorization": "[redacted]", "awsResaleAuthorizationId": "resaleauth-2"}`,

		// Values.
		`{"secret": 12345, "n": 5}`:                     `{"secret": "[redacted]", "n": 5}`,
		`{"secret":-1.5e3}`:                             `{"secret":"[redacted]"}`,
		`{"secret": 12`:                                 `{"secret": "[redacted]"`,
		`{"secret": "a\"b\\", "n": 5}`:                  `{"secret": "[redacted]", "n": 5}`,
		`{"secret": "a\"b`:                              `{"secret": "[redacted]"`,
		`{"secret": "a\`:                                `{"secret": "[redacted]"`,
		`{"tokens": ["a", ["]", {"}": 1}], 2], "n": 5}`: `{"tokens": "[redacted]", "n": 5}`,
		`{"credentials" : {"id": "a", "x": {"y": "\"}"}}, "n": [5]}`: `{"credentials" : "[redacted]", "n": [5]}`,
		`{"credentials": {"id": "a", "x": [{"y"`:                     `{"credentials": "[redacted]"`,
		"{\"secret\"\n:\t[\r\n1]}":                                   "{\"secret\"\n:\t\"[redacted]\"}",
		`{"secret": unquoted}`:                                       `{"secret": "[redacted]"}`,

		// Text in text.
		`{"m": "{\"secret\": \"a\", \"n\": 5}"}`:                    `{"m": "{\"secret\": \"[redacted]\", \"n\": 5}"}`,
		`{"m": "{\"secret\": {\"a\": \"b\\\"}\"}, \"n\": 5}"}`:      `{"m": "{\"secret\": \"[redacted]\", \"n\": 5}"}`,
		`{"m": "{\"m\": \"{\\\"secret\\\": \\\"a\\\"}\"}", "n": 5}`: `{"m": "{\"m\": \"{\\\"secret\\\": \\\"[redacted]\\\"}\"}", "n": 5}`,
		`15" wide, {"secret": "a"}`:                                 `15" wide, {"secret": "[redacted]"}`,
		`{"token": "cut {"secret": "a"}`:                            `{"token": "[redacted]"secret": "[redacted]"}`,
		`{"token": "cut\"secret": "a"}`:                             `{"token": "[redacted]": "[redacted]"}`,

		// Signed URLs.
		`{"u": "https://s3.test/f.pdf?X-Amz-Signature=a\u0026b=c", "n": 5}`: `{"u": "https://s3.test/f.pdf?[redacted]", "n": 5}`,
		`"https:\/\/s3.test\/f?sig=a%2F"`:                                   `"https:\/\/s3.test\/f?[redacted]"`,
		`get s3://b/k?sig=a now, or <a href="HTTP://x.test/?a">`:            `get s3://b/k?[redacted] now, or <a href="HTTP://x.test/?[redacted]">`,
		`{"m": "{\"u\": \"https://x.test/?a=b\"}"}`:                         `{"m": "{\"u\": \"https://x.test/?[redacted]\"}"}`,
		`{"m": "see https://x.test/?a=b\nand more"}`:                        `{"m": "see https://x.test/?[redacted]\nand more"}`,
		`https://x.test/?a=`:                                                `https://x.test/?[redacted]`,
	} {
		got := withoutSecrets(text)
		assert.Equal(t, want, got, text)
		if json.Valid([]byte(text)) {
			assert.True(t, json.Valid([]byte(got)), "no JSON any more: %s", got)
		}
	}
}

// TestWithoutSecretsTakesLinearTime has texts that would take an hour in quadratic time.
func TestWithoutSecretsTakesLinearTime(t *testing.T) {
	t.Parallel()
	texts := []string{`"token` + strings.Repeat(`\`, 1<<16) + `"` + strings.Repeat(":x ", 1<<16)}
	for _, part := range []string{`"`, `\`, `"token":`, `"token":[`, `"token":"`, `\"`, `"token" `, `:`, `a://?`, `a:/`, `"token":{"`} {
		texts = append(texts, strings.Repeat(part, 1<<16))
	}
	for _, text := range texts {
		start := time.Now()
		withoutSecrets(text)
		require.Less(t, time.Since(start), 30*time.Second, text[:20])
	}
}

// FuzzWithoutSecrets checks that no secret survives, whatever is around it and wherever the body is cut.
func FuzzWithoutSecrets(f *testing.F) {
	const planted, number = "Pl4nted5ecret", "9021077123"
	forms := []string{
		`{"clientSecret": "` + planted + `"}`,
		`"private_key":"-----BEGIN KEY-----\n` + planted + `\"` + planted + `"`,
		`{"pass": ` + number + `, "n": 5}`,
		`{"tokens": ["` + planted + `", ` + number + `, {"a": "` + planted + `"}]}`,
		`"credentials" : {"id": "` + planted + `", "list": [` + number + `]}`,
		`{\"clientSecret\": \"` + planted + `\", \"n\": 5}`,
		`https://s3.test/file?X-Amz-Signature=` + planted + `\u0026x=` + number,
	}
	for i, prefix := range []string{``, `{"a": "b", `, `15" wide `, `{"token": "cut`, `"token":"\`, `"token":["`, `"secret":\"`, "\xff\n<p>", `{"token":tru`} {
		f.Add(prefix, `, "z": "]}"}`, uint8(i), uint16(1000))
		f.Add(prefix, `"`, uint8(i+3), uint16(len(prefix)+len(forms[(i+3)%len(forms)])-7))
	}
	f.Fuzz(func(t *testing.T, prefix, suffix string, form uint8, cut uint16) {
		if around := prefix + " " + suffix; strings.Contains(around, planted[:4]) || strings.Contains(around, number[:4]) {
			return
		}
		text := prefix + forms[int(form)%len(forms)] + suffix
		got := withoutSecrets(text[:min(len(text), int(cut))])
		assert.NotContains(t, got, planted[:4], text)
		assert.NotContains(t, got, number[:4], text)
	})
}
