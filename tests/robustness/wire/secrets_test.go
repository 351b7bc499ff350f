package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// The secrets have characters that forms, URLs, JSON and HTML each write in their own way.
const (
	plantedKey    = "k7Qx/Lr4m+Tz9w=Hb2n&Vc8y<Gd5p>Jf3s"
	plantedSecret = "W3kd/Yp6t+Nc5z=Xm8r&Rb2h<Fs7v>Dg4q"
)

// spellings are the ways in which a server may repeat a secret.
func spellings(secret string) []string {
	encoded, _ := json.Marshal(secret)
	plain := new(bytes.Buffer)
	encoder := json.NewEncoder(plain)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(secret)
	escaped := url.QueryEscape(secret)
	lower := escaped
	for _, code := range []string{"%2F", "%2B", "%3D", "%3C", "%3E"} {
		lower = strings.ReplaceAll(lower, code, strings.ToLower(code))
	}
	return []string{
		secret, escaped, url.PathEscape(secret), lower, strings.Trim(string(encoded), `"`), strings.Trim(plain.String(), "\"\n"),
		strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(secret),
	}
}

// parts are what every spelling of a secret leaves as it is. None of them may show.
func parts(secret string) []string {
	return strings.FieldsFunc(secret, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// lockedLog is a log that calls may write to while a test reads it.
type lockedLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func logging() (*lockedLog, api.Option) {
	log := &lockedLog{}
	return log, api.WithLogger(slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

func assertNotLogged(t *testing.T, log *lockedLog, secrets []string) {
	t.Helper()
	assertHidden(t, secrets, log.String(), "the log")
}

// TestTokenEndpointEchoes has token endpoints that repeat the request, or the secret in another spelling, in what they complain.
func TestTokenEndpointEchoes(t *testing.T) {
	t.Parallel()
	bodies := map[string]func(request string) (contentType, body string){
		"error_description": func(request string) (string, string) {
			body, _ := json.Marshal(map[string]string{"error": "invalid_request", "error_description": "cannot parse " + request})
			return "application/json", string(body)
		},
		"error": func(request string) (string, string) {
			body, _ := json.Marshal(map[string]string{"error": "bad: " + request})
			return "application/json", string(body)
		},
		"message": func(request string) (string, string) {
			body, _ := json.Marshal(map[string]string{"message": request})
			return "application/json", string(body)
		},
		"text": func(request string) (string, string) { return "text/plain", "cannot parse " + request },
		"HTML": func(request string) (string, string) {
			return "text/html", "<html><body><p>cannot parse " + request + "</p></body></html>"
		},
		"title": func(request string) (string, string) { return "text/html", "<title>" + request + "</title>" },
		"form": func(request string) (string, string) {
			return "application/x-www-form-urlencoded", "error=" + url.QueryEscape(request)
		},
	}
	for access := range tokenAccess {
		for name, body := range bodies {
			for _, status := range []int{200, 400, 401, 403, 500} {
				t.Run(fmt.Sprint(access, " ", name, " ", status), func(t *testing.T) {
					t.Parallel()
					for spelling := -1; spelling < len(spellings(plantedSecret)); spelling++ {
						server := serve1(t, func(a *arrival) reply {
							request := a.body // -1: as it came
							if spelling >= 0 {
								request = "client_secret: " + spellings(plantedSecret)[spelling]
							}
							contentType, body := body(request)
							return typed(status, contentType, body)
						})
						log, logger := logging()
						opts := []api.Option{api.WithBearerLogin("id", plantedSecret)}
						if access == "OAuth" {
							opts = []api.Option{api.WithOAuth("id", plantedSecret), api.WithTokenURL(server.url + "/oauth2/token")}
						}
						client := newClientWith(t, server.url, append(opts, logger, api.WithRetry(once))...)
						err := get(t.Context(), client)
						_, ok := errors.AsType[*api.AccessError](err)
						assert.True(t, ok, "%T", err)
						assertNoSecret(t, parts(plantedSecret), err)
						assertNotLogged(t, log, parts(plantedSecret))
					}
				})
			}
		}
	}
}

// beforeCut is as much text as puts the place where a message is cut, after 500 characters, into the key.
var beforeCut = strings.Repeat("x", 500-len("k7Qx/Lr4m+Tz"))

// echoes are answers that repeat a key wherever an answer has room for it. Each returns a status and a body.
var echoes = map[string]func(header http.Header, key string) (int, string){
	"Location": func(header http.Header, key string) (int, string) {
		header.Set("Location", "https://elsewhere.test/login?key="+key)
		return 307, ""
	},
	"X-Request-Id": func(header http.Header, key string) (int, string) {
		header.Set("X-Request-Id", "request of "+key)
		return 404, `"no"`
	},
	"header": func(header http.Header, key string) (int, string) {
		header.Set("X-Debug", key)
		header.Set("Www-Authenticate", `Key realm="`+key+`"`)
		return 401, `"no"`
	},
	"message": func(_ http.Header, key string) (int, string) {
		return 403, `{"message": "not a key=value pair: '` + key + `'"}`
	},
	"message that is cut": func(_ http.Header, key string) (int, string) { return 403, `{"message": "` + beforeCut + key + `"}` },
	"text that is cut":    func(_ http.Header, key string) (int, string) { return 403, beforeCut + key },
	"heading":             func(_ http.Header, key string) (int, string) { return 403, "<h1>" + key + "</h1>" },
	"page": func(header http.Header, key string) (int, string) {
		header.Set("Content-Type", "text/html")
		return 200, "<html><title>Log in</title><body>" + key + "</body></html>"
	},
	"title of a page": func(header http.Header, key string) (int, string) {
		header.Set("Content-Type", "text/html")
		return 200, "<html><title>" + key + "</title></html>"
	},
	"text": func(header http.Header, key string) (int, string) {
		header.Set("Content-Type", "text/plain")
		header.Set("X-Request-Id", key)
		return 200, beforeCut + key
	},
	"property of the wrong type": func(header http.Header, key string) (int, string) {
		return 200, `{"id": ["` + key + `"], "internalNote": ["` + key + `"], "eventID": ["` + key + `"]}`
	},
	"error in a success": func(header http.Header, key string) (int, string) { return 200, `{"error": "` + key + `"}` },
}

// TestAnswerEchoes checks that no error and no log shows the API key, however the answer spells it.
func TestAnswerEchoes(t *testing.T) {
	t.Parallel()
	for name, write := range echoes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, spelling := range spellings(plantedKey) {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					status, body := write(w.Header(), spelling)
					w.WriteHeader(status)
					_, _ = io.WriteString(w, body)
				}))
				defer server.Close()
				log, logger := logging()
				client := newClientWith(t, server.URL, api.WithAPIKey(plantedKey), logger, api.WithLoggedBodies(), api.WithRetry(once))
				for _, c := range calls[:6] {
					if c.name == "idempotent PUT" || c.name == "idempotent DELETE" {
						continue // which take any success
					}
					err := c.do(t.Context(), client)
					assertNoSecret(t, parts(plantedKey), err)
					var kept []byte
					if e, ok := errors.AsType[*api.DecodeError](err); ok {
						kept = e.Body
					} else if e, ok := errors.AsType[*api.Error](err); ok {
						kept = e.Body
					}
					assertHidden(t, parts(plantedKey), string(kept), "the body of the error")
				}
				assertNotLogged(t, log, parts(plantedKey))
			}
		})
	}
}

