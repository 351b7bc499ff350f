package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// defaultTokenURL is where OAuth apps get their tokens.
const defaultTokenURL = "https://auth.suger.cloud/oauth2/token"

// tokenMargin is how long before its end a token is replaced, so that none ends on its way; a tenth of its life for one that
// lives less than ten minutes.
const tokenMargin = time.Minute

// tokenTimeout bounds one request for a token.
const tokenTimeout = 30 * time.Second

// credentials are one way to authenticate. The secrets are in the closure only, where printing does not reach them.
type credentials struct {
	name string
	open func(c *caller, orgID, tokenURL string) (access, error)
}

// access gives the value of the Authorization header. A token that is the refused one is replaced; cached tells whether the
// value was there already, so that a refusal may mean no more than that it is out of date.
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

// WithOAuth authenticates as an OAuth app, by client credentials (RFC 6749, section 4.4). Tokens are kept until shortly before
// they end.
func WithOAuth(clientID, clientSecret string) Option {
	return withCredentials("WithOAuth", func(c *caller, _, tokenURL string) (access, error) {
		if err := checkSecret("WithOAuth", "client id", clientID); err != nil {
			return nil, err
		}
		if err := checkSecret("WithOAuth", "client secret", clientSecret); err != nil {
			return nil, err
		}
		if tokenURL == "" {
			tokenURL = defaultTokenURL
		}
		if _, err := parseBaseURL("token URL", tokenURL); err != nil {
			return nil, err
		}
		cfg := clientcredentials.Config{
			ClientID:     clientID,
			ClientSecret: clientSecret,
			TokenURL:     tokenURL,
			AuthStyle:    oauth2.AuthStyleInParams,
		}
		return newTokenCache(func(ctx context.Context) (*oauth2.Token, error) {
			token, err := cfg.Token(context.WithValue(ctx, oauth2.HTTPClient, c.http))
			return token, accessError(err)
		}), nil
	})
}

// WithTokenURL sets where [WithOAuth] gets its tokens. It must be https, but for a server on the loopback interface.
func WithTokenURL(tokenURL string) Option {
	return func(cfg *config) error {
		cfg.tokenURL = tokenURL
		return nil
	}
}

// WithBearerLogin authenticates as an API client of the older kind, which exchanges its id and secret for a token. Tokens are
// kept until shortly before they end.
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
		return newTokenCache(func(ctx context.Context) (*oauth2.Token, error) { return c.bearerLogin(ctx, login) }), nil
	})
}

// WithTokenSource authenticates with tokens from elsewhere. The source is asked again shortly before a token ends, and when the
// server refuses one.
func WithTokenSource(source oauth2.TokenSource) Option {
	return withCredentials("WithTokenSource", func(*caller, string, string) (access, error) {
		if source == nil {
			return nil, errors.New("api: WithTokenSource: the source is nil")
		}
		return newTokenCache(func(context.Context) (*oauth2.Token, error) {
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

// checkSecret refuses what cannot be a credential, without repeating it.
func checkSecret(option, what, value string) error {
	switch {
	case value == "":
		return fmt.Errorf("api: %s: the %s is empty", option, what)
	case strings.TrimSpace(value) != value:
		return fmt.Errorf("api: %s: the %s has white space around it", option, what)
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }):
		return fmt.Errorf("api: %s: the %s has characters that no header can carry", option, what)
	}
	return nil
}

// AccessError is a failure to get an access token. The call that needed it was not sent.
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

func (e *AccessError) temporary() bool {
	return isTemporary(e.StatusCode) || e.StatusCode == 0 && e.Err != nil && !isPermanent(e.Err)
}

// accessError drops what x/oauth2 knows of the request, which holds the secret.
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
		e.Description = errorMessage(retrieve.Body)
	}
	return e
}

// bearerLogin exchanges the id and secret of an API client for a token.
func (c *caller) bearerLogin(ctx context.Context, login []byte) (*oauth2.Token, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.server+"public/apiClient/accessToken", bytes.NewReader(login))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &AccessError{Err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil {
		return nil, &AccessError{StatusCode: resp.StatusCode, Err: err}
	}
	if resp.StatusCode != http.StatusOK {
		return nil, &AccessError{StatusCode: resp.StatusCode, Description: errorMessage(body)}
	}
	var answer struct {
		AccessToken string  `json:"access_token"`
		ExpiresIn   float64 `json:"expires_in"` // seconds
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.AccessToken == "" {
		return nil, &AccessError{StatusCode: resp.StatusCode, Description: "the answer holds no access_token"}
	}
	token := &oauth2.Token{AccessToken: answer.AccessToken}
	if answer.ExpiresIn > 0 {
		token.Expiry = time.Now().Add(time.Duration(answer.ExpiresIn * float64(time.Second)))
	}
	return token, nil
}

// tokenCache keeps a token for as long as it is good. However many calls wait for a new one, it is fetched once.
type tokenCache struct {
	fetch func(context.Context) (*oauth2.Token, error)

	mu      sync.Mutex
	token   *oauth2.Token
	renewal time.Time // when the token is to be replaced, zero for never
	pending *pendingToken
}

// pendingToken is a token on its way; token and err are set when done is closed.
type pendingToken struct {
	done  chan struct{}
	token *oauth2.Token
	err   error
}

func newTokenCache(fetch func(context.Context) (*oauth2.Token, error)) access {
	return (&tokenCache{fetch: fetch}).get
}

func (c *tokenCache) get(ctx context.Context, refused string) (string, bool, error) {
	c.mu.Lock()
	if c.token != nil && bearer(c.token) != refused && (c.renewal.IsZero() || time.Now().Before(c.renewal)) {
		defer c.mu.Unlock()
		return bearer(c.token), true, nil
	}
	if c.pending == nil {
		c.pending = &pendingToken{done: make(chan struct{})}
		// The first caller to give up must not take the token from all the others.
		go c.refresh(context.WithoutCancel(ctx), c.pending)
	}
	pending := c.pending
	c.mu.Unlock()
	select {
	case <-ctx.Done():
		return "", false, &AccessError{Err: ctx.Err()}
	case <-pending.done:
	}
	if pending.err != nil {
		return "", false, pending.err
	}
	return bearer(pending.token), false, nil
}

func (c *tokenCache) refresh(ctx context.Context, pending *pendingToken) {
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	pending.token, pending.err = c.fetch(ctx)
	if pending.err == nil && (pending.token == nil || pending.token.AccessToken == "") {
		pending.err = &AccessError{Description: "the token is empty"}
	}
	c.mu.Lock()
	if pending.err == nil {
		c.token, c.renewal = pending.token, time.Time{}
		if end := c.token.Expiry; !end.IsZero() {
			c.renewal = end.Add(-min(tokenMargin, time.Until(end)/10))
		}
	}
	c.pending = nil
	c.mu.Unlock()
	close(pending.done)
}

func bearer(token *oauth2.Token) string { return "Bearer " + token.AccessToken }
