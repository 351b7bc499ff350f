package api_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

const offer = `{"id": "o-1", "name": "Spring offer"}`

// breakOff announces all of the body and hangs up after half of it.
func breakOff(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", fmt.Sprint(len(offer)))
	io.WriteString(w, offer[:len(offer)/2])
	w.(http.Flusher).Flush()
	hangUp(w, r)
}

// TestLostAnswer has answers that never come or break off, and what becomes of the call.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		effect gen.Effect
		answer http.HandlerFunc
		tries  int
		kinds  []error
		body   string // of a DecodeError
	}{
		{"nothing", gen.EffectRead, hangUp, 3, nil, ""},
		{"nothing", gen.EffectIdempotent, hangUp, 3, []error{api.ErrOutcomeUnknown}, ""},
		{"nothing", gen.EffectUnsafe, hangUp, 1, []error{api.ErrOutcomeUnknown}, ""},
		{"half of the body", gen.EffectRead, breakOff, 3, nil, offer[:len(offer)/2]},
		{"half of the body", gen.EffectIdempotent, breakOff, 3, nil, offer[:len(offer)/2]},
		{"half of the body", gen.EffectUnsafe, breakOff, 1, nil, offer[:len(offer)/2]},
		{"half a JSON", gen.EffectRead, answer(200, "application/json", `{"id": "o-`), 1, nil, `{"id": "o-`},
		{"half a page", gen.EffectUnsafe, answer(200, "text/html", `<title>`), 1, []error{api.ErrOutcomeUnknown}, `<title>`},
		{"half a JSON", gen.EffectUnsafe, answer(200, "application/json", `{"id": "o-`), 1, []error{api.ErrOutcomeUnknown}, `{"id": "o-`},
	} {
		t.Run(tt.name+" "+string(tt.effect), func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				tt.answer(w, r)
			})
			err := effects[tt.effect](t.Context(), client)
			assert.EqualValues(t, tt.tries, tries.Load())
			assertKinds(t, err, tt.kinds...)
			if tt.body == "" {
				e, ok := errors.AsType[*api.TransportError](err)
				require.True(t, ok, "%T", err)
				assert.Equal(t, tt.effect != gen.EffectUnsafe, api.IsRetryable(e))
				return
			}
			e, ok := errors.AsType[*api.DecodeError](err)
			require.True(t, ok, "%T", err)
			assert.Equal(t, http.StatusOK, e.StatusCode)
			assert.Equal(t, tt.body, string(e.Body))
		})
	}
}

// TestRecovery checks that a read gets its answer when a server comes back.
func TestRecovery(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{"hangs up": hangUp, "breaks off": breakOff, "503": answer(503, "", "")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if tries.Add(1) < 3 {
					fault(w, r)
				}
				io.WriteString(w, offer)
			})
			got, err := client.Offers.Get(t.Context(), "o-1")
			require.NoError(t, err)
			assert.Equal(t, "Spring offer", got.GetName())
		})
	}
}

// TestNoResult checks that an operation without a result does not take half of an answer for an empty one.
func TestNoResult(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		breakOff(w, r)
	})
	err := client.Offers.Delete(t.Context(), "o-1")
	assertKinds(t, err) // the server said that it succeeded
	e, ok := errors.AsType[*api.DecodeError](err)
	require.True(t, ok, "%T", err)
	assert.False(t, api.IsRetryable(e), "it took effect")
	assert.EqualValues(t, 3, tries.Load())
}

// TestAnnouncedLength has transports that lie about the length of an answer.
func TestAnnouncedLength(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		length int64
		body   string
		err    string
	}{
		"as it is":   {int64(len(offer)), offer, ""},
		"unknown":    {-1, offer, ""},
		"none":       {0, offer, ""},
		"too long":   {int64(len(offer)) + 1, offer, "unexpected EOF"},
		"no body":    {int64(len(offer)), "", "unexpected EOF"},
		"too short":  {int64(len(offer)) - 1, offer, "the answer is longer than it said"},
		"far beyond": {1 << 62, offer, ""},
	} {
		client := newClient(t, api.WithAPIKey(apiKey), api.WithRetry(api.RetryPolicy{MaxTries: 1}), api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, ContentLength: tt.length, Body: io.NopCloser(strings.NewReader(tt.body)), Request: r}, nil
		})))
		err := get(t.Context(), client)
		if tt.err == "" {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorContains(t, err, tt.err, name)
		}
	}
	client := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "37") })
	assert.NoError(t, client.Do(t.Context(), http.MethodHead, "/x", nil, nil), "which announces the length of what a GET would get")
}

func TestByteByByte(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for _, b := range []byte(offer) {
			w.Write([]byte{b})
			w.(http.Flusher).Flush()
		}
	})
	got, err := client.Offers.Get(t.Context(), "o-1")
	require.NoError(t, err)
	assert.Equal(t, "Spring offer", got.GetName())
}

