package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/suger-go/suger/api"
)

// redirected are clients with each kind of credentials, for a server that redirects.
var redirected = map[string]func(server string) []api.Option{
	"API key": func(string) []api.Option { return []api.Option{api.WithAPIKey(apiKey)} },
	"OAuth": func(server string) []api.Option {
		return []api.Option{api.WithOAuth("id", "planted-secret"), api.WithTokenURL(server + "/oauth2/token")}
	},
	"bearer login": func(string) []api.Option { return []api.Option{api.WithBearerLogin("id", "planted-secret")} },
	"token source": func(string) []api.Option {
		return []api.Option{api.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "planted-token"}))}
	},
}

// TestRedirectElsewhere checks that nothing at all reaches another origin: neither the credentials nor the body.
func TestRedirectElsewhere(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"port", "scheme", "host"} {
		for name, options := range redirected {
			for effect, call := range effects {
				for _, tokens := range []bool{false, true} { // whether it is the token endpoint that redirects
					if tokens && (name == "API key" || name == "token source") {
						continue
					}
					t.Run(fmt.Sprint(where, " ", name, " ", effect, " ", tokens), func(t *testing.T) {
						t.Parallel()
						redirectElsewhere(t, where, tokens, options, func(c *api.Client) error { return call(t.Context(), c) })
					})
				}
			}
		}
	}
}

// redirectElsewhere makes a call to a server that redirects it, or the request for its token, to another port, scheme or host.
func redirectElsewhere(t *testing.T, where string, tokens bool, options func(server string) []api.Option, call func(*api.Client) error) {
	var got atomic.Value
	record := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got.Store(fmt.Sprintf("%s %s %v %s", r.Method, r.Host, r.Header, body))
	}
	other := httptest.NewUnstartedServer(http.HandlerFunc(record))
	if where == "scheme" {
		other.StartTLS()
	} else {
		other.Start()
	}
	t.Cleanup(other.Close)
	target := other.URL
	server := listen(t, func(w http.ResponseWriter, r *http.Request) {
		isToken := strings.HasSuffix(strings.ToLower(r.URL.Path), "token")
		switch {
		case strings.HasPrefix(r.Host, "localhost"):
			record(w, r)
		case isToken == tokens:
			w.Header().Set("Location", target+"/stolen")
			w.WriteHeader(http.StatusTemporaryRedirect) // which keeps the method and the body
		case isToken:
			answer(200, "application/json", `{"access_token": "planted-token", "token_type": "Bearer", "expires_in": 3600}`)(w, r)
		}
	})
	if where == "host" {
		target = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	}
	err := call(newClient(t, append(options(server.URL), api.WithBaseURL(server.URL), api.WithHTTPClient(other.Client()))...))
	if tokens {
		e, ok := errors.AsType[*api.AccessError](err)
		require.True(t, ok, "%T %v", err, err)
		assert.Equal(t, http.StatusTemporaryRedirect, e.StatusCode)
	} else {
		e, ok := errors.AsType[*api.Error](err)
		require.True(t, ok, "%T %v", err, err)
		assert.Equal(t, http.StatusTemporaryRedirect, e.StatusCode)
		assert.Contains(t, e.Message, target+"/stolen")
	}
	assertKinds(t, err)
	assert.Nil(t, got.Load(), "reached the other server")
}

func TestRedirectOnTheSameServer(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		switch {
		case r.URL.Path == "/moved":
			assert.Equal(t, "Key "+apiKey, r.Header.Get("Authorization"))
			io.WriteString(w, offer)
		case strings.HasSuffix(r.URL.Path, "/loop"):
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		default:
			http.Redirect(w, r, "/moved", http.StatusFound)
		}
	})
	got, err := client.Offers.Get(t.Context(), "o-1")
	require.NoError(t, err)
	assert.Equal(t, "Spring offer", got.GetName())

	requests.Store(0)
	_, err = client.Offers.NotifyContacts(t.Context(), "o-1", nil) // a POST would become a GET
	e, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%T", err)
	assert.Equal(t, http.StatusFound, e.StatusCode)
	assert.EqualValues(t, 1, requests.Load())

	requests.Store(0)
	_, err = client.Offers.Get(t.Context(), "loop")
	e, ok = errors.AsType[*api.Error](err)
	require.True(t, ok, "%T", err)
	assert.Equal(t, http.StatusFound, e.StatusCode)
	assert.EqualValues(t, 10, requests.Load(), "a loop is followed for a while, and once")
}

// TestRedirectPolicyOfTheCaller checks that the caller's HTTP client has a say, and is left as it is.
func TestRedirectPolicyOfTheCaller(t *testing.T) {
	t.Parallel()
	refusal := errors.New("no redirects here")
	var requests atomic.Int32
	own := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return refusal }}
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, "/moved", http.StatusFound)
	}, api.WithHTTPClient(own), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	assert.ErrorIs(t, get(t.Context(), client), refusal)
	assert.EqualValues(t, 1, requests.Load())
	assert.Nil(t, own.Transport)
	assert.ErrorIs(t, own.CheckRedirect(nil, nil), refusal)
}
