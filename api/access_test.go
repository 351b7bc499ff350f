package api_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/suger-go/suger/api"
)

func TestAPIKey(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Key "+apiKey, r.Header.Get("Authorization"))
		io.WriteString(w, offer)
	})
	assert.NoError(t, get(t.Context(), client))
}

func TestAccessError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, access string
		status       int
		body         string
		want         api.AccessError
		kinds        []error
		tries        int32
	}{
		{"RFC 6749", "OAuth", 401, `{"error": "invalid_client", "error_description": "no such app"}`,
			api.AccessError{StatusCode: 401, Code: "invalid_client", Description: "no such app"}, []error{api.ErrUnauthorized}, 1},
		{"RFC 6749 with 400", "OAuth", 400, `{"error": "invalid_client"}`,
			api.AccessError{StatusCode: 400, Code: "invalid_client"}, []error{api.ErrUnauthorized}, 1},
		{"another code", "OAuth", 400, `{"error": "invalid_scope"}`, api.AccessError{StatusCode: 400, Code: "invalid_scope"}, nil, 1},
		{"HTML", "OAuth", 403, `<title>Forbidden</title>`, api.AccessError{StatusCode: 403, Description: "Forbidden"}, nil, 1},
		{"out of order", "OAuth", 503, `down`, api.AccessError{StatusCode: 503, Description: "down"}, nil, 3},
		{"refused", "bearer login", 401, `"wrong secret"`, api.AccessError{StatusCode: 401, Description: "wrong secret"}, []error{api.ErrUnauthorized}, 1},
		{"out of order", "bearer login", 503, `down`, api.AccessError{StatusCode: 503, Description: "down"}, nil, 3},
		{"no token", "bearer login", 200, `{}`, api.AccessError{StatusCode: 200, Description: "the answer holds no access_token"}, nil, 1},
		{"no JSON", "bearer login", 200, `<p>`, api.AccessError{StatusCode: 200, Description: "the answer holds no access_token"}, nil, 1},
	} {
		t.Run(tt.access+" "+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int32
				client := newClient(t, append(tokenOptions[tt.access], api.WithBaseURL(pipeURL), api.WithTransport(servePipe(t, func(w http.ResponseWriter, r *http.Request) {
					asked.Add(1)
					answer(tt.status, "application/json", tt.body)(w, r)
				})))...)
				err := notify(t.Context(), client)
				e, ok := errors.AsType[*api.AccessError](err)
				require.True(t, ok, "%T %v", err, err)
				assert.Equal(t, tt.want, *e)
				assert.Equal(t, tt.tries, asked.Load())
				assert.Equal(t, tt.tries > 1, api.IsRetryable(err))
				assertKinds(t, err, tt.kinds...)
				assert.ErrorContains(t, err, fmt.Sprint(tt.status))
				assert.ErrorContains(t, err, tt.want.Description)
			})
		})
	}
}

// TestTokenSource checks that the source is asked for a new token only when the last one has expired or was refused.
func TestTokenSource(t *testing.T) {
	t.Parallel()
	t.Run("lifetime", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			source := &countingSource{lifetime: time.Hour}
			client := newClient(t, api.WithTokenSource(source), api.WithTransport(servePipe(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, fmt.Sprintf("Bearer token-%d", source.asked), r.Header.Get("Authorization"))
				io.WriteString(w, offer)
			})), api.WithBaseURL(pipeURL))
			require.NoError(t, get(t.Context(), client))
			time.Sleep(58 * time.Minute)
			require.NoError(t, get(t.Context(), client))
			assert.Equal(t, 1, source.asked)
			time.Sleep(time.Minute)
			require.NoError(t, get(t.Context(), client))
			assert.Equal(t, 2, source.asked)
		})
	})
	t.Run("short life", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			source := &countingSource{lifetime: 30 * time.Second}
			client := newClient(t, api.WithTokenSource(source), api.WithTransport(servePipe(t, func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, offer)
			})), api.WithBaseURL(pipeURL))
			for range 3 {
				require.NoError(t, get(t.Context(), client))
			}
			assert.Equal(t, 1, source.asked, "a token that lives shorter than the margin is kept too")
			time.Sleep(28 * time.Second)
			require.NoError(t, get(t.Context(), client))
			assert.Equal(t, 2, source.asked)
		})
	})
	t.Run("refused", func(t *testing.T) {
		server := &tokens{}
		source := &countingSource{}
		client := newClient(t, api.WithTokenSource(source), api.WithBaseURL(listen(t, server.ServeHTTP).URL))
		require.NoError(t, get(t.Context(), client))
		server.accepted.Store("Bearer token-2")
		require.NoError(t, get(t.Context(), client))
		assert.Equal(t, 2, source.asked)
	})
	for name, tt := range map[string]struct {
		source oauth2.TokenSource
		text   string
	}{
		"fails":       {&countingSource{err: errors.New("vault is sealed")}, "vault is sealed"},
		"no token":    {&countingSource{none: true}, "the token is empty"},
		"empty token": {oauth2.StaticTokenSource(&oauth2.Token{}), "the token is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveNothing(t, api.WithTokenSource(tt.source))
			err := get(t.Context(), client)
			_, ok := errors.AsType[*api.AccessError](err)
			assert.True(t, ok, "%T", err)
			assert.ErrorContains(t, err, tt.text)
		})
	}
}

