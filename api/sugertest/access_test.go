package sugertest

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// clients are clients of a server, by each way to get tokens.
func clients(t *testing.T, srv *Server, secret string) map[string]*api.Client {
	t.Helper()
	made := map[string]*api.Client{}
	for name, options := range map[string][]api.Option{
		"Access.Token": {api.WithOAuth(srv.ClientID, secret), api.WithTokenURL(srv.TokenURL)},
		"Access.Login": {api.WithBearerLogin(srv.ClientID, secret)},
	} {
		client, err := api.New(srv.OrgID, append(options, api.WithBaseURL(srv.URL), api.WithRetry(api.RetryPolicy{MaxTries: 1}))...)
		require.NoError(t, err)
		made[name] = client
	}
	return made
}

// operationsOf returns what the requests were for, one after the other.
func operationsOf(srv *Server) []string {
	var names []string
	for _, r := range srv.Requests() {
		names = append(names, r.Operation)
	}
	return names
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Access.Token", "Access.Login"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := New(t)
			client := clients(t, srv, srv.ClientSecret)[name]
			list := func() {
				t.Helper()
				_, err := client.Offers.List(t.Context(), nil)
				require.NoError(t, err)
			}
			list()
			list()
			assert.Equal(t, []string{name, "Offers.List", "Offers.List"}, operationsOf(srv), "a token is used again")
			srv.Clock.Advance(time.Hour - time.Minute)
			list()
			assert.Len(t, srv.Requests(), 4)
			srv.Clock.Advance(time.Minute)
			list()
			assert.Equal(t, []string{"Offers.List", name, "Offers.List"}, operationsOf(srv)[4:], "it ends after an hour of the server's time")
			assert.Equal(t, 401, srv.Requests()[4].Status)
			assert.Len(t, srv.tokens, 1, "the one that ended is forgotten")
			for _, r := range srv.Requests() {
				assert.Nil(t, r.Body)
				assert.NotContains(t, r.Header, "Authorization")
				assert.NotContains(t, r.Answer, "fake-token")
			}
		})
	}
}

func TestWrongSecrets(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for name, client := range clients(t, srv, "a-wrong-secret") {
		_, err := client.Offers.List(t.Context(), nil)
		assert.ErrorIs(t, err, api.ErrUnauthorized, name)
		var refused *api.AccessError
		require.ErrorAs(t, err, &refused, name)
		assert.Equal(t, 401, refused.StatusCode)
		if name == "Access.Token" {
			assert.Equal(t, "invalid_client", refused.Code)
		}
	}
	assert.Empty(t, srv.tokens)
}

// Faults meet requests for tokens by their name, and not by the one for all.
func TestFaultsOfAccess(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Fail("*", Status(400))
	for name, client := range clients(t, srv, srv.ClientSecret) {
		srv.Fail(name, Status(503).Times(1), HTML(502).Times(1), DropAfter().Times(1), Truncate().Times(1))
		for _, status := range []int{503, 502, 0, 200} {
			_, err := client.Offers.List(t.Context(), nil)
			var failed *api.AccessError
			require.ErrorAs(t, err, &failed, name)
			assert.Equal(t, status, failed.StatusCode)
		}
		_, err := client.Offers.List(t.Context(), nil)
		assert.ErrorIs(t, err, api.ErrBadRequest, "that of the list")
	}
}

// What the endpoints for tokens are asked wrongly is refused as documented (RFC 6749, section 5.2).
func TestRequestsForTokens(t *testing.T) {
	t.Parallel()
	srv := New(t, Organization("org-1", "key-1"))
	const form, secret = "application/x-www-form-urlencoded", "client_secret=fake-secret-5a0e6d17c3b94f28"
	for _, test := range []struct {
		method, path, contentType, body string
		status                          int
		answer                          string
	}{
		{"POST", tokenPath, form, "grant_type=client_credentials&client_id=fake-client&" + secret, 200, `"expires_in":3600,"token_type":"Bearer"`},
		{"POST", tokenPath, form + "; charset=utf-8", "client_id=fake-client&grant_type=client_credentials&" + secret, 200, `"access_token":"`},
		{"POST", tokenPath, form, "grant_type=client_credentials&client_id=other&" + secret, 401, `"error":"invalid_client"`},
		{"POST", tokenPath, form, "grant_type=client_credentials", 401, `"error":"invalid_client"`},
		{"POST", tokenPath, form, "grant_type=password&client_id=fake-client&" + secret, 400, `"error":"unsupported_grant_type"`},
		{"POST", tokenPath, form, "client_id=fake-client&" + secret, 400, `"error":"invalid_request"`},
		{"POST", tokenPath, form, "%", 400, `"error":"invalid_request"`},
		{"POST", tokenPath, "application/json", `{"grant_type": "client_credentials"}`, 400, `"error":"invalid_request"`},
		{"POST", tokenPath, form, strings.Repeat("x", 20_000), 413, "longer than 16384 bytes"},
		{"GET", tokenPath, "", "", 405, "method not allowed: GET"},
		{"POST", loginPath, "application/json", `{"organizationID": "org-1", "id": "fake-client", "secret": "fake-secret-5a0e6d17c3b94f28"}`, 200, `"expires_on":"2026-01-31T13:00:00Z"`},
		{"POST", loginPath, "application/json", `{"organizationID": "org-2", "id": "fake-client", "secret": "fake-secret-5a0e6d17c3b94f28"}`, 401, `is wrong"`},
		{"POST", loginPath, "application/json", `{"organizationID": "org-1", "id": "fake-client", "secret": ""}`, 401, `is wrong"`},
		{"POST", loginPath, "application/json", `[]`, 400, `"body: want an object`},
		{"POST", loginPath, "application/json", ``, 400, `"body: want an object`},
		{"DELETE", loginPath, "", "", 405, `"method not allowed: DELETE"`},
	} {
		srv.Clock.Set(time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC))
		r, err := http.NewRequestWithContext(t.Context(), test.method, srv.URL+test.path, strings.NewReader(test.body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", test.contentType)
		response, err := srv.http.Client().Do(r)
		require.NoError(t, err)
		answer, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, test.status, response.StatusCode, "%v %s", test, answer)
		assert.Contains(t, string(answer), test.answer)
		assert.Equal(t, "application/json", response.Header.Get("Content-Type"))
		if test.status == 200 {
			assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
		}
	}
}

// A program that is configured by its environment calls the server, whatever else the environment of the test has.
func TestEnv(t *testing.T) { // not parallel: the environment belongs to all
	for _, name := range []string{"ORG_ID", "API_KEY", "CLIENT_ID", "CLIENT_SECRET"} {
		t.Setenv("SUGER_"+name, "real")
	}
	t.Setenv("SUGER_BASE_URL", "https://real.test")
	t.Setenv("SUGER_TOKEN_URL", "https://real.test/token")
	for first, env := range map[string]func(*Server) []string{"Offers.List": (*Server).Env, "Access.Token": (*Server).OAuthEnv} {
		srv := New(t)
		for _, variable := range env(srv) {
			name, value, _ := strings.Cut(variable, "=")
			t.Setenv(name, value)
		}
		client, err := api.NewFromEnv()
		require.NoError(t, err)
		_, err = client.Offers.List(t.Context(), nil)
		require.NoError(t, err)
		assert.Equal(t, first, srv.Requests()[0].Operation)
	}
}
