package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/time/rate"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// patientCalls are calls that are repeated.
var patientCalls = []call{
	calls[0], calls[1], calls[2],
	{"idempotent by option", "POST", false, gen.EffectIdempotent, with(refund, api.Effect(gen.EffectIdempotent))},
}

// inDoubt are the ends of a first try that may have taken effect.
var inDoubt = map[string]http.HandlerFunc{
	"no answer": hangUp, "500": answer(500, "", ""), "502": answer(502, "text/html", "<h1>Bad Gateway</h1>"), "503": answer(503, "", ""),
	"504": answer(504, "", ""), "408": answer(408, "", ""), "520": answer(520, "", ""),
}

// refusals are what the repeat of a call that took effect is answered.
var refusals = map[int]error{400: api.ErrBadRequest, 403: api.ErrForbidden, 404: api.ErrNotFound, 409: api.ErrConflict}

// TestRefusalAfterDoubt checks that a clean refusal of a repeat does not hide that an earlier try may have done it.
func TestRefusalAfterDoubt(t *testing.T) {
	t.Parallel()
	for first, doubt := range inDoubt {
		for status, kind := range refusals {
			for _, c := range patientCalls {
				t.Run(fmt.Sprint(first, " ", status, " ", c.name), func(t *testing.T) {
					t.Parallel()
					client := serve(t, inTurn(doubt, answer(status, "application/json", `"no"`)))
					err := c.do(t.Context(), client)
					assert.ErrorIs(t, err, kind)
					e, ok := errors.AsType[*api.Error](err)
					require.True(t, ok, "%T %v", err, err)
					assert.Equal(t, status, e.StatusCode)
					assertUnknown(t, c.effect != gen.EffectRead, err)
				})
			}
		}
	}
}

// TestRefusalWithoutDoubt has first tries that took no effect for certain: nothing about the refusal is unknown.
func TestRefusalWithoutDoubt(t *testing.T) {
	t.Parallel()
	for status, kind := range refusals {
		for _, c := range patientCalls {
			t.Run(fmt.Sprint(status, " ", c.name), func(t *testing.T) {
				t.Parallel()
				for _, answers := range [][]http.HandlerFunc{
					{answer(status, "", "")}, {answer(429, "", ""), answer(status, "", "")},
				} {
					err := c.do(t.Context(), serve(t, inTurn(answers...)))
					assert.ErrorIs(t, err, kind)
					assertUnknown(t, false, err)
				}
			})
		}
	}
}

// assertBoth checks that an error holds the answer of the first try and what became of the second.
func assertBoth(t *testing.T, err error, status int, effect gen.Effect) {
	t.Helper()
	e, ok := errors.AsType[*api.Error](err)
	if assert.True(t, ok, "no *Error in %v", err) {
		assert.Equal(t, status, e.StatusCode)
	}
	assertUnknown(t, effect != gen.EffectRead, err)
}

// TestTokenEndsBetweenTries has a token that is good for the first try only. The token endpoint refuses the next one.
func TestTokenEndsBetweenTries(t *testing.T) {
	t.Parallel()
	for access, options := range tokenAccess {
		for _, c := range patientCalls {
			t.Run(access+" "+c.name, func(t *testing.T) {
				t.Parallel()
				server := serve1(t, func(a *arrival) reply {
					switch {
					case a.number == 1:
						return text(200, `{"access_token": "planted-token", "token_type": "Bearer", "expires_in": 1}`)
					case isToken(a.request):
						return text(401, `{"error": "invalid_client"}`)
					}
					return reply{text: "HTTP/1.1 502 Bad Gateway\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"}
				})
				policy := api.RetryPolicy{MaxTries: 3, MaxDelay: time.Second}
				client := newClientWith(t, server.url, append(options(server.url), api.WithRetry(policy))...)
				err := c.do(t.Context(), client)
				assertBoth(t, err, 502, c.effect)
				_, ok := errors.AsType[*api.AccessError](err)
				assert.True(t, ok, "no *AccessError in %v", err)
				assert.ErrorIs(t, err, api.ErrUnauthorized)
			})
		}
	}
}

// sourceFunc is a token source that is a function.
type sourceFunc func() (*oauth2.Token, error)

func (f sourceFunc) Token() (*oauth2.Token, error) { return f() }

