package sugertest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zeros is a body that counts how much of it was taken.
type zeros struct{ left, taken int64 }

func (z *zeros) Read(p []byte) (int, error) {
	n := min(int64(len(p)), z.left)
	z.left, z.taken = z.left-n, z.taken+n
	clear(p[:n])
	if n == 0 {
		return 0, io.EOF
	}
	return int(n), nil
}

// upload sends a body to an operation, when the server asks for it.
func upload(t *testing.T, srv *Server, authorization string, body io.Reader, length int64) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+"/org/"+srv.OrgID+"/offer", body)
	require.NoError(t, err)
	r.ContentLength = length
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Expect", "100-continue")
	client := http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute, DisableKeepAlives: true}}
	response, err := client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(answer)
}

// Without credentials a body is not even asked for.
func TestBodiesWithoutCredentials(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for _, authorization := range []string{"", "Key nonsense", "Bearer nonsense"} {
		body := &zeros{left: 1 << 30}
		status, _ := upload(t, srv, authorization, body, -1)
		assert.Equal(t, 401, status)
		assert.Zero(t, body.taken)
	}
	status, _ := upload(t, srv, "", strings.NewReader(`{"name": "Enterprise"}`), -1)
	assert.Equal(t, 401, status)
	assert.Nil(t, srv.Requests()[3].Body)
}

func TestLongBodies(t *testing.T) {
	t.Parallel()
	srv := New(t)
	body := &zeros{left: 1 << 30}
	status, answer := upload(t, srv, "Key "+srv.APIKey, body, 1<<30)
	assert.Equal(t, 413, status)
	assert.Equal(t, `"body: longer than 67108864 bytes, which is the most that the fake takes"`, answer)
	assert.Zero(t, body.taken, "its length was known")

	srv.config.body = 1000
	body = &zeros{left: 1 << 30}
	status, answer = upload(t, srv, "Key "+srv.APIKey, body, -1)
	assert.Equal(t, 413, status)
	assert.Contains(t, answer, "longer than 1000 bytes")
	offer := `{"name": "` + strings.Repeat("x", 988) + `"}`
	status, _ = upload(t, srv, "Key "+srv.APIKey, strings.NewReader(offer), -1)
	assert.Equal(t, 200, status, "as long as it may be")
	assert.Len(t, srv.Requests(), 3)
}

// Of what arrives only the newest is kept.
func TestOldRequestsAreDropped(t *testing.T) {
	t.Parallel()
	srv := New(t)
	body, err := json.Marshal(strings.Repeat("x", 10<<20))
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), "POST", "/", nil)
	require.NoError(t, err)
	for i := range 10 {
		srv.record(r, nil, body, &answerRecorder{status: 200 + i})
	}
	requests := srv.Requests()
	require.Len(t, requests, 6, "64 MiB hold six of 10 MiB")
	assert.Equal(t, 204, requests[0].Status)
	assert.Len(t, requests[5].Body, 10<<20)

	r.Header.Set("X-Long", strings.Repeat("y", 1<<20))
	for range 100 {
		srv.record(r, nil, []byte("no JSON"), &answerRecorder{status: 200})
	}
	requests = srv.Requests()
	assert.Len(t, requests, 63)
	assert.Nil(t, requests[0].Body)
	assert.LessOrEqual(t, srv.recorded, mostOfRequests)
	srv.Reset()
	assert.Empty(t, srv.Requests())
	assert.Zero(t, srv.recorded)
}
