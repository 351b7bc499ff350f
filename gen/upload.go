package gen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"strings"
)

// checkFile returns an error for a file that is nil, and for a name that the header of a part of a form cannot carry.
func checkFile(op *Operation, filename string, file io.Reader) error {
	switch {
	case !IsHeaderValue(filename) || strings.Contains(filename, "\t"):
		return &ArgumentError{op.Name, "filename", filename, "has control characters"}
	case file == nil:
		return &ArgumentError{op.Name, "file", "", "is nil, want a reader"}
	}
	return nil
}

// form is a body that is a multipart form.
type form struct {
	contentType string
	data        []byte
}

// encodeFile returns a form with one file. The file is read in a goroutine of its own, which is left behind when the context
// ends: a reader that blocks cannot be interrupted.
func encodeFile(ctx context.Context, op *Operation, field, filename string, file io.Reader) (*form, error) {
	var (
		read     *form
		err      = errors.New("the reader ended its goroutine")
		panicked any
		done     = make(chan struct{}) // closed when these are set
	)
	if ctx.Err() == nil {
		go func() {
			defer close(done)
			defer func() { panicked = recover() }()
			read, err = readForm(field, filename, file)
		}()
	}
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: reading the file: %w", op.Name, ctx.Err())
	case <-done:
	}
	if panicked != nil {
		panic(panicked) // on the goroutine of the caller, who can recover from it
	}
	if err != nil {
		return nil, fmt.Errorf("%s: reading the file: %w", op.Name, err)
	}
	return read, nil
}

func readForm(field, filename string, file io.Reader) (*form, error) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	part, err := w.CreateFormFile(field, filename)
	if err == nil {
		_, err = io.Copy(part, file)
	}
	if err == nil {
		err = w.Close()
	}
	return &form{w.FormDataContentType(), buf.Bytes()}, err
}
