package api_test

import (
	"context"
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

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

var sentinels = []error{
	api.ErrBadRequest, api.ErrUnauthorized, api.ErrForbidden, api.ErrNotFound, api.ErrMethodNotAllowed, api.ErrConflict,
	api.ErrRateLimited, api.ErrServer, api.ErrOutcomeUnknown,
}

// assertKinds checks that err matches exactly the wanted sentinels.
func assertKinds(t *testing.T, err error, want ...error) {
	t.Helper()
	var got []error
	for _, sentinel := range sentinels {
		if errors.Is(err, sentinel) {
			got = append(got, sentinel)
		}
	}
	assert.ElementsMatch(t, want, got)
}

// effects has an operation for each effect.
var effects = map[gen.Effect]func(context.Context, *api.Client, ...api.CallOption) error{
	gen.EffectRead: func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.Offers.Get(ctx, "o-1", opts...)
		return err
	},
	gen.EffectIdempotent: func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.Offers.UpdateMetaInfo(ctx, "o-1", gen.MetaInfo{}, opts...)
		return err
	},
	gen.EffectUnsafe: func(ctx context.Context, c *api.Client, opts ...api.CallOption) error {
		_, err := c.Offers.NotifyContacts(ctx, "o-1", nil, opts...)
		return err
	},
}

func get(ctx context.Context, c *api.Client) error { return effects[gen.EffectRead](ctx, c) }

func notify(ctx context.Context, c *api.Client) error { return effects[gen.EffectUnsafe](ctx, c) }

// statusCase is what a status means to the client.
type statusCase struct {
	status      int
	kind        error
	tries       int // of reads and idempotent calls
	unsafeTries int
	unknown     bool // whether the outcome of a call that changes something is
	retryable   bool
}

var statusCases = []statusCase{
	{http.StatusMovedPermanently, nil, 1, 1, true, false},
	{http.StatusTemporaryRedirect, nil, 1, 1, false, false},
	{http.StatusBadRequest, api.ErrBadRequest, 1, 1, false, false},
	{http.StatusUnauthorized, api.ErrUnauthorized, 1, 1, false, false},
	{http.StatusForbidden, api.ErrForbidden, 1, 1, false, false},
	{http.StatusNotFound, api.ErrNotFound, 1, 1, false, false},
	{http.StatusMethodNotAllowed, api.ErrMethodNotAllowed, 1, 1, false, false},
	{http.StatusRequestTimeout, nil, 3, 1, true, true},
	{http.StatusConflict, api.ErrConflict, 1, 1, false, false},
	{http.StatusTooManyRequests, api.ErrRateLimited, 3, 3, false, true},
	{http.StatusInternalServerError, api.ErrServer, 3, 1, true, true},
	{http.StatusNotImplemented, api.ErrServer, 1, 1, true, false},
	{http.StatusBadGateway, api.ErrServer, 3, 1, true, true},
	{http.StatusServiceUnavailable, api.ErrServer, 3, 1, true, true},
	{http.StatusGatewayTimeout, api.ErrServer, 3, 1, true, true},
	{520, api.ErrServer, 3, 1, true, true},
	{529, api.ErrServer, 3, 1, true, true},
	{530, api.ErrServer, 1, 1, true, false},
}

// wanted returns how often a call of the effect is tried, the kinds of its error, and whether a caller may repeat it.
func (s statusCase) wanted(effect gen.Effect) (tries int, kinds []error, retryable bool) {
	tries, retryable = s.tries, s.retryable
	if s.kind != nil {
		kinds = append(kinds, s.kind)
	}
	if effect != gen.EffectRead && s.unknown {
		kinds = append(kinds, api.ErrOutcomeUnknown)
	}
	if effect == gen.EffectUnsafe {
		tries, retryable = s.unsafeTries, s.retryable && !s.unknown
	}
	return tries, kinds, retryable
}

// errorBodies are the kinds of body that an error has, each with the message that the client finds in it.
var errorBodies = []struct{ kind, contentType, body, message string }{
	{"string", "application/json", `"no such offer"`, "no such offer"},
	{"object", "application/json", `{"code": 7, "message": "no such offer"}`, "no such offer"},
	{"nested", "application/json", `{"error": {"code": 7, "message": "no such offer"}}`, "no such offer"},
	{"text", "text/plain", "no such\n offer\n", "no such offer"},
	{"html", "text/html", "<html><head><title>no such offer</title></head><body><p>nginx</p></body></html>", "no such offer"},
	{"empty", "", "", ""},
	{"empty string", "application/json", `""`, ""},
	{"null", "application/json", "null", ""},
}

