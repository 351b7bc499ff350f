package api_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", ".", ".."} {
		_, err := api.New(id, api.WithAPIKey(apiKey))
		assert.ErrorContains(t, err, "organization id")
	}
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/org/org-1/offer/o-1", r.URL.Path)
		answer(200, "", offer)(w, r)
	})
	assert.Equal(t, orgID, client.OrgID())
	assert.NoError(t, get(t.Context(), client))
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{ // the URL of an offer, or the error
		"https://api.test":                   "https://api.test/org/org-1/offer/o-1",
		"https://api.test/":                  "https://api.test/org/org-1/offer/o-1",
		"https://api.test/suger//":           "https://api.test/suger/org/org-1/offer/o-1",
		"HTTPS://api.test:8443":              "https://api.test:8443/org/org-1/offer/o-1",
		"http://localhost:8080":              "http://localhost:8080/org/org-1/offer/o-1",
		"http://127.0.0.9":                   "http://127.0.0.9/org/org-1/offer/o-1",
		"http://[::1]:80":                    "http://[::1]:80/org/org-1/offer/o-1",
		string(api.Development):              "https://api.dev.suger.cloud/org/org-1/offer/o-1",
		"http://api.test":                    "use https",
		"http://localhost.api.test":          "use https",
		"http://127.0.0.1.api.test":          "use https",
		"http://0.0.0.0":                     "use https",
		"https://user:planted@api.test":      "must not contain credentials",
		"https://planted@api.test":           "must not contain credentials",
		"user:planted@api.test":              "want https://host",
		"https://user:planted@api.test:port": "not a URL",
		"https://api.test?key=planted":       "must not have a query",
		"https://api.test?":                  "must not have a query",
		"https://api.test#planted":           "must not have a query or a fragment",
		"api.test":                           "want https://host",
		"//api.test":                         "want https://host",
		"ftp://api.test":                     "want https://host",
		"https://":                           "want https://host",
		"https:api.test":                     "want https://host",
		"":                                   "want https://host",
	} {
		var got string
		client, err := api.New(orgID, api.WithAPIKey(apiKey), api.WithBaseURL(base), api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			got = r.URL.String()
			return nil, context.Canceled
		})))
		if err != nil {
			assert.ErrorContains(t, err, want, base)
			assert.NotContains(t, err.Error(), "planted", base)
			continue
		}
		assert.Error(t, get(t.Context(), client))
		assert.Equal(t, want, got, base)
	}
}

// TestNewFromEnv goes through what may be in the environment.
// The variables that NewFromEnv reads.
const (
	envOrgID    = "SUGER_ORG_ID"
	envKey      = "SUGER_API_KEY"
	envID       = "SUGER_CLIENT_ID"
	envSecret   = "SUGER_CLIENT_SECRET"
	envBaseURL  = "SUGER_BASE_URL"
	envTokenURL = "SUGER_TOKEN_URL"
)

// environments say what NewFromEnv makes of the variables that are set.
var environments = []struct {
	name    string
	set     []string
	err     string   // none if it is empty
	arrived []string // the host of the API, that of the token endpoint, and the header Authorization
}{
	{"nothing", nil, "not set in the environment: SUGER_ORG_ID, SUGER_API_KEY (or SUGER_CLIENT_ID and SUGER_CLIENT_SECRET)", nil},
	{"organization", []string{envOrgID}, "not set in the environment: SUGER_API_KEY (or", nil},
	{"key", []string{envKey}, "not set in the environment: SUGER_ORG_ID", nil},
	{"id", []string{envOrgID, envID}, "not set in the environment: SUGER_CLIENT_SECRET", nil},
	{"secret", []string{envOrgID, envSecret}, "not set in the environment: SUGER_CLIENT_ID", nil},
	{"key and id", []string{envOrgID, envKey, envID}, "not set in the environment: SUGER_CLIENT_SECRET", nil},
	{"id and secret", []string{envID, envSecret}, "not set in the environment: SUGER_ORG_ID", nil},
	{"two kinds", []string{envOrgID, envKey, envID, envSecret}, "more than one kind of credentials: WithAPIKey and WithOAuth", nil},
	{"API key", []string{envOrgID, envKey}, "", []string{"api.suger.cloud", "", "Key planted-SUGER_API_KEY"}},
	{"OAuth", []string{envOrgID, envID, envSecret}, "", []string{"api.suger.cloud", "auth.suger.cloud", "Bearer token-1"}},
	{"base URL", []string{envOrgID, envKey, envBaseURL}, "", []string{"api.test", "", "Key planted-SUGER_API_KEY"}},
	{"OAuth elsewhere", []string{envOrgID, envID, envSecret, envBaseURL},
		"the token endpoint for https://api.test/ is not known: pass WithTokenURL (SUGER_TOKEN_URL", nil},
	{"OAuth elsewhere with its endpoint", []string{envOrgID, envID, envSecret, envBaseURL, envTokenURL}, "",
		[]string{"api.test", "tokens.test", "Bearer token-1"}},
	{"a token endpoint for nothing", []string{envOrgID, envKey, envTokenURL}, "WithTokenURL has no effect without WithOAuth", nil},
}

