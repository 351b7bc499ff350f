package gen_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// readerFunc is a Reader made of a function.
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// upload uploads a file, and returns what is sent.
func upload(ctx context.Context, file io.Reader) (*outbox, error) {
	return sent(func(caller gen.Caller) error {
		_, err := gen.NewSupportService(caller, "org").CreateTicketAttachment(ctx, "id", "a.txt", file)
		return err
	})
}

func TestAnUploadSendsTheFile(t *testing.T) {
	t.Parallel()
	o, err := upload(t.Context(), strings.NewReader("all of it"))
	require.NoError(t, err)
	assert.Contains(t, o.body, "\r\n\r\nall of it\r\n--")
}

// A pipe that nobody writes to blocks its reader for ever, but not the caller.
func TestAnUploadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		file, writer := io.Pipe()
		defer writer.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		o, err := upload(ctx, file)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.EqualError(t, err, "Support.CreateTicketAttachment: reading the file: context deadline exceeded")
		assert.Equal(t, 3*time.Second, time.Since(start))
		assert.Nil(t, o.request, "it was sent")
	})

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := upload(ctx, readerFunc(func([]byte) (int, error) {
		t.Error("the file is read though the context has ended")
		return 0, io.EOF
	}))
	assert.ErrorIs(t, err, context.Canceled)
}

// Errors and panics of the reader reach the caller, although another goroutine reads.
func TestAnUploadWhoseReaderFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken disk")
	_, err := upload(t.Context(), readerFunc(func([]byte) (int, error) { return 0, broken }))
	assert.ErrorIs(t, err, broken)
	assert.EqualError(t, err, "Support.CreateTicketAttachment: reading the file: broken disk")

	_, err = upload(t.Context(), readerFunc(func([]byte) (int, error) {
		runtime.Goexit()
		return 0, nil
	}))
	assert.ErrorContains(t, err, "the reader ended its goroutine")

	assert.PanicsWithValue(t, "broken reader", func() {
		_, _ = upload(t.Context(), readerFunc(func([]byte) (int, error) { panic("broken reader") }))
	})
}