// TestStatuses goes through every status, effect and kind of body.
func TestStatuses(t *testing.T) {
	t.Parallel()
	const elsewhere = "http://elsewhere.test/offer"
	for _, s := range statusCases {
		for effect, call := range effects {
			for _, b := range errorBodies {
				t.Run(fmt.Sprint(s.status, effect, b.kind), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						var arrivals []time.Time
						client := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
							arrivals = append(arrivals, time.Now())
							w.Header().Set("Content-Type", b.contentType)
							w.Header().Set("X-Request-Id", "req-7")
							if s.status/100 == 3 {
								w.Header().Set("Location", elsewhere)
							}
							w.WriteHeader(s.status)
							fmt.Fprint(w, b.body)
						})
						err := call(t.Context(), client)

						tries, kinds, retryable := s.wanted(effect)
						require.Len(t, arrivals, tries)
						for i, bound := range []time.Duration{500 * time.Millisecond, time.Second}[:tries-1] {
							assert.LessOrEqual(t, arrivals[i+1].Sub(arrivals[i]), bound)
						}
						assert.Zero(t, time.Since(arrivals[tries-1]), "no wait after the last try")
						assertKinds(t, err, kinds...)
						assert.Equal(t, retryable, api.IsRetryable(err))
						e, ok := errors.AsType[*api.Error](err)
						require.True(t, ok, "%T", err)
						assert.Equal(t, s.status, e.StatusCode)
						assert.Equal(t, b.body, string(e.Body))
						assert.Equal(t, b.contentType, e.Header.Get("Content-Type"))
						assert.Equal(t, effect, e.Effect)
						assert.Equal(t, tries > 1 && s.unknown && effect != gen.EffectRead, e.Earlier != nil)
						assert.Contains(t, e.Path, "/org/org-1/offer/o-1")
						assert.Equal(t, "req-7", e.RequestID)
						if s.status/100 == 3 {
							assert.Contains(t, e.Message, elsewhere)
						} else {
							assert.Equal(t, b.message, e.Message)
						}
						assert.Contains(t, err.Error(), fmt.Sprint(s.status))
						assert.Contains(t, err.Error(), e.Message)
					})
				})
			}
		}
	}
}

// TestRefusal checks that 500 is no fault of the server where the operation refuses by it, in words. Without words it is one.
func TestRefusal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, mediaType, body string
		kind                  error
		tries                 int32
		message               string
	}{
		{"words", "application/json", `"validation failed for usage record group"`, api.ErrBadRequest, 1, "validation failed for usage record group"},
		{"a gateway's object", "application/json", `{"message": "Internal Server Error"}`, api.ErrServer, 3, "Internal Server Error"},
		{"a gateway's page", "text/html", "<title>Oops</title>", api.ErrServer, 3, "Oops"},
		{"nothing", "application/json", `""`, api.ErrServer, 3, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				answer(500, tt.mediaType, tt.body)(w, r)
			}, api.WithRetry(api.RetryPolicy{MaxTries: 3}))
			err := client.Metering.BatchValidateUsageRecordGroups(t.Context(), []gen.UsageRecordGroupBatchItem{{EntitlementID: "e-1"}})
			assertKinds(t, err, tt.kind)
			assert.Equal(t, tt.tries, tries.Load())
			assert.Equal(t, tt.kind == api.ErrServer, api.IsRetryable(err))
			e, ok := errors.AsType[*api.Error](err)
			require.True(t, ok)
			assert.Equal(t, tt.message, e.Message)
			assert.Equal(t, 500, e.StatusCode)
			assert.False(t, e.OutcomeUnknown)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const backOff = 0 // the client waits as if it was not told how long
	for _, tt := range []struct {
		name  string
		value func() string
		tries int
		wait  time.Duration
	}{
		{"seconds", func() string { return "7" }, 3, 7 * time.Second},
		{"the cap", func() string { return "30" }, 3, 30 * time.Second},
		{"above the cap", func() string { return "31" }, 1, 0},
		{"far above the cap", func() string { return "99999999999999999999" }, 1, 0},
		{"zero", func() string { return "0" }, 3, backOff},
		{"negative", func() string { return "-7" }, 3, backOff},
		{"garbage", func() string { return "soon" }, 3, backOff},
		{"date", func() string { return time.Now().Add(9 * time.Second).UTC().Format(http.TimeFormat) }, 3, 9 * time.Second},
		{"date past", func() string { return time.Now().Add(-9 * time.Second).UTC().Format(http.TimeFormat) }, 3, backOff},
		{"date far off", func() string { return "Fri, 31 Dec 9999 23:59:59 GMT" }, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var tries atomic.Int32
				client := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
					tries.Add(1)
					w.Header().Set("Retry-After", tt.value())
					w.WriteHeader(http.StatusServiceUnavailable)
				}, api.WithRetry(api.RetryPolicy{MaxTries: 3, MaxDelay: 30 * time.Second})) // no back-off: what waits is Retry-After
				start := time.Now()
				assertKinds(t, get(t.Context(), client), api.ErrServer)
				assert.EqualValues(t, tt.tries, tries.Load())
				assert.Equal(t, time.Duration(tt.tries-1)*tt.wait, time.Since(start))
			})
		})
	}
}

