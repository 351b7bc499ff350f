package robustness

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

const member = 4 << 20 // bytes in a member of the bomb

var packed = sync.OnceValue(func() []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(bytes.Repeat([]byte(" "), member))
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err)
	}
	return packed.Bytes()
})

// bomb answers with 4 GiB of spaces in 4 MiB of gzip: the same member again and again.
func bomb(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		for range (4 << 30) / member {
			if _, err := w.Write(packed()); err != nil {
				return
			}
		}
	}
}

// allocated returns how many bytes f allocates, together with all that goes on beside it.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestDecompressionBomb is not parallel, because it measures memory.
func TestDecompressionBomb(t *testing.T) {
	require.Less(t, len(packed()), member/256, "it is a bomb") // how far gzip packs it depends on the version of Go
	const limit, enough = 1 << 20, 16 << 20
	client := serve(t, bomb(200), api.WithMaxResponseBytes(limit))
	refused := serve(t, bomb(400), api.WithMaxResponseBytes(4<<30))
	tokens := httptest.NewServer(bomb(200))
	t.Cleanup(tokens.Close)
	access := func(opts ...api.Option) *api.Client {
		client, err := api.New("org-1", append(opts, api.WithBaseURL(tokens.URL), api.WithRetry(api.RetryPolicy{MaxTries: 1}))...)
		require.NoError(t, err)
		t.Cleanup(client.CloseIdleConnections)
		return client
	}
	for name, client := range map[string]*api.Client{
		"answer": client, "error": refused,
		"OAuth":        access(api.WithOAuth("id", "secret"), api.WithTokenURL(tokens.URL)),
		"bearer login": access(api.WithBearerLogin("id", "secret")),
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			used := allocated(func() { _, err = client.Offers.Get(t.Context(), "o-1") })
			assert.Error(t, err)
			assert.Less(t, used, uint64(enough))
			if name == "answer" {
				e, ok := errors.AsType[*api.DecodeError](err)
				require.True(t, ok, "%T", err)
				assert.ErrorContains(t, e, "1048576 bytes (see WithMaxResponseBytes)")
			}
		})
	}
}

// TestDeepNesting has JSON that would overflow the stack of a naive parser.
func TestDeepNesting(t *testing.T) {
	t.Parallel()
	const million = 1_000_000
	for name, deep := range map[string]string{
		"open arrays":   strings.Repeat("[", million),
		"arrays":        strings.Repeat("[", million) + strings.Repeat("]", million),
		"objects":       strings.Repeat(`{"metaInfo":`, million) + "1" + strings.Repeat("}", million),
		"unknown":       `{"unknown": ` + strings.Repeat("[", million) + strings.Repeat("]", million) + "}",
		"raw":           `{"info": ` + strings.Repeat("[", million) + strings.Repeat("]", million) + "}",
		"open elements": strings.Repeat("<title>", million/70),
		"brackets":      strings.Repeat("<", million/10),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, answer(200, "application/json", deep))
			_, err := client.Offers.Get(t.Context(), "o-1")
			e, ok := errors.AsType[*api.DecodeError](err)
			require.True(t, ok, "%T", err)
			assert.Less(t, len(e.Error()), 1000)
			_, err = client.APIClients.Get(t.Context(), "a-1")
			require.Error(t, err)

			client = serve(t, answer(500, "application/json", deep))
			_, err = client.Offers.Get(t.Context(), "o-1")
			refusal, ok := errors.AsType[*api.Error](err)
			require.True(t, ok, "%T", err)
			assert.Less(t, len(refusal.Error()), 1000)

			_, err = webhook.Parse([]byte(deep))
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 1000)
			assert.Error(t, new(gen.MetaInfo).UnmarshalJSON([]byte(deep)), "called without the checks of package json")
		})
	}
}

// TestManyProperties has so many properties that anything but linear time would show as a test that never ends.
func TestManyProperties(t *testing.T) {
	t.Parallel()
	const many = 30_000
	var object bytes.Buffer
	object.WriteString(`{"id": "o-1"`)
	for i := range many {
		fmt.Fprintf(&object, `, "key %d": %d`, i, i)
	}
	object.WriteString(`, "name": "the last one"}`)
	client := serve(t, answer(200, "application/json", object.String()))

	offer, err := client.Offers.Get(t.Context(), "o-1")
	require.NoError(t, err)
	assert.Equal(t, "the last one", offer.GetName())
	assert.Len(t, offer.AdditionalProperties, many)
	assert.Equal(t, json.Number("29999"), offer.AdditionalProperties["key 29999"])
	encoded, err := json.Marshal(offer)
	require.NoError(t, err)
	var again gen.Offer
	require.NoError(t, json.Unmarshal(encoded, &again))
	assert.Len(t, again.AdditionalProperties, many)

	entitlement, err := client.Entitlements.Get(t.Context(), "e-1") // which keeps no properties
	require.NoError(t, err)
	assert.Equal(t, "the last one", entitlement.GetName())

	client = serve(t, answer(500, "application/json", "["+strings.Repeat(`{"message": "x"},`, many/10)+"null]"))
	_, err = client.Offers.Get(t.Context(), "o-1")
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 1000)
}

// TestEndlessHeader has a server whose headers never end, then long ones that do.
func TestEndlessHeader(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-Endless: ")
		for chunk := strings.Repeat("x", 1<<16); err == nil; {
			_, err = io.WriteString(conn, chunk)
		}
	})
	var err error
	used := allocated(func() { _, err = client.Billing.CreateRefund(t.Context(), "b-1", "p-1", 1) })
	e, ok := errors.AsType[*api.TransportError](err)
	require.True(t, ok, "%T", err)
	assert.ErrorIs(t, e, api.ErrOutcomeUnknown)
	assert.Less(t, len(e.Error()), 1000)
	assert.Less(t, used, uint64(128<<20), "net/http takes 10 MiB of headers, in a buffer that grows")
}

func TestLongHeader(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", long)
		w.Header().Set("Retry-After", strings.Repeat("9", 1<<20))
		w.Header().Set("Location", "/"+long)
		w.WriteHeader(http.StatusMultipleChoices)
	})
	_, err := client.Offers.Get(t.Context(), "o-1")
	e, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%T", err)
	assert.Less(t, len(e.Error()), 2000)
	assert.Equal(t, http.StatusMultipleChoices, e.StatusCode)

	_, err = client.Offers.Get(t.Context(), "o-1", api.Header("X-Test", long+long)) // beyond what the server takes
	assert.Error(t, err)
}
