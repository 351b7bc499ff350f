package sugertest

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// SeedFrom takes what a reader has so far, and does not keep the server from answering while the rest is not there.
func TestSeedFromStreams(t *testing.T) {
	t.Parallel()
	srv := New(t)
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- srv.SeedFrom(reader) }()
	write := func(text string) {
		_, err := io.WriteString(writer, text)
		require.NoError(t, err)
	}
	write(`{"Buyer": [{"id": "1"}, `)
	write(" ") // is read when the object before it is seeded
	status, answer := get(t, srv, "/buyer")
	assert.Equal(t, 200, status)
	assert.Equal(t, []any{object{"id": "1"}}, answer)
	write(`{"id": "2"}], "Offer": [], "buyer": [{"id": "3"}]}`)
	require.NoError(t, writer.Close())
	require.NoError(t, <-done)
	_, answer = get(t, srv, "/buyer")
	assert.Equal(t, []any{object{"id": "1"}, object{"id": "2"}, object{"id": "3"}}, answer)
}

func TestSeedFromBrokenJSON(t *testing.T) {
	t.Parallel()
	srv := NewUnstarted()
	for data, message := range map[string]string{ // the words of encoding/json depend on its version
		``:                              "unexpected ",
		`{"Buyer": [{"id": "1"}`:        "unexpected ",
		`{"Buyer": [{"id": "1"}, {"id"`: "Buyer/1: unexpected ",
		`{"Buyer": [{"id": "1"} 7]}`:    "Buyer/1: ",
		`{"Buyer": [{}]} {}`:            "more than one JSON value",
		`{"Buyer": [{}]`:                "unexpected ",
		`{"Buyer": [1]}`:                "Buyer/0 is not an object",
		`7`:                             "want an object",
	} {
		err := srv.SeedJSON([]byte(data))
		assert.ErrorContains(t, err, "sugertest: SeedJSON: ", data)
		assert.ErrorContains(t, err, message, data)
	}
}

// A server that is not started is seeded all the same, and nobody can call it.
func TestNewUnstarted(t *testing.T) {
	t.Parallel()
	srv := NewUnstarted()
	assert.Empty(t, srv.URL)
	assert.PanicsWithValue(t, "sugertest: Client: the server is not started", func() { srv.Client() })
	require.NoError(t, srv.SeedJSON([]byte(`{"Buyer": [{"id": "1"}]}`)))
	srv.Start(nil)
	defer srv.Close()
	buyer, err := srv.Client().Buyers.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, "1", buyer.GetID())
	NewUnstarted().Close()
}
