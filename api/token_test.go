package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// tokens is a server with both token endpoints, whose tokens are token-1, token-2 and so on.
type tokens struct {
	issued   atomic.Int32
	accepted atomic.Value                             // the only Authorization that the API takes; any if it is not set
	endpoint func(http.ResponseWriter, *http.Request) // runs before a token is issued
	calls    atomic.Int32                             // of the API
}

func (s *tokens) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/oauth2/token", "/public/apiClient/accessToken":
		n := s.issued.Add(1)
		if s.endpoint != nil {
			s.endpoint(w, r)
		}
		answer(200, "application/json", fmt.Sprintf(`{"access_token": "token-%d", "token_type": "Bearer", "expires_in": 3600}`, n))(w, r)
	default:
		s.calls.Add(1)
		if want := s.accepted.Load(); want != nil && want != r.Header.Get("Authorization") {
			answer(401, "application/json", `"token has expired"`)(w, r)
			return
		}
		if r.Method != http.MethodPost { // which sends a mail, and there is nothing to say of it
			io.WriteString(w, offer)
		}
	}
}

// tokenOptions are the credentials that are exchanged for a token.
var tokenOptions = map[string][]api.Option{
	"OAuth":        {api.WithOAuth("id-1", "planted-secret"), api.WithTokenURL(pipeURL + "/oauth2/token")},
	"bearer login": {api.WithBearerLogin("id-1", "planted-secret")},
}

// pipe returns a client of the server, with the named credentials.
func (s *tokens) pipe(t *testing.T, name string) *api.Client {
	return newClient(t, append(tokenOptions[name], api.WithBaseURL(pipeURL), api.WithTransport(servePipe(t, s.ServeHTTP)))...)
}

// TestTokenRequest checks what the two endpoints get.
func TestTokenRequest(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(t *testing.T, r *http.Request){
		"OAuth": func(t *testing.T, r *http.Request) {
			assert.Equal(t, "/oauth2/token", r.URL.Path)
			assert.NoError(t, r.ParseForm())
			assert.Equal(t, map[string][]string{"grant_type": {"client_credentials"}, "client_id": {"id-1"}, "client_secret": {"planted-secret"}}, map[string][]string(r.PostForm))
		},
		"bearer login": func(t *testing.T, r *http.Request) {
			assert.Equal(t, "/public/apiClient/accessToken", r.URL.Path)
			assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
			body, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			assert.JSONEq(t, `{"organizationID": "org-1", "id": "id-1", "secret": "planted-secret"}`, string(body))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &tokens{endpoint: func(_ http.ResponseWriter, r *http.Request) {
					assert.Equal(t, http.MethodPost, r.Method)
					assert.Empty(t, r.Header.Get("Authorization"))
					check(t, r)
				}}
				server.accepted.Store("Bearer token-1")
				assert.NoError(t, get(t.Context(), server.pipe(t, name)))
				assert.EqualValues(t, 1, server.issued.Load())
			})
		})
	}
}

// TestTokenLifetime checks that a token is used for as long as it is good, and for no longer.
func TestTokenLifetime(t *testing.T) {
	t.Parallel()
	for name := range tokenOptions {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &tokens{}
				client := server.pipe(t, name)
				for _, step := range []struct {
					wait time.Duration
					want int32
				}{{0, 1}, {58*time.Minute + 59*time.Second, 1}, {time.Second, 2}, {time.Second, 2}} {
					time.Sleep(step.wait)
					require.NoError(t, get(t.Context(), client))
					assert.Equal(t, step.want, server.issued.Load())
				}
			})
		})
	}
}

// TestRefusedToken checks that a token that ended early is replaced once.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	for name := range tokenOptions {
		for effect, call := range effects {
			t.Run(name+" "+string(effect), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := &tokens{}
					client := server.pipe(t, name)
					require.NoError(t, call(t.Context(), client))
					server.accepted.Store("Bearer token-2")
					require.NoError(t, call(t.Context(), client))
					assert.EqualValues(t, 3, server.calls.Load())

					server.accepted.Store("another")
					assertKinds(t, call(t.Context(), client), api.ErrUnauthorized)
					assert.EqualValues(t, 5, server.calls.Load())
					assert.EqualValues(t, 3, server.issued.Load())
				})
			})
		}
	}
	t.Run("replaced by another call", func(t *testing.T) {
		t.Parallel()
		issuer := &tokens{}
		var slow atomic.Int32 // requests of the slow call
		arrived, release := make(chan struct{}), make(chan struct{})
		server := listen(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/org/org-1/offer/slow" && slow.Add(1) == 1 {
				close(arrived)
				<-release
			}
			issuer.ServeHTTP(w, r)
		})
		client := newClient(t, api.WithBearerLogin("id-1", "planted-secret"), api.WithBaseURL(server.URL))
		require.NoError(t, get(t.Context(), client))
		issuer.accepted.Store("another")
		done := make(chan error)
		go func() {
			_, err := client.Offers.Get(t.Context(), "slow")
			done <- err
		}()
		<-arrived
		assertKinds(t, get(t.Context(), client), api.ErrUnauthorized)
		close(release)
		assertKinds(t, <-done, api.ErrUnauthorized)
		assert.EqualValues(t, 2, slow.Load(), "a call is repeated once, though its second token was in the cache too")
		assert.EqualValues(t, 2, issuer.issued.Load())
	})
	t.Run("not from the cache", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			server := &tokens{}
			server.accepted.Store("another")
			assertKinds(t, get(t.Context(), server.pipe(t, "OAuth")), api.ErrUnauthorized)
			assert.EqualValues(t, 1, server.calls.Load())
			assert.EqualValues(t, 1, server.issued.Load())
		})
	})
}