// stall answers nothing until the client gives up.
func stall(tries *atomic.Int32) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		io.Copy(io.Discard, r.Body) // only then does the server notice that the client hangs up
		<-r.Context().Done()
	}
}

func unavailable(tries *atomic.Int32, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		w.Header().Set("Retry-After", retryAfter)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	t.Run("deadline before the wait ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var tries atomic.Int32
			start := time.Now()
			client := pipeClient(t, unavailable(&tries, "7"))
			ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
			defer cancel()
			err := get(ctx, client)
			assertKinds(t, err, api.ErrServer)
			e, ok := errors.AsType[*api.Error](err)
			require.True(t, ok, "%T", err)
			assert.Equal(t, 7*time.Second, e.RetryAfter)
			assert.EqualValues(t, 1, tries.Load())
			assert.Zero(t, time.Since(start), "waited for nothing")
		})
	})
	t.Run("cancelled in the wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var tries atomic.Int32
			start := time.Now()
			client := pipeClient(t, unavailable(&tries, "7"))
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(3*time.Second, cancel)
			err := get(ctx, client)
			assert.Equal(t, 3*time.Second, time.Since(start))
			assert.EqualValues(t, 1, tries.Load())
			assert.ErrorIs(t, err, context.Canceled)
			assertKinds(t, err, api.ErrServer)
			assert.False(t, api.IsRetryable(err))
		})
	})
	t.Run("cancelled before it began", func(t *testing.T) {
		var tries atomic.Int32
		client := serve(t, unavailable(&tries, ""))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := notify(ctx, client)
		assert.ErrorIs(t, err, context.Canceled)
		assertKinds(t, err)
		assert.Zero(t, tries.Load())
	})
	t.Run("cancelled in a try", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var tries atomic.Int32
			client := pipeClient(t, stall(&tries))
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			err := notify(ctx, client)
			assert.ErrorIs(t, err, context.Canceled)
			assertKinds(t, err, api.ErrOutcomeUnknown)
			assert.EqualValues(t, 1, tries.Load())
		})
	})
}

func TestRetryOnce(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	client := serve(t, unavailable(&tries, ""), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	assertKinds(t, get(t.Context(), client), api.ErrServer)
	assert.EqualValues(t, 1, tries.Load())
}

func TestTimeoutOfATry(t *testing.T) {
	t.Parallel()
	for effect, want := range map[gen.Effect]struct {
		tries int
		kinds []error
	}{
		gen.EffectRead:       {3, nil},
		gen.EffectIdempotent: {3, []error{api.ErrOutcomeUnknown}},
		gen.EffectUnsafe:     {1, []error{api.ErrOutcomeUnknown}},
	} {
		t.Run(string(effect), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var tries atomic.Int32
				start := time.Now()
				client := pipeClient(t, stall(&tries), api.WithTimeout(10*time.Second), api.WithRetry(quick))
				err := effects[effect](t.Context(), client)
				assert.EqualValues(t, want.tries, tries.Load())
				assert.Equal(t, time.Duration(want.tries)*10*time.Second, time.Since(start).Truncate(time.Second))
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assertKinds(t, err, want.kinds...)
				_, ok := errors.AsType[*api.TransportError](err)
				assert.True(t, ok, "%T", err)
			})
		})
	}
}

// TestSlowBody checks that a time-out bounds the body too.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]int{time.Minute: 1, 5500 * time.Millisecond: 3} {
		synctest.Test(t, func(t *testing.T) {
			var tries atomic.Int32
			client := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				for _, b := range []byte(`{"id": "o-1"}`) {
					time.Sleep(time.Second)
					w.Write([]byte{b})
					w.(http.Flusher).Flush()
				}
			}, api.WithTimeout(timeout))
			err := get(t.Context(), client)
			assert.EqualValues(t, want, tries.Load())
			if want == 1 {
				assert.NoError(t, err)
				return
			}
			e, ok := errors.AsType[*api.DecodeError](err)
			require.True(t, ok, "%T", err)
			assert.ErrorIs(t, e, context.DeadlineExceeded)
			assert.Equal(t, `{"id"`, string(e.Body))
		})
	}
}