func TestNewFromEnv(t *testing.T) {
	for _, tt := range environments {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{envOrgID, envKey, envID, envSecret, envBaseURL, envTokenURL} {
				t.Setenv(name, "")
			}
			for _, name := range tt.set {
				t.Setenv(name, "planted-"+name)
			}
			if slices.Contains(tt.set, envBaseURL) {
				t.Setenv(envBaseURL, "https://api.test")
			}
			if slices.Contains(tt.set, envTokenURL) {
				t.Setenv(envTokenURL, "https://tokens.test/oauth2/token")
			}
			server := &tokens{}
			host, access, tokens := "", "", ""
			transport := roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/oauth2/token" {
					tokens = r.URL.Host
				} else {
					host, access = r.URL.Host, r.Header.Get("Authorization")
				}
				r.URL.Scheme, r.URL.Host = "http", "localhost"
				return servePipe(t, server.ServeHTTP).RoundTrip(r)
			})
			client, err := api.NewFromEnv(api.WithTransport(transport))
			if tt.err != "" {
				assert.ErrorContains(t, err, tt.err)
				assert.NotContains(t, err.Error(), "planted")
				return
			}
			require.NoError(t, err)
			require.NoError(t, get(t.Context(), client))
			assert.Equal(t, "planted-SUGER_ORG_ID", client.OrgID())
			assert.Equal(t, tt.arrived, []string{host, tokens, access})
		})
	}
}

// TestNewFromEnvThenOptions checks that an option overrules the environment.
func TestNewFromEnvThenOptions(t *testing.T) {
	t.Setenv(envOrgID, orgID)
	t.Setenv(envKey, apiKey)
	t.Setenv(envID, "")
	t.Setenv(envSecret, "")
	t.Setenv(envTokenURL, "")
	t.Setenv(envBaseURL, "http://not.loopback.test")
	_, err := api.NewFromEnv()
	assert.ErrorContains(t, err, "use https")
	_, err = api.NewFromEnv(api.WithEnvironment(api.Development))
	assert.NoError(t, err)
}

// TestNoCookies checks that neither another site's cookies nor the server's own are sent.
func TestNoCookies(t *testing.T) {
	t.Parallel()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Empty(t, r.Cookies())
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		answer(200, "", offer)(w, r)
	}, api.WithHTTPClient(&http.Client{Jar: jar}))
	assert.NoError(t, get(t.Context(), client))
	assert.NoError(t, get(t.Context(), client))
}

func TestCloseIdleConnections(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{})
	server := httptest.NewUnstartedServer(answer(200, "", offer))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(closed)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := newClient(t, api.WithAPIKey(apiKey), api.WithBaseURL(server.URL))
	require.NoError(t, get(t.Context(), client))
	client.CloseIdleConnections()
	<-closed
}

func FuzzBaseURL(f *testing.F) {
	for _, seed := range []string{"https://api.test", "http://localhost:1/a/", "http://[::1%25lo]", "https://a@b", "https://a?", "https://%zz", "\x00"} {
		f.Add(seed)
	}
	sent := errors.New("sent")
	f.Fuzz(func(t *testing.T, base string) {
		client, err := api.New(orgID, api.WithAPIKey(apiKey), api.WithBaseURL(base), api.WithRetry(api.RetryPolicy{MaxTries: 1}),
			api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Scheme != "https" && r.URL.Hostname() != "localhost" {
					addr, err := netip.ParseAddr(r.URL.Hostname())
					assert.True(t, err == nil && addr.IsLoopback(), "plain http to %q", r.URL)
				}
				assert.Nil(t, r.URL.User)
				assert.Empty(t, r.URL.RawQuery)
				return nil, sent
			})))
		if err == nil {
			assert.ErrorIs(t, get(t.Context(), client), sent)
		}
	})
}
