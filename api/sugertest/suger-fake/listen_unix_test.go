//go:build unix

package main

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Nobody can connect before the server has everything.
func TestListensWhenItIsSeeded(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := free.Addr().String()
	require.NoError(t, free.Close())
	seed := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, syscall.Mkfifo(seed, 0o600)) // which ends when the test says so
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"-addr", addr, "-seed", seed}, writer, io.Discard) }()
	file, err := os.OpenFile(seed, os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(`{"Offer": [{"id": "offer-1"}, `)
	require.NoError(t, err)
	_, err = net.Dial("tcp", addr)
	require.Error(t, err, "it is still being seeded")
	_, err = file.WriteString(`{"id": "offer-2"}]}`)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	printed := make([]byte, 1024)
	n, err := reader.Read(printed)
	require.NoError(t, err)
	offers, err := client(t, string(printed[:n]), "test-org", "sk-fake-7c20b94e51d83fa6").Offers.List(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, offers, 2)
	stop()
	require.NoError(t, <-done)
}
