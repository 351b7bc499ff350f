package api_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/oauth2"

	"github.com/suger-go/suger/api"
)

// planted are the secrets that must not show.
var planted = []string{"planted-key", "planted-secret", "planted-token"}

// assertNoSecrets prints a value in every way a program might.
func assertNoSecrets(t *testing.T, value any) {
	t.Helper()
	var log bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+"\n", value)
	}
	slog.New(slog.NewTextHandler(&log, nil)).Error("text", "value", value)
	slog.New(slog.NewJSONHandler(&log, nil)).Error("json", "value", value)
	if encoded, err := json.Marshal(value); err == nil {
		log.Write(encoded)
	}
	for _, secret := range planted {
		assert.NotContains(t, log.String(), secret, "%T", value)
		assert.NotContains(t, log.String(), hex.EncodeToString([]byte(secret)), "%T", value)
	}
}

func TestNoSecrets(t *testing.T) {
	t.Parallel()
	plain := listen(t, answer(200, "text/plain", "no JSON"))
	refusing := listen(t, answer(401, "application/json", `"no"`))
	broken := listen(t, answer(503, "text/html", "<title>down</title>"))
	silent := listen(t, hangUp)
	tokenServer := listen(t, (&tokens{}).ServeHTTP)
	access := map[string][]api.Option{
		"API key":         {api.WithAPIKey("planted-key")},
		"OAuth":           {api.WithOAuth("id", "planted-secret"), api.WithTokenURL(tokenServer.URL + "/oauth2/token")},
		"OAuth refused":   {api.WithOAuth("id", "planted-secret"), api.WithTokenURL(refusing.URL + "/oauth2/token")},
		"OAuth broken":    {api.WithOAuth("id", "planted-secret"), api.WithTokenURL(broken.URL + "/oauth2/token")},
		"OAuth silent":    {api.WithOAuth("id", "planted-secret"), api.WithTokenURL(silent.URL + "/oauth2/token")},
		"OAuth plain":     {api.WithOAuth("id", "planted-secret"), api.WithTokenURL(plain.URL + "/oauth2/token")},
		"bearer login":    {api.WithBearerLogin("id", "planted-secret")},
		"token source":    {api.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "planted-token"}))},
		"failing source":  {api.WithTokenSource(&countingSource{err: &oauth2.RetrieveError{Response: &http.Response{StatusCode: 400, Request: plantedRequest()}}})},
		"two credentials": {api.WithAPIKey("planted-key"), api.WithOAuth("id", "planted-secret")},
		"malformed":       {api.WithAPIKey("planted-key ")},
		"no header":       {api.WithOAuth("id", "planted-secret\x00")},
		"password in URL": {api.WithAPIKey("k"), api.WithBaseURL("https://user:planted-secret@api.test")},
		"no URL":          {api.WithAPIKey("k"), api.WithBaseURL("user:planted-secret@api.test")},
	}
	for name, options := range access {
		for _, opt := range options {
			assertNoSecrets(t, opt)
		}
		for _, server := range []string{plain.URL, refusing.URL, broken.URL, silent.URL, "https" + plain.URL[len("http"):]} {
			client, err := api.New(orgID, append([]api.Option{api.WithBaseURL(server), api.WithRetry(quick)}, options...)...)
			if err != nil {
				assertNoSecrets(t, err)
				continue
			}
			t.Cleanup(client.CloseIdleConnections)
			for effect, call := range effects {
				err := call(t.Context(), client)
				assert.Error(t, err, "%s %s", name, effect)
				for ; err != nil; err = unwrap(err) {
					assertNoSecrets(t, err)
				}
			}
			// The calls have filled the caches of tokens.
			assertNoSecrets(t, client)
			assertNoSecrets(t, *client)
			assertNoSecrets(t, client.Offers)
			assertNoSecrets(t, *client.Offers)
		}
	}
}

func unwrap(err error) error {
	wrapper, _ := err.(interface{ Unwrap() error })
	if wrapper == nil {
		return nil
	}
	return wrapper.Unwrap()
}

func plantedRequest() *http.Request {
	return &http.Request{Header: http.Header{"Authorization": {"planted-secret"}}}
}

// TestEchoedKey has a gateway that repeats the Authorization header in its complaint about it, as some do.
func TestEchoedKey(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := json.Marshal(map[string]string{"message": "not a key=value pair in Authorization header: '" + r.Header.Get("Authorization") + "'"})
		answer(403, "application/json", string(body))(w, r)
	})
	err := get(t.Context(), client)
	assert.ErrorContains(t, err, "not a key=value pair in Authorization header: 'Key [redacted]'")
	assert.NotContains(t, err.Error(), apiKey)
}
