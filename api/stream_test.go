package api_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// writerFunc is a writer that is a function.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestStream has answers of all kinds go to a writer.
func TestStream(t *testing.T) {
	t.Parallel()
	const page = "<title>Log in</title>"
	large := strings.Repeat("0123456789abcdef", 1<<12)
	for _, tt := range []struct {
		name    string
		method  string
		answer  http.HandlerFunc
		accept  string
		want    string // what is written
		err     error
		message string // of an *api.DecodeError
	}{
		{name: "text", answer: answer(200, "text/csv", "a,b\n"), want: "a,b\n"},
		{name: "part", answer: answer(206, "text/csv", "b\n"), want: "b\n"},
		{name: "over the limit", answer: answer(200, "text/csv", large), want: large},
		{name: "objects beyond number", answer: answer(200, "application/json", "[{},{},{}]"), want: "[{},{},{}]"},
		{name: "no JSON", answer: answer(200, "application/json", "{"), want: "{"},
		{name: "empty", answer: answer(200, "application/json", "")},
		{name: "no content", answer: answer(204, "", "")},
		{name: "HEAD", method: "HEAD", answer: answer(200, "text/csv", "a,b\n")},
		{name: "page", answer: answer(200, "text/html; charset=utf-8", page), message: "it is a page of HTML, which no Accept header asked for: Log in"},
		{name: "page that is wanted", accept: "text/html", answer: answer(200, "text/html", page), want: page},
		{name: "refused", answer: answer(404, "application/json", `"no such report"`), err: api.ErrNotFound},
		{name: "fault", answer: answer(503, "text/html", page), err: api.ErrServer},
		{name: "redirect elsewhere", answer: http.RedirectHandler("https://elsewhere.test/", http.StatusFound).ServeHTTP, err: api.ErrOutcomeUnknown, method: "PUT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, cmp.Or(tt.accept, "*/*"), r.Header.Get("Accept"))
				tt.answer(w, r)
			}, api.WithMaxResponseBytes(1000))
			var opts []api.CallOption
			if tt.accept != "" {
				opts = append(opts, api.Header("Accept", tt.accept))
			}
			var got bytes.Buffer
			err := client.Do(t.Context(), cmp.Or(tt.method, "GET"), "/org/{orgId}/report", nil, &got, opts...)
			assert.Equal(t, tt.want, got.String())
			var unreadable *api.DecodeError
			switch {
			case tt.message != "":
				require.ErrorAs(t, err, &unreadable)
				assert.ErrorContains(t, err, tt.message)
				assert.Equal(t, page, string(unreadable.Body))
			case tt.err != nil:
				var refused *api.Error
				require.ErrorAs(t, err, &refused)
				assert.ErrorIs(t, err, tt.err)
			default:
				assert.NoError(t, err)
			}
		})
	}
}

// TestStreamIsUnpacked checks that a writer gets what was meant, and what goes over the line if its call asks for that.
func TestStreamIsUnpacked(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("line\n", 10_000)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, text)
	require.NoError(t, z.Close())
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed.Bytes())
	})
	var got bytes.Buffer
	require.NoError(t, client.Do(t.Context(), "GET", "/report", nil, &got))
	assert.Equal(t, text, got.String())
	got.Reset()
	require.NoError(t, client.Do(t.Context(), "GET", "/report", nil, &got, api.Header("Accept-Encoding", "gzip")))
	assert.Equal(t, packed.Bytes(), got.Bytes())
}

// TestStreamIsCaptured checks that a writer may look at the header before it takes the body, and that the log has neither.
func TestStreamIsCaptured(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client := serve(t, answer(200, "text/csv", "nobody's business"), api.WithLogger(logger), api.WithLoggedBodies())
	var response *http.Response
	var got bytes.Buffer
	out := writerFunc(func(p []byte) (int, error) {
		assert.Equal(t, "text/csv", response.Header.Get("Content-Type"))
		return got.Write(p)
	})
	require.NoError(t, client.Do(t.Context(), "GET", "/report", nil, out, api.Capture(&response)))
	assert.Equal(t, "nobody's business", got.String())
	rest, err := io.ReadAll(response.Body)
	assert.NoError(t, err)
	assert.Empty(t, rest)
	assert.Contains(t, log.String(), `response_body="[written to out]"`)
	assert.NotContains(t, log.String(), "business")
}

// TestStreamBreaksOff has bodies that end too early. Nothing is asked for again once a part of it was written.
func TestStreamBreaksOff(t *testing.T) {
	t.Parallel()
	headerOnly := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		hangUp(w, r)
	}
	half := offer[:len(offer)/2]
	for _, tt := range []struct {
		method    string
		answer    http.HandlerFunc
		tries     int
		want      string
		unknown   bool
		retryable bool
	}{
		{"GET", breakOff, 1, half, false, true},
		{"PUT", breakOff, 1, half, true, true},
		{"POST", breakOff, 1, half, true, false},
		{"GET", headerOnly, 3, "", false, true},
		{"PUT", headerOnly, 3, "", true, true},
		{"POST", headerOnly, 1, "", true, false},
	} {
		t.Run(fmt.Sprint(tt.method, " after ", len(tt.want)), func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				tt.answer(w, r)
			})
			var got bytes.Buffer
			err := client.Do(t.Context(), tt.method, "/report", "in", &got)
			assert.EqualValues(t, tt.tries, tries.Load())
			assert.Equal(t, tt.want, got.String())
			var broken *api.DecodeError
			require.ErrorAs(t, err, &broken)
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
			assert.Equal(t, tt.unknown, errors.Is(err, api.ErrOutcomeUnknown))
			assert.Equal(t, tt.unknown, strings.Contains(err.Error(), "the answer (200 OK) broke off: unexpected EOF"), err)
			assert.Equal(t, tt.retryable, api.IsRetryable(err))
			assert.Empty(t, broken.Body)
		})
	}
}

// TestStreamIsRepeated checks that a read begins anew where nothing was written, and that its writer sees one answer.
func TestStreamIsRepeated(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch tries.Add(1) {
		case 1:
			hangUp(w, r)
		case 2:
			answer(503, "text/plain", "not now")(w, r)
		case 3:
			http.Redirect(w, r, "/report/42", http.StatusFound)
		default:
			answer(200, "text/csv", r.URL.Path)(w, r)
		}
	})
	var got bytes.Buffer
	require.NoError(t, client.Do(t.Context(), "GET", "/report", nil, &got))
	assert.Equal(t, "/report/42", got.String())
	assert.EqualValues(t, 4, tries.Load())
}

// TestStreamToABrokenWriter checks that an error of the writer is the caller's, and that the outcome of the call is known.
func TestStreamToABrokenWriter(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for _, tt := range []struct {
		name string
		out  writerFunc
		want error
	}{
		{"error", func(p []byte) (int, error) { return 1, full }, full},
		{"error that looks like a fault of the connection", func(p []byte) (int, error) { return 0, io.ErrUnexpectedEOF }, io.ErrUnexpectedEOF},
		{"short", func(p []byte) (int, error) { return len(p) - 1, nil }, io.ErrShortWrite},
		{"more than there was", func(p []byte) (int, error) { return len(p) + 1, nil }, io.ErrShortWrite},
		{"less than nothing", func(p []byte) (int, error) { return -1, nil }, io.ErrShortWrite},
	} {
		for _, method := range []string{"GET", "PUT", "POST"} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				t.Parallel()
				var tries atomic.Int32
				client := serve(t, func(w http.ResponseWriter, r *http.Request) {
					tries.Add(1)
					answer(200, "text/csv", strings.Repeat("a,b\n", 1<<16))(w, r)
				})
				err := client.Do(t.Context(), method, "/report", nil, tt.out)
				assert.ErrorIs(t, err, tt.want)
				assert.ErrorContains(t, err, "Do: writing the answer: ")
				assert.NotErrorIs(t, err, api.ErrOutcomeUnknown)
				assert.False(t, api.IsRetryable(err))
				assert.EqualValues(t, 1, tries.Load())
			})
		}
	}
	client := serve(t, answer(200, "text/csv", "a,b\n"))
	assert.ErrorContains(t, client.Do(t.Context(), "GET", "/report", nil, (*bytes.Buffer)(nil)), "Do: out is a *bytes.Buffer, want a pointer that is not nil")
	assert.ErrorContains(t, client.Do(t.Context(), "GET", "/report", nil, 5), "Do: out is a int")
	assert.Panics(t, func() {
		_ = client.Do(t.Context(), "GET", "/report", nil, writerFunc(func([]byte) (int, error) { panic("a writer that panics") }))
	})
}

// TestStreamEndsWithItsContext has a body without end, which the caller gives up.
func TestStreamEndsWithItsContext(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			io.WriteString(w, "a,b\n")
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	out := writerFunc(func(p []byte) (int, error) {
		cancel()
		return len(p), nil
	})
	err := client.Do(ctx, "POST", "/report", nil, out)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, api.ErrOutcomeUnknown)
	assert.False(t, api.IsRetryable(err))
}

// TestStreamOfAnAnnouncedLength has a transport that ends a body before the length that it announced.
func TestStreamOfAnAnnouncedLength(t *testing.T) {
	t.Parallel()
	client := newClient(t, api.WithAPIKey(apiKey), api.WithRetry(quick), api.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		body := io.NopCloser(strings.NewReader("a,b\n"))
		return &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: 5, Body: body, Request: r}, nil
	})))
	err := client.Do(t.Context(), "GET", "/report", nil, io.Discard)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// TestStreamShowsNoSecret has a server that repeats the credentials in an answer that becomes an error.
func TestStreamShowsNoSecret(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{
		"breaks off": breakOff,
		"page": func(w http.ResponseWriter, r *http.Request) {
			answer(200, "text/html", "<title>"+r.Header.Get("Authorization")+"</title>")(w, r)
		},
	} {
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Echo", r.Header.Get("Authorization"))
			fault(w, r)
		})
		err := client.Do(t.Context(), "GET", "/report", nil, io.Discard)
		var broken *api.DecodeError
		require.ErrorAs(t, err, &broken, name)
		assert.Equal(t, "Key [redacted]", broken.Header.Get("X-Echo"), name)
		assert.NotContains(t, fmt.Sprintf("%s %s", err, broken.Body), apiKey, name)
	}
}