// endless writes until the client has gone.
func endless(w http.ResponseWriter, _ *http.Request) {
	chunk := []byte(strings.Repeat(" ", 64<<10))
	for {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// TestTooLarge has bodies that would fill the memory.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	for name, respond := range map[string]http.HandlerFunc{
		"endless": endless,
		"one byte more": func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, offer+strings.Repeat(" ", limit+1-len(offer)))
		},
		"gzip bomb": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.CopyN(z, zeros{}, 100*limit)
			z.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				respond(w, r)
			}, api.WithMaxResponseBytes(limit))
			err := get(t.Context(), client)
			e, ok := errors.AsType[*api.DecodeError](err)
			require.True(t, ok, "%T", err)
			assert.ErrorContains(t, e, "65536 bytes (see WithMaxResponseBytes)")
			assert.EqualValues(t, 1, tries.Load())
		})
	}
	t.Run("at the limit", func(t *testing.T) {
		t.Parallel()
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, offer+strings.Repeat(" ", limit-len(offer)))
		}, api.WithMaxResponseBytes(limit))
		assert.NoError(t, get(t.Context(), client))
	})
	t.Run("error", func(t *testing.T) {
		t.Parallel()
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, "no such offer ")
			endless(w, r)
		})
		e, ok := errors.AsType[*api.Error](get(t.Context(), client))
		require.True(t, ok)
		assert.Equal(t, "no such offer", e.Message)
		assert.Len(t, e.Body, 1<<20)
	})
}

// TestTooLargeIsNotReadOn checks that the client reads a byte beyond the limit of an answer or an error, and no more.
func TestTooLargeIsNotReadOn(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]int64{http.StatusOK: 4<<20 + 1, http.StatusNotFound: 1<<20 + 1} {
		body := &countingBody{}
		client := newClient(t, api.WithAPIKey(apiKey), api.WithMaxResponseBytes(4<<20), api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: body, Request: r, ContentLength: -1}, nil
		})))
		assert.Error(t, get(t.Context(), client))
		assert.Equal(t, want, body.read)
		assert.True(t, body.closed)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// countingBody has no end.
type countingBody struct {
	zeros
	read   int64
	closed bool
}

func (b *countingBody) Read(p []byte) (int, error) {
	b.read += int64(len(p))
	return b.zeros.Read(p)
}

func (b *countingBody) Close() error {
	b.closed = true
	return nil
}

// TestNoTrust checks that a server that cannot be trusted is asked once, and gets nothing.
func TestNoTrust(t *testing.T) {
	t.Parallel()
	for effect, call := range effects {
		t.Run(string(effect), func(t *testing.T) {
			t.Parallel()
			var connections, requests atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			client := newClient(t, api.WithAPIKey(apiKey), api.WithBaseURL(server.URL), api.WithRetry(quick))
			err := call(t.Context(), client)
			_, ok := errors.AsType[*tls.CertificateVerificationError](err)
			assert.True(t, ok, "%T %v", err, err)
			assert.ErrorContains(t, err, "certificate signed by unknown authority")
			assertKinds(t, err)
			assert.False(t, api.IsRetryable(err))
			assert.EqualValues(t, 1, connections.Load())
			assert.Zero(t, requests.Load())
		})
	}
}

// dials counts the connections that a transport tries to make.
func dials(n *atomic.Int32) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		n.Add(1)
		return new(net.Dialer).DialContext(ctx, network, addr)
	}}
}

func TestNoTLS(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	server := listen(t, hangUp)
	client := newClient(t, api.WithAPIKey(apiKey), api.WithBaseURL("https"+strings.TrimPrefix(server.URL, "http")),
		api.WithTransport(dials(&n)), api.WithRetry(quick))
	err := get(t.Context(), client)
	assert.ErrorIs(t, err, http.ErrSchemeMismatch)
	assert.False(t, api.IsRetryable(err))
	assert.EqualValues(t, 1, n.Load())
}

// TestRefusedConnection checks that even unsafe calls are repeated when nothing was sent.
func TestRefusedConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	for effect, call := range effects {
		var n atomic.Int32
		client := newClient(t, api.WithAPIKey(apiKey), api.WithBaseURL("http://"+listener.Addr().String()),
			api.WithTransport(dials(&n)), api.WithRetry(quick))
		err := call(t.Context(), client)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED, effect)
		assertKinds(t, err)
		assert.True(t, api.IsRetryable(err))
		assert.EqualValues(t, 3, n.Load(), effect)
	}
}

// TestTransportWithoutTrace checks that a request counts as sent if the transport does not report what it sent.
func TestTransportWithoutTrace(t *testing.T) {
	t.Parallel()
	tries := 0
	client := newClient(t, api.WithAPIKey(apiKey), api.WithRetry(quick), api.WithTransport(roundTripper(func(*http.Request) (*http.Response, error) {
		tries++
		return nil, io.ErrUnexpectedEOF
	})))
	err := notify(t.Context(), client)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assertKinds(t, err, api.ErrOutcomeUnknown)
	assert.Equal(t, 1, tries)
}