// TestOneTokenForAll has many calls wait for a slow token endpoint.
func TestOneTokenForAll(t *testing.T) {
	t.Parallel()
	const calls = 100
	for _, name := range []string{"/oauth2/token", "/public/apiClient/accessToken"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var started sync.WaitGroup
			started.Add(calls)
			source := &tokens{endpoint: func(http.ResponseWriter, *http.Request) { started.Wait() }}
			server := listen(t, source.ServeHTTP)
			access := []api.Option{api.WithBearerLogin("id-1", "planted-secret")}
			if name == "/oauth2/token" {
				access = []api.Option{api.WithOAuth("id-1", "planted-secret"), api.WithTokenURL(server.URL + name)}
			}
			client := newClient(t, append(access, api.WithBaseURL(server.URL))...)
			var all sync.WaitGroup
			for range calls {
				all.Go(func() {
					started.Done()
					assert.NoError(t, get(t.Context(), client))
				})
			}
			all.Wait()
			assert.EqualValues(t, 1, source.issued.Load())
			assert.EqualValues(t, calls, source.calls.Load())
		})
	}
}

// TestImpatientCall checks that a call that gives up leaves the token to the others, even if it asked for it first.
func TestImpatientCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server := &tokens{endpoint: func(http.ResponseWriter, *http.Request) { <-release }}
		client := server.pipe(t, "OAuth")
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- get(ctx, client) }()
		synctest.Wait()
		go func() { second <- get(t.Context(), client) }()
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, <-first, context.Canceled)
		close(release)
		assert.NoError(t, <-second)
		assert.EqualValues(t, 1, server.issued.Load())
	})
}

// TestTokenEndpoint checks that no secret goes to the token endpoint of another environment.
func TestTokenEndpoint(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		options []api.Option
		want    string // where the token comes from, or what is wrong
	}{
		{"production", nil, "https://auth.suger.cloud/oauth2/token"},
		{"production by name", []api.Option{api.WithEnvironment(api.Production)}, "https://auth.suger.cloud/oauth2/token"},
		{"production with a slash", []api.Option{api.WithBaseURL("https://api.suger.cloud/")}, "https://auth.suger.cloud/oauth2/token"},
		{"the other host", []api.Option{api.WithTokenURL("https://apiv2.suger.cloud/oauth2/token")}, "https://apiv2.suger.cloud/oauth2/token"},
		{"development", []api.Option{api.WithEnvironment(api.Development)}, "the token endpoint for https://api.dev.suger.cloud/ is not known: pass WithTokenURL"},
		{"a proxy", []api.Option{api.WithBaseURL("https://proxy.test/suger")}, "the token endpoint for https://proxy.test/suger/ is not known"},
		{"production through a path", []api.Option{api.WithBaseURL("https://api.suger.cloud/v2")}, "is not known"},
		{"given", []api.Option{api.WithBaseURL("https://proxy.test"), api.WithTokenURL("https://tokens.test/t")}, "https://tokens.test/t"},
		{"empty", []api.Option{api.WithTokenURL("")}, "WithTokenURL: the URL is empty"},
		{"not safe", []api.Option{api.WithTokenURL("http://tokens.test/t")}, "use https"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var asked string
			transport := api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
				asked = r.URL.String()
				return nil, context.Canceled
			}))
			client, err := api.New(orgID, append(tt.options, transport, api.WithOAuth("id", "planted-secret"))...)
			if err != nil {
				assert.ErrorContains(t, err, tt.want)
				return
			}
			assert.Error(t, get(t.Context(), client))
			assert.Equal(t, tt.want, asked)
		})
	}
}
