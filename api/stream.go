package api

import (
	"io"
	"mime"
	"net/http"
	"strings"
)

// sink passes the body of a success on to the caller's writer.
type sink struct {
	writer  io.Writer
	written bool  // whether the writer was given anything
	err     error // what the writer said
}

// Write implements io.Writer.
func (s *sink) Write(p []byte) (n int, err error) {
	s.written = true
	n, s.err = s.writer.Write(p)
	if s.err == nil && n != len(p) {
		s.err = io.ErrShortWrite
	}
	return n, s.err
}

// streams returns the writer for the body of an answer, and whether the body goes to it: that of a success does, except an HTML
// page, such as the login page of a proxy, if Accept does not name HTML.
func (r *run) streams(t *try) (io.Writer, bool) {
	w, ok := r.call.Out.(io.Writer)
	if !ok || !t.succeeded() {
		return nil, false
	}
	mediaType, _, _ := mime.ParseMediaType(t.response.Header.Get("Content-Type"))
	return w, mediaType != "text/html" || strings.Contains(t.request.Header.Get("Accept"), "html")
}

// stream copies the body of an answer to a writer. A failure to read the body is an error of the try, a failure to write to the
// writer is not.
func (t *try) stream(body io.ReadCloser, w io.Writer) {
	defer body.Close()
	t.sink = &sink{writer: w}
	n, err := io.Copy(t.sink, body)
	announced := t.response.ContentLength
	switch {
	case t.sink.err != nil:
	case err == nil && announced >= 0 && n != announced && t.request.Method != http.MethodHead:
		t.err = io.ErrUnexpectedEOF
	default:
		t.err = err
	}
}