// TestCutThroughTheKey moves the key over the place where a message is cut: no half of it may be left.
func TestCutThroughTheKey(t *testing.T) {
	t.Parallel()
	var before int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(403, "text/plain", strings.Repeat("x", before)+" "+plantedKey)(w, nil)
	}))
	t.Cleanup(server.Close)
	client := newClientWith(t, server.URL, api.WithAPIKey(plantedKey), api.WithRetry(once))
	for before = 500 - len(plantedKey) - 2; before < 500; before++ {
		e, ok := errors.AsType[*api.Error](get(t.Context(), client))
		require.True(t, ok)
		assert.NotContains(t, e.Message, " "+plantedKey[:1], "after %d characters", before)
	}
}

// TestDialErrorHoldsNoQuery checks that what was asked for, such as a buyer's address, is in no error and in no line of the log.
func TestDialErrorHoldsNoQuery(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	lost := serve1(t, func(*arrival) reply { return hungUp })
	malformed := serve1(t, func(*arrival) reply { return reply{text: "HTTP/1.1 200 OK\r\nbroken\r\n\r\n", close: true} })
	for name, server := range map[string]string{
		"refused": "http://" + listener.Addr().String(), "lost": lost.url, "malformed": malformed.url, "no TLS": "https" + strings.TrimPrefix(lost.url, "http"),
	} {
		log, logger := logging()
		client := newClient(t, server, logger, api.WithLoggedBodies())
		params := &gen.ListUsageRecordGroupsParams{MetaInfo: new("planted-query")}
		_, err := client.Metering.ListUsageRecordGroups(t.Context(), params)
		assertNoSecret(t, []string{"planted-query"}, err)
		err = client.Do(t.Context(), "GET", "/things?email=planted-query", nil, nil)
		assertNoSecret(t, []string{"planted-query"}, err)
		require.NotEmpty(t, log.String(), name)
		assertNotLogged(t, log, []string{"planted-query"})
	}
}

// TestLoggedBodies has secrets in properties that are no strings, and under names that are none of "secret" and "token".
func TestLoggedBodies(t *testing.T) {
	t.Parallel()
	body := `{"id": "o-1", "token": 4711471147, "secrets": ["planted-a", "planted-b"], "credentials": {"user": "planted-c", "n": [{"deep": "planted-d"}]},
		"privateKey": "planted-e", "pass": "planted-f", "password": 12.5e77, "apiKey": true, "api_key": {"value": "planted-g"},
		"url": "https://bucket.s3.amazonaws.com/a?X-Amz-Credential=planted-h&X-Amz-Signature=planted-i",
		"link": "https://account.blob.core.windows.net/a?sv=1&sig=planted-j",
		"private_key": "planted-k", "passphrase": "planted-l", "client_secret": null, "name": "kept"}`
	log, logger := logging()
	client := serve(t, answer(200, "application/json", body), logger, api.WithLoggedBodies())
	var in, out map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &in))
	require.NoError(t, client.Do(t.Context(), "PUT", "/things", in, &out))
	assert.Contains(t, log.String(), "kept")
	for _, secret := range []string{"planted-a", "planted-b", "planted-c", "planted-d", "planted-e", "planted-f", "planted-g", "planted-h", "planted-i",
		"planted-j", "planted-k", "planted-l", "4711471147", "12.5e77", "1.25e+78"} {
		assertNotLogged(t, log, []string{secret})
	}
}
