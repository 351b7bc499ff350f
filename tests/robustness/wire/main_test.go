// Package wire tests what a call writes to its connections, and what it makes of answers that break the rules of HTTP or of the
// API. The servers are written by hand down to the frames of HTTP/2, because those of the standard library behave too well.
// Everything goes over real sockets on the loopback interface, HTTP/2 over real TLS.
package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/leak"
)

const (
	orgID = "org-1"
	offer = `{"id": "o-1", "name": "Spring offer"}`
	page  = `<html><head><title>Log in</title></head><body>Please log in</body></html>`
)

// certificate is what the servers of HTTP/2 present, and what the standard transport trusts while the tests run.
var certificate tls.Certificate

// TestMain fails the run when goroutines are left after it.
func TestMain(m *testing.M) {
	// The clients clone the standard transport, so they trust the certificate without a transport of the tests' own.
	server := httptest.NewTLSServer(nil)
	certificate = server.TLS.Certificates[0]
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
	server.Close()

	os.Exit(leak.Run(m))
}

// quick repeats calls without a wait that a test would notice; once does not repeat them.
var (
	quick = api.RetryPolicy{MaxTries: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}
	once  = api.RetryPolicy{MaxTries: 1, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}
)

// newClient returns a client of the server at url, with an API key unless there are other credentials among the options.
func newClient(t testing.TB, url string, opts ...api.Option) *api.Client {
	t.Helper()
	return newClientWith(t, url, append([]api.Option{api.WithAPIKey("key")}, opts...)...)
}

func newClientWith(t testing.TB, url string, opts ...api.Option) *api.Client {
	t.Helper()
	standard := []api.Option{api.WithBaseURL(url), api.WithRetry(quick), api.WithTimeout(5 * time.Second)}
	client, err := api.New(orgID, append(standard, opts...)...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// serve starts a server of the standard library and returns a client of it.
func serve(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *api.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, server.URL, opts...)
}

// answer gives every request the same answer.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// inTurn gives each request the next of the answers, and the last one to all that come later.
func inTurn(answers ...http.HandlerFunc) http.HandlerFunc {
	turns := make(chan http.HandlerFunc, len(answers))
	for _, a := range answers {
		turns <- a
	}
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case a := <-turns:
			a(w, r)
		default:
			answers[len(answers)-1](w, r)
		}
	}
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// call is one kind of call. method is that of its request, and body says whether there is one.
type call struct {
	name   string
	method string
	body   bool
	effect gen.Effect
	do     callFunc
}

type callFunc func(context.Context, *api.Client, ...api.CallOption) error

func get(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
	_, err := c.Offers.Get(ctx, "o-1", opts...)
	return err
}

func refund(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
	_, err := c.Billing.CreateRefund(ctx, "b-1", "p-1", 5, opts...)
	return err
}

func updateMetaInfo(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
	_, err := c.Offers.UpdateMetaInfo(ctx, "o-1", gen.MetaInfo{InternalNote: new("call")}, opts...)
	return err
}

func notify(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
	_, err := c.Offers.NotifyContacts(ctx, "o-1", []string{"c-1"}, opts...)
	return err
}

func deleteOffer(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
	return c.Offers.Delete(ctx, "o-1", opts...)
}

func do(method string) callFunc {
	return func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		return c.Do(ctx, method, "/things", nil, nil, opts...)
	}
}

// with adds options to a call.
func with(do callFunc, opts ...api.CallOption) callFunc {
	return func(ctx context.Context, c *api.Client, more ...api.CallOption) error {
		return do(ctx, c, append(opts, more...)...)
	}
}

// calls has every combination of effect, method and body that the standard transport treats in its own way.
var calls = []call{
	{"read", "GET", false, gen.EffectRead, get},
	{"idempotent with a body", "PATCH", true, gen.EffectIdempotent, updateMetaInfo},
	{"idempotent DELETE", "DELETE", false, gen.EffectIdempotent, deleteOffer},
	{"idempotent PUT", "PUT", false, gen.EffectIdempotent, do("PUT")},
	{"unsafe without a body", "POST", false, gen.EffectUnsafe, refund},
	{"unsafe with a body", "POST", true, gen.EffectUnsafe, notify},
	{"unsafe OPTIONS", "OPTIONS", false, gen.EffectUnsafe, do("OPTIONS")},
	{"unsafe GET", "GET", false, gen.EffectUnsafe, with(get, api.Effect(gen.EffectUnsafe))},
	{"unsafe with Idempotency-Key", "POST", false, gen.EffectUnsafe, with(refund, api.Header("Idempotency-Key", "k-1"))},
	{"unsafe with X-Idempotency-Key", "POST", true, gen.EffectUnsafe, with(notify, api.Header("X-Idempotency-Key", "k-1"))},
}

// tries is how many requests a call makes when every one of them is lost.
func (c call) tries(policy api.RetryPolicy) int {
	if c.effect == gen.EffectUnsafe {
		return 1
	}
	return policy.MaxTries
}

// success is an answer that the call takes.
func (c call) success() string {
	if c.name == "idempotent DELETE" {
		return `""`
	}
	return `{"id": "o-1", "eventID": "e-1", "internalNote": "call"}`
}

// limited is a limiter that counts: it is not filled up again while a test runs.
type limited struct{ *rate.Limiter }

const burst = 1000

func newLimiter() limited { return limited{rate.NewLimiter(rate.Every(time.Hour), burst)} }

// taken is how many tokens were taken.
func (l limited) taken() int { return burst - int(math.Round(l.Tokens())) }

// within fails the test when f does not end in time, instead of waiting for it for ever.
func within(t testing.TB, limit time.Duration, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		require.FailNow(t, "the call does not end", "within %v", limit)
		return nil
	}
}

// assertUnknown checks whether an error says that the call may have taken effect.
func assertUnknown(t testing.TB, want bool, err error) {
	t.Helper()
	assert.Equal(t, want, errors.Is(err, api.ErrOutcomeUnknown), "ErrOutcomeUnknown: %v", err)
}

// allocated returns how many bytes f allocates, together with all that goes on beside it.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// tree returns an error and all that it wraps.
func tree(err error) []error {
	if err == nil {
		return nil
	}
	all := []error{err}
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		all = append(all, tree(wrapper.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, e := range wrapper.Unwrap() {
			all = append(all, tree(e)...)
		}
	}
	return all
}

// assertHidden checks that none of the secrets is in a text.
func assertHidden(t testing.TB, secrets []string, text, what string) {
	t.Helper()
	for _, secret := range secrets {
		if at := strings.Index(text, secret); at >= 0 {
			assert.Fail(t, what+" shows a secret", "%.100s", text[max(at-40, 0):])
			return
		}
	}
}

// assertNoSecret prints an error and all that it wraps in the ways a program does.
func assertNoSecret(t testing.TB, secrets []string, err error) {
	t.Helper()
	require.Error(t, err)
	for _, e := range tree(err) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			assertHidden(t, secrets, fmt.Sprintf(verb, e), fmt.Sprintf("%s of a %T", verb, e))
		}
	}
}
