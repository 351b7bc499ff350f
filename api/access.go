package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/suger-go/suger/gen"
)

// productionTokenURL is where OAuth apps get their tokens in production. The documentation pages name this URL, a newer text
// another host; which one is right is not known, so the client follows the pages.
const productionTokenURL = "https://auth.suger.cloud/oauth2/token"

// tokenMargin is how long before its expiry a token is replaced, so that none expires during a request. A token that is valid
// for less than ten minutes is replaced after nine tenths of that time.
const tokenMargin = time.Minute

// tokenTimeout bounds one request for a token.
const tokenTimeout = 30 * time.Second

// credentials are one way to authenticate. The secrets are held by a closure only, where printing does not show them.
type credentials struct {
	name string
	open func(c *caller, orgID, tokenURL string) (access, error)
}

// access returns the value of the Authorization header. It replaces the token if that is the refused one. cached reports
// whether the value comes from a cache, so that a refusal may only mean that it is out of date.
type access func(ctx context.Context, refused string) (value string, cached bool, err error)

// WithAPIKey authenticates with an API key of the organization.
func WithAPIKey(key string) Option {
	return withCredentials("WithAPIKey", func(*caller, string, string) (access, error) {
		if err := checkSecret("WithAPIKey", "API key", key); err != nil {
			return nil, err
		}
		value := "Key " + key
		return func(context.Context, string) (string, bool, error) { return value, false, nil }, nil
	})
}

// WithOAuth authenticates as an OAuth app, by client credentials (RFC 6749, section 4.4; "OAuth app" in the documentation).
// Tokens are reused until shortly before they expire. With a base URL other than [Production] it needs [WithTokenURL]: the
// secret of another environment must not go to the token endpoint of production.
func WithOAuth(clientID, clientSecret string) Option {
	return withCredentials("WithOAuth", func(c *caller, _, tokenURL string) (access, error) {
		if err := checkSecret("WithOAuth", "client id", clientID); err != nil {
			return nil, err
		}
		if err := checkSecret("WithOAuth", "client secret", clientSecret); err != nil {
			return nil, err
		}
		if tokenURL == "" && c.server == string(Production)+"/" {
			tokenURL = productionTokenURL
		}
		if tokenURL == "" {
			return nil, fmt.Errorf("api: WithOAuth: the token endpoint for %s is not known: pass WithTokenURL (SUGER_TOKEN_URL in the environment)", c.server)
		}
		if _, err := parseBaseURL("token URL", tokenURL); err != nil {
			return nil, err
		}
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret}}.Encode()
		return newTokenCache(c.timeout, func(ctx context.Context) (*oauth2.Token, error) {
			return c.exchange(ctx, tokenURL, "application/x-www-form-urlencoded", form, newSecrets(clientSecret))
		}), nil
	})
}

// WithTokenURL sets where [WithOAuth] gets its tokens. It must be https, but for a server on the loopback interface. In production
// that is https://auth.suger.cloud/oauth2/token by default, which the documentation pages name; a newer text of the vendor
// names https://apiv2.suger.cloud/oauth2/token. For development no endpoint is documented.
func WithTokenURL(tokenURL string) Option {
	return func(cfg *config) error {
		if tokenURL == "" {
			return errors.New("api: WithTokenURL: the URL is empty")
		}
		cfg.tokenURL = tokenURL
		return nil
	}
}

// WithBearerLogin authenticates as an API client of the older kind, which exchanges its id and secret for a token. Tokens are
// reused until shortly before they expire.
func WithBearerLogin(clientID, secret string) Option {
	return withCredentials("WithBearerLogin", func(c *caller, orgID, _ string) (access, error) {
		if err := checkSecret("WithBearerLogin", "client id", clientID); err != nil {
			return nil, err
		}
		if err := checkSecret("WithBearerLogin", "secret", secret); err != nil {
			return nil, err
		}
		login, err := json.Marshal(map[string]string{"organizationID": orgID, "id": clientID, "secret": secret})
		if err != nil {
			return nil, err
		}
		return newTokenCache(c.timeout, func(ctx context.Context) (*oauth2.Token, error) {
			return c.exchange(ctx, c.server+"public/apiClient/accessToken", "application/json", string(login), newSecrets(secret))
		}), nil
	})
}

// WithTokenSource authenticates with tokens from elsewhere. The source is asked again shortly before a token expires, and when
// the server refuses one.
func WithTokenSource(source oauth2.TokenSource) Option {
	return withCredentials("WithTokenSource", func(c *caller, _, _ string) (access, error) {
		if source == nil {
			return nil, errors.New("api: WithTokenSource: the source is nil")
		}
		return newTokenCache(c.timeout, func(context.Context) (*oauth2.Token, error) {
			token, err := source.Token()
			return token, accessError(err)
		}), nil
	})
}

func withCredentials(name string, open func(*caller, string, string) (access, error)) Option {
	return func(cfg *config) error {
		cfg.access = append(cfg.access, credentials{name, open})
		return nil
	}
}

// checkSecret returns an error for a value that cannot be a credential. The error does not contain the value.
func checkSecret(option, what, value string) error {
	switch {
	case value == "":
		return fmt.Errorf("api: %s: the %s is empty", option, what)
	case strings.TrimSpace(value) != value:
		return fmt.Errorf("api: %s: the %s has white space around it", option, what)
	case !gen.IsHeaderValue(value) || strings.ContainsFunc(value, func(r rune) bool { return r > '~' }):
		return fmt.Errorf("api: %s: the %s has characters that no header can carry", option, what)
	}
	return nil
}

// AccessError is a failure to get an access token. The request that needed the token was not sent; if an earlier try of the
// call was, the error of the call wraps the error of that try as well.
type AccessError struct {
	StatusCode  int    // HTTP status of the token endpoint, 0 if it did not answer
	Code        string // error code (RFC 6749, section 5.2), such as "invalid_client", if there is one
	Description string // what the endpoint said
	Err         error  // why there is no answer, nil if there is one
}

func (e *AccessError) Error() string {
	text := "api: no access token"
	if e.StatusCode != 0 {
		text += fmt.Sprintf(": the token endpoint answered %d %s", e.StatusCode, http.StatusText(e.StatusCode))
	}
	for _, part := range []string{e.Code, e.Description} {
		if part != "" {
			text += ": " + part
		}
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns why the token endpoint did not answer.
func (e *AccessError) Unwrap() error { return e.Err }

// Is reports whether target is ErrUnauthorized and the endpoint refused the credentials.
func (e *AccessError) Is(target error) bool {
	return target == ErrUnauthorized && (e.StatusCode == http.StatusUnauthorized || e.Code == "invalid_client")
}

// accessError leaves out the request in an error of x/oauth2, as it contains the secret of the caller's token source.
func accessError(err error) error {
	if err == nil {
		return nil
	}
	retrieve, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return &AccessError{Err: err}
	}
	e := &AccessError{Code: printable(retrieve.ErrorCode), Description: printable(retrieve.ErrorDescription)}
	if retrieve.Response != nil {
		e.StatusCode = retrieve.Response.StatusCode
	}
	if e.Code == "" {
		e.Description = errorMessage(retrieve.Body, nil)
	}
	return e
}
