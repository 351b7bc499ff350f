package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// packed compresses a text, which is sent to a client that asks for it so.
func packed(t *testing.T, text string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.Less(t, buf.Len(), 40<<10)
	return buf.Bytes()
}

// many is a JSON array of 8 MiB.
func many(item string) string {
	return "[" + strings.Repeat(item+",", 8<<20/(len(item)+1)) + item + "]"
}

// TestManySmallItems has answers of a few KiB that would become gigabytes: neither memory nor time may go with them. It is not
// parallel, because it measures memory, and so are the other tests of this file.
func TestManySmallItems(t *testing.T) {
	offers := func(ctx context.Context, c *api.Client) error {
		_, err := c.Offers.List(ctx, nil)
		return err
	}
	for _, tt := range []struct {
		name, body string
		call       func(context.Context, *api.Client) error
	}{
		{"objects", many("{}"), offers},
		{"nulls", many("null"), offers},
		{"objects of one property", many(`{"id":"o"}`), offers},
		{"in an object", `{"notificationEvents": ` + many("{}") + `, "totalCount": 1}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.Notifications.ListEvents(ctx, nil)
			return err
		}},
		{"nulls in an object", `{"usageRecordGroups": ` + many("null") + `}`, func(ctx context.Context, c *api.Client) error {
			_, err := c.Metering.ListUsageRecordGroups(ctx, nil)
			return err
		}},
		{"in a property nobody knows", `{"id": "o-1", "novelty": ` + many("{}") + `}`, func(ctx context.Context, c *api.Client) error {
			return get(ctx, c)
		}},
		{"arrays in arrays", `{"id": "o-1", "novelty": ` + many("[[]]") + `}`, func(ctx context.Context, c *api.Client) error {
			return get(ctx, c)
		}},
		{"lists of lists", many("[{}]"), func(ctx context.Context, c *api.Client) error {
			_, err := c.Contacts.BatchCreate(ctx, nil)
			return err
		}},
		{"by Do", many("{}"), func(ctx context.Context, c *api.Client) error {
			var things []map[string]any
			return c.Do(ctx, "GET", "/things", nil, &things)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := packed(t, tt.body)
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(body)
			}, api.WithTimeout(500*time.Millisecond), api.WithRetry(once))
			start := time.Now()
			var err error
			used := allocated(func() { err = tt.call(t.Context(), client) })
			_, ok := errors.AsType[*api.DecodeError](err)
			assert.True(t, ok, "%T %.200v", err, err)
			assert.Less(t, time.Since(start), 2*time.Second)
			assert.Less(t, used>>20, uint64(100), "MB")
			if err != nil {
				assert.Less(t, len(err.Error()), 1000)
			}
		})
	}
}

// TestMessageOfALargeAnswer has answers of 30 MiB that are none of the operation. What the error says of one is made of its start,
// not of all of it, which would be copied again and again.
func TestMessageOfALargeAnswer(t *testing.T) {
	const size = 30 << 20
	words := strings.Repeat("word  ", size/6)
	for _, tt := range []struct {
		name, contentType, body, want string
		call                          callFunc
	}{
		{"of the wrong kind", "application/json", `"` + words + `"`, `want a JSON object, not "word word`, get},
		{"no JSON", "text/plain", words, "it is no JSON: word word", get},
		{"a page", "text/html", "<p>" + words, "it is no JSON: word word", get},
		{"a page, by Do", "text/html", "<p>" + words, "it is no JSON: word word", do("GET")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", tt.contentType)
				_, _ = io.WriteString(w, tt.body)
			}, api.WithRetry(once))
			var err error
			used := allocated(func() { err = tt.call(t.Context(), client) })
			assert.ErrorContains(t, err, tt.want)
			assert.Less(t, len(err.Error()), 1000)
			assert.Less(t, used>>20, uint64(200), "MB, of which reading takes 80, and 150 with the race detector")
		})
	}
}

// TestFullPages checks that the bound does not meet what the API does send: a thousand items with all that is in them.
func TestFullPages(t *testing.T) {
	item := `{"id": "o-1", "info": {"commits": [{"amount": 1}, {"amount": 2}]}, "contactIds": ["a", "b"], "metaInfo": {"fields": {"a": {}}}}`
	body := "[" + strings.Repeat(item+",", 999) + item + "]"
	offers, err := serve(t, answer(200, "application/json", body)).Offers.List(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, offers, 1000)
}

// TestAnnouncedLength has answers that announce 64 MiB and send a byte. The length is a claim of the server's.
func TestAnnouncedLength(t *testing.T) {
	const length = 64 << 20
	for name, short := range map[string]reply{
		"success": {text: fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n[", length), close: true},
		"error":   {text: fmt.Sprintf("HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n[", length), close: true},
	} {
		server := serve1(t, func(*arrival) reply { return short })
		client := newClient(t, server.url, api.WithRetry(once))
		used := allocated(func() {
			for range 40 {
				_, err := client.Offers.List(t.Context(), nil)
				assert.Error(t, err)
			}
		})
		assert.Less(t, used>>20, uint64(200), "%s: MB", name)
	}
}

// TestAnnouncedLengthOfATokenAnswer is the same at the token endpoints.
func TestAnnouncedLengthOfATokenAnswer(t *testing.T) {
	server := serve1(t, func(*arrival) reply {
		return reply{text: fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{", 64<<20), close: true}
	})
	for name, options := range tokenAccess {
		client := newClientWith(t, server.url, append(options(server.url), api.WithRetry(once))...)
		used := allocated(func() {
			for range 40 {
				assert.Error(t, get(t.Context(), client))
			}
		})
		assert.Less(t, used>>20, uint64(200), "%s: MB", name)
	}
}

// TestDrip has a server that sends its answer byte by byte: the time-out ends it.
func TestDrip(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond) // the pace is the fault
		}
	}))
	t.Cleanup(server.Close)
	client := newClient(t, server.URL, api.WithTimeout(patience), api.WithRetry(once))
	for _, c := range calls {
		err := within(t, slack, func() error { return c.do(t.Context(), client) })
		if c.method != "PUT" && c.method != "DELETE" && c.method != "OPTIONS" { // of which the status says it all
			assert.Error(t, err, c.name)
		}
	}
}

// TestStreamInMemory has 256 MiB go to a writer: no more than a buffer of them is in memory.
func TestStreamInMemory(t *testing.T) {
	const length = 256 << 20
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 1<<20)
		for range length / len(block) {
			_, _ = w.Write(block)
		}
	})
	count := 0
	used := allocated(func() {
		assert.NoError(t, client.Do(t.Context(), "GET", "/things", nil, writer(func(p []byte) (int, error) {
			count += len(p)
			return len(p), nil
		})))
	})
	assert.Equal(t, length, count)
	assert.Less(t, used>>20, uint64(10), "MB")
}
