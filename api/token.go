package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/suger-go/suger/gen"
)

// exchange gets a token from an endpoint. The body holds the secrets, which an endpoint may repeat in its answer.
func (c *caller) exchange(ctx context.Context, endpoint, contentType, body string, s secrets) (*oauth2.Token, error) {
	var w wire // which writes the request once
	ctx, end := context.WithCancel(ctx)
	defer end()
	req, err := http.NewRequestWithContext(w.watch(ctx, end), http.MethodPost, endpoint, strings.NewReader(body))
	if err != nil {
		return nil, &AccessError{Err: err}
	}
	op := &gen.Operation{ID: "accessToken", Name: "AccessToken", Method: req.Method, Path: req.URL.Path, Effect: gen.EffectUnsafe}
	req = req.WithContext(withOperation(req.Context(), op)) // not that of the call that needs the token
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	onlyOnce(req, gen.EffectUnsafe)
	resp, err := w.roundTrip(c.transport, req)
	if err != nil {
		return nil, &AccessError{Err: fmt.Errorf("POST %s: %w", endpoint, err)}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil {
		return nil, &AccessError{StatusCode: resp.StatusCode, Err: err}
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   any    `json:"expires_in"` // seconds
		Code        any    `json:"error"`
		Description any    `json:"error_description"`
	}
	err = json.Unmarshal(data, &answer)
	if resp.StatusCode != http.StatusOK {
		e := &AccessError{StatusCode: resp.StatusCode}
		if code, ok := answer.Code.(string); ok {
			description, _ := answer.Description.(string)
			e.Code, e.Description = printable(s.redact(code)), printable(s.redact(description))
		} else {
			e.Description = errorMessage(data, s)
		}
		return nil, e
	}
	if err != nil || answer.AccessToken == "" {
		return nil, &AccessError{StatusCode: resp.StatusCode, Description: "the answer holds no access_token"}
	}
	return &oauth2.Token{AccessToken: answer.AccessToken, Expiry: expiry(time.Now(), answer.ExpiresIn)}, nil
}

// longestLife bounds the life that a token endpoint may announce for a token.
const longestLife = 365 * 24 * time.Hour

// expiry returns when a token expires whose life is given in seconds, as a number or a text. A life of 0 or less ends at once.
// Without a life the time is zero, and the token is replaced when the server refuses it.
func expiry(now time.Time, life any) time.Time {
	seconds, ok := life.(float64)
	if text, isText := life.(string); isText {
		parsed, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		seconds, ok = parsed, err == nil || errors.Is(err, strconv.ErrRange)
	}
	if !ok || seconds != seconds {
		return time.Time{}
	}
	return now.Add(time.Duration(min(max(seconds, 0), longestLife.Seconds()) * float64(time.Second)))
}

// tokenCache reuses a token until shortly before it expires. Calls that need a new one at the same time share one fetch.
type tokenCache struct {
	fetch   func(context.Context) (*oauth2.Token, error)
	timeout time.Duration

	mu      sync.Mutex
	token   *oauth2.Token
	renewal time.Time // when the token is to be replaced, zero for never
	pending *pendingToken
}

// pendingToken is a token that is being fetched; token and err are set when done is closed.
type pendingToken struct {
	done  chan struct{}
	token *oauth2.Token
	err   error
}

// newTokenCache keeps the tokens that fetch returns. The time-out of a try bounds a fetch, too, so that the next call does not
// wait for one that hangs.
func newTokenCache(timeout time.Duration, fetch func(context.Context) (*oauth2.Token, error)) access {
	if timeout == 0 || timeout > tokenTimeout {
		timeout = tokenTimeout
	}
	return (&tokenCache{fetch: fetch, timeout: timeout}).get
}

func (c *tokenCache) get(ctx context.Context, refused string) (string, bool, error) {
	for {
		c.mu.Lock()
		if c.token != nil && bearer(c.token) != refused && (c.renewal.IsZero() || time.Now().Before(c.renewal)) {
			defer c.mu.Unlock()
			return bearer(c.token), true, nil
		}
		first := c.pending == nil
		if first {
			c.pending = &pendingToken{done: make(chan struct{})}
			// The fetch outlives the context of this call, because other calls wait for its result.
			go c.refresh(context.WithoutCancel(ctx), c.pending)
		}
		pending := c.pending
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return "", false, &AccessError{Err: ctx.Err()}
		case <-pending.done:
		}
		switch {
		case pending.err == nil:
			return bearer(pending.token), false, nil
		case first || !errors.Is(pending.err, context.DeadlineExceeded): // otherwise it began earlier: try again
			return "", false, pending.err
		}
	}
}

// refresh fetches a token. The calls that wait are released even if the source blocks, panics or ends its goroutine.
func (c *tokenCache) refresh(ctx context.Context, pending *pendingToken) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	fetched := make(chan pendingToken, 1)
	go func() {
		result := pendingToken{err: &AccessError{Description: "the token source ended without a token"}}
		defer func() {
			if fault := recover(); fault != nil {
				result = pendingToken{err: &AccessError{Description: "the token source panicked: " + printable(fmt.Sprint(fault))}}
			}
			fetched <- result
		}()
		token, err := c.fetch(ctx)
		result = pendingToken{token: token, err: err}
	}()
	var result pendingToken
	select {
	case result = <-fetched:
	case <-ctx.Done():
		result.err = &AccessError{Err: fmt.Errorf("the token source did not answer: %w", ctx.Err())}
	}
	if result.err == nil {
		result.err = checkToken(result.token)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if result.err == nil {
		c.token, c.renewal = result.token, time.Time{}
		if end := c.token.Expiry; !end.IsZero() {
			c.renewal = end.Add(-min(tokenMargin, time.Until(end)/10))
		}
	}
	pending.token, pending.err = result.token, result.err
	c.pending = nil
	close(pending.done)
}

// checkToken returns an error for a token that is empty or that no header can carry.
func checkToken(token *oauth2.Token) error {
	switch {
	case token == nil || token.AccessToken == "":
		return &AccessError{Description: "the token is empty"}
	case !gen.IsHeaderValue(token.AccessToken):
		return &AccessError{Description: "the token has characters that no header can carry"}
	}
	return nil
}

func bearer(token *oauth2.Token) string { return "Bearer " + token.AccessToken }
