package wire

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

type otherTransport struct{ http.RoundTripper }

// roundTripper is a transport that is a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestOtherDefaultTransport replaces the standard transport, as programs that trace do. It is not parallel, because all other
// tests use the standard one.
func TestOtherDefaultTransport(t *testing.T) {
	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	http.DefaultTransport = otherTransport{standard}
	server := serve1(t, func(*arrival) reply { return text(200, offer) })
	require.NotPanics(t, func() {
		client := newClient(t, server.url)
		assert.NoError(t, get(t.Context(), client))
		client.CloseIdleConnections()
	})
	standard.(*http.Transport).CloseIdleConnections() // which the client may have used
}

// TestRetryPolicies has policies whose delays overflow when they are doubled. Waits pass at once in the bubble, so what is measured
// is how long they would have been.
func TestRetryPolicies(t *testing.T) {
	t.Parallel()
	const huge = time.Duration(math.MaxInt64)
	for name, tt := range map[string]struct {
		policy api.RetryPolicy
		most   time.Duration
	}{
		"more than is allowed": {api.RetryPolicy{MaxTries: 60, BaseDelay: 10 * time.Second, MaxDelay: time.Millisecond}, 60 * time.Millisecond},
		"overflows":            {api.RetryPolicy{MaxTries: 60, BaseDelay: 10 * time.Second, MaxDelay: 20 * time.Second}, 1200 * time.Second},
		"no base":              {api.RetryPolicy{MaxTries: 60, BaseDelay: 0, MaxDelay: time.Hour}, time.Second},
		"huge base":            {api.RetryPolicy{MaxTries: 60, BaseDelay: huge, MaxDelay: time.Second}, 60 * time.Second},
		"nothing":              {api.RetryPolicy{MaxTries: 60}, time.Second},
		"many tries":           {api.RetryPolicy{MaxTries: 5000, BaseDelay: 1, MaxDelay: time.Millisecond}, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				client := newClient(t, "https://api.test", api.WithRetry(tt.policy), api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
					tries++
					return &http.Response{StatusCode: 503, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
				})))
				start := time.Now()
				assert.NotPanics(t, func() { assert.ErrorIs(t, get(t.Context(), client), api.ErrServer) })
				assert.Equal(t, tt.policy.MaxTries, tries)
				assert.LessOrEqual(t, time.Since(start), tt.most)
			})
		})
	}
	t.Run("without an end", func(t *testing.T) { // waits that are as long as a duration can be
		t.Parallel()
		client := serve(t, answer(503, "", ""), api.WithRetry(api.RetryPolicy{MaxTries: math.MaxInt, BaseDelay: huge, MaxDelay: huge}))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		assert.NotPanics(t, func() { assert.Error(t, get(ctx, client)) })
	})
}

// TestTokenSourceLeaves has token sources that never return: by runtime.Goexit, as a failed test does, by a panic, or at all. The
// call that asked fails, and the calls after it get their own chance.
func TestTokenSourceLeaves(t *testing.T) {
	t.Parallel()
	blocked := make(chan struct{})
	t.Cleanup(func() { close(blocked) })
	for name, leave := range map[string]func(){
		"Goexit":   runtime.Goexit,
		"panic":    func() { panic("no vault here") },
		"for ever": func() { <-blocked },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			source := sourceFunc(func() (*oauth2.Token, error) {
				if asked.Add(1) == 1 {
					leave()
				}
				return &oauth2.Token{AccessToken: "planted-token"}, nil
			})
			server := serve1(t, func(*arrival) reply { return text(200, offer) })
			client := newClientWith(t, server.url, api.WithTokenSource(source), api.WithTimeout(patience), api.WithRetry(once))
			err := within(t, slack, func() error { return refund(t.Context(), client) })
			_, ok := errors.AsType[*api.AccessError](err)
			assert.True(t, ok, "%T %v", err, err)
			assertUnknown(t, false, err)
			assert.Zero(t, server.count(0), "the call was sent")
			if name == "for ever" {
				return // a source that is stuck may hold up all calls, which end by their time-out
			}
			require.NoError(t, within(t, slack, func() error { return get(t.Context(), client) }))
		})
	}
}

// TestTokenSourceForEver checks that each of the calls that wait for a source that is stuck ends by its time-out.
func TestTokenSourceForEver(t *testing.T) {
	t.Parallel()
	blocked := make(chan struct{})
	t.Cleanup(func() { close(blocked) })
	source := sourceFunc(func() (*oauth2.Token, error) {
		<-blocked
		return nil, errors.New("too late")
	})
	client := newClientWith(t, "https://api.test", api.WithTokenSource(source), api.WithTimeout(patience), api.WithRetry(once))
	for range 3 {
		err := within(t, slack, func() error { return get(t.Context(), client) })
		_, ok := errors.AsType[*api.AccessError](err)
		assert.True(t, ok, "%T %v", err, err)
	}
}

// TestUnknownEffect checks that an effect which is none of the three does not count as safe: nothing is sent.
func TestUnknownEffect(t *testing.T) {
	t.Parallel()
	server := serve1(t, func(*arrival) reply { return hungUp })
	client := newClient(t, server.url)
	for _, effect := range []gen.Effect{"Unsafe", "UNSAFE", "unsafe ", "none", "safe"} {
		for _, c := range calls {
			if c.name == "unsafe GET" {
				continue // which has the option already
			}
			err := c.do(t.Context(), client, api.Effect(effect))
			assert.Error(t, err, "%s %q", c.name, effect)
			assertUnknown(t, false, err)
			assert.False(t, api.IsRetryable(err))
		}
	}
	assert.Zero(t, server.count(0), "requests")
}

// TestExpiresIn has lives of a token as servers write them. A number, also as text, is a life, however long. A token without a
// life, or with a negative one, is good for one call at least. Anything else may be refused.
func TestExpiresIn(t *testing.T) {
	t.Parallel()
	const atMost = 3 // one a call
	for access, options := range tokenAccess {
		for life, tokens := range map[string]int{ // how many tokens three calls take
			`3600`: 1, `"3600"`: 1, `3600.5`: 1, `3.6e3`: 1, `1e30`: 1, `9223372036854775807`: 1, `9223372037`: 1, `null`: 1,
			`0`: atMost, `-5`: atMost, `"0"`: atMost, `-1e30`: atMost, `"soon"`: 0, `""`: 0, `true`: 0, `{}`: 0, `"1e30"`: 0,
		} {
			t.Run(access+" "+life, func(t *testing.T) {
				t.Parallel()
				var asked atomic.Int32
				server := serve1(t, func(a *arrival) reply {
					if isToken(a.request) {
						asked.Add(1)
						return text(200, fmt.Sprintf(`{"access_token": "planted-token", "token_type": "Bearer", "expires_in": %s}`, life))
					}
					return text(200, offer)
				})
				client := newClientWith(t, server.url, append(options(server.url), api.WithRetry(once))...)
				for range 3 {
					err := get(t.Context(), client)
					if tokens > 0 {
						require.NoError(t, err)
					} else if err != nil {
						_, ok := errors.AsType[*api.AccessError](err)
						assert.True(t, ok, "%T %v", err, err)
					}
				}
				if tokens == 1 {
					assert.EqualValues(t, 1, asked.Load(), "tokens")
				}
				assert.LessOrEqual(t, asked.Load(), int32(atMost), "tokens")
			})
		}
	}
}