// serveNothing returns a client of a server that must not be called.
func serveNothing(t *testing.T, access api.Option) *api.Client {
	server := listen(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	return newClient(t, access, api.WithBaseURL(server.URL), api.WithRetry(quick))
}

type countingSource struct {
	asked    int
	lifetime time.Duration
	err      error
	none     bool
}

func (s *countingSource) Token() (*oauth2.Token, error) {
	if s.err != nil || s.none {
		return nil, s.err
	}
	s.asked++
	token := &oauth2.Token{AccessToken: fmt.Sprintf("token-%d", s.asked)}
	if s.lifetime > 0 {
		token.Expiry = time.Now().Add(s.lifetime)
	}
	return token, nil
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "token"})
	for _, tt := range []struct {
		opts []api.Option
		want []string // in the error
	}{
		{nil, []string{"no credentials", "WithAPIKey", "WithOAuth", "WithBearerLogin", "WithTokenSource"}},
		{[]api.Option{api.WithAPIKey("k"), api.WithOAuth("i", "s")}, []string{"WithAPIKey and WithOAuth"}},
		{[]api.Option{api.WithBearerLogin("i", "s"), api.WithTokenSource(source)}, []string{"WithBearerLogin and WithTokenSource"}},
		{[]api.Option{api.WithAPIKey("k"), api.WithAPIKey("k")}, []string{"WithAPIKey and WithAPIKey"}},
		{[]api.Option{api.WithAPIKey("")}, []string{"WithAPIKey: the API key is empty"}},
		{[]api.Option{api.WithAPIKey(" planted")}, []string{"white space"}},
		{[]api.Option{api.WithAPIKey("planted\n")}, []string{"white space"}},
		{[]api.Option{api.WithAPIKey("plan\nted")}, []string{"no header can carry"}},
		{[]api.Option{api.WithAPIKey("plantéd")}, []string{"no header can carry"}},
		{[]api.Option{api.WithOAuth("", "s")}, []string{"WithOAuth: the client id is empty"}},
		{[]api.Option{api.WithOAuth("i", "")}, []string{"WithOAuth: the client secret is empty"}},
		{[]api.Option{api.WithOAuth("i", "planted ")}, []string{"WithOAuth: the client secret has white space"}},
		{[]api.Option{api.WithOAuth("i", "s"), api.WithTokenURL("http://auth.test/token")}, []string{"token URL", "https"}},
		{[]api.Option{api.WithBearerLogin("", "s")}, []string{"WithBearerLogin: the client id is empty"}},
		{[]api.Option{api.WithBearerLogin("i", "")}, []string{"WithBearerLogin: the secret is empty"}},
		{[]api.Option{api.WithTokenSource(nil)}, []string{"WithTokenSource: the source is nil"}},
	} {
		_, err := api.New(orgID, tt.opts...)
		for _, want := range tt.want {
			assert.ErrorContains(t, err, want)
		}
		assert.NotContains(t, err.Error(), "plant")
	}
}