// TestTokenSourceEndsBetweenTries is the same with a token source, and with a first try that got no answer at all.
func TestTokenSourceEndsBetweenTries(t *testing.T) {
	t.Parallel()
	empty := errors.New("the vault is sealed")
	for _, c := range patientCalls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			source := sourceFunc(func() (*oauth2.Token, error) {
				if asked++; asked > 1 {
					return nil, empty
				}
				return &oauth2.Token{AccessToken: "planted-token", Expiry: time.Now().Add(time.Nanosecond)}, nil
			})
			server := serve1(t, func(*arrival) reply { return hungUp })
			client := newClientWith(t, server.url, api.WithTokenSource(source))
			err := c.do(t.Context(), client)
			assert.ErrorIs(t, err, empty)
			_, ok := errors.AsType[*api.TransportError](err)
			assert.True(t, ok, "no *TransportError in %v", err)
			assertUnknown(t, c.effect != gen.EffectRead, err)
			assert.Equal(t, 1, server.count(0))
		})
	}
}

// TestLimiterRefusesTheSecondTry checks that the limiter does not take away what the first try was answered.
func TestLimiterRefusesTheSecondTry(t *testing.T) {
	t.Parallel()
	for _, c := range patientCalls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, answer(503, "", ""), api.WithRateLimit(rate.NewLimiter(rate.Every(time.Hour), 1)))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // less than the limiter asks for
			defer cancel()
			err := c.do(ctx, client)
			assertBoth(t, err, 503, c.effect)
			assert.ErrorContains(t, err, "rate")
		})
	}
}

// TestRedirectOfAPost has redirects that the client does not follow. A server that answers 303 has acted, and browsers treat
// 301 and 302 in the same way; 307 and 308 ask for the same request at another URL.
func TestRedirectOfAPost(t *testing.T) {
	t.Parallel()
	for status, unknown := range map[int]bool{300: true, 301: true, 302: true, 303: true, 307: false, 308: false} {
		for _, location := range []string{"http://elsewhere.test/done", "/done", ""} {
			for _, c := range calls {
				if location == "/done" && (c.method == "GET" || c.method == "OPTIONS" || status >= 307) {
					continue // which is followed
				}
				t.Run(fmt.Sprint(status, " ", location, " ", c.name), func(t *testing.T) {
					t.Parallel()
					server := serve1(t, func(*arrival) reply {
						header := ""
						if location != "" {
							header = "Location: " + location + "\r\n"
						}
						return reply{text: fmt.Sprintf("HTTP/1.1 %d Redirect\r\n%sContent-Length: 0\r\n\r\n", status, header)}
					})
					err := c.do(t.Context(), newClient(t, server.url))
					e, ok := errors.AsType[*api.Error](err)
					require.True(t, ok, "%T %v", err, err)
					assert.Equal(t, status, e.StatusCode)
					assertUnknown(t, unknown && c.effect != gen.EffectRead, err)
					assert.Equal(t, 1, server.count(0), "requests")
				})
			}
		}
	}
}

// TestRedirectOnTheSameServer checks that 307 and 308 keep the method, the body and the header, each as one request on the wire.
func TestRedirectOnTheSameServer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{307, 308} {
		for _, c := range calls {
			t.Run(fmt.Sprint(status, " ", c.name), func(t *testing.T) {
				t.Parallel()
				server := serve1(t, func(a *arrival) reply {
					if a.request.URL.Path == "/moved" {
						return text(200, c.success())
					}
					return reply{text: fmt.Sprintf("HTTP/1.1 %d Redirect\r\nLocation: /moved\r\nContent-Length: 0\r\n\r\n", status)}
				})
				require.NoError(t, c.do(t.Context(), newClient(t, server.url)))
				arrived := server.list()
				require.Len(t, arrived, 2)
				assert.Equal(t, arrived[0].method, arrived[1].method)
				assert.Equal(t, arrived[0].body, arrived[1].body)
				assert.Equal(t, c.body, arrived[1].body != "")
				for _, name := range []string{"Authorization", "Content-Type", "Idempotency-Key", "X-Idempotency-Key", "Accept", "User-Agent"} {
					assert.Equal(t, arrived[0].request.Header[name], arrived[1].request.Header[name], name)
				}
			})
		}
	}
}
