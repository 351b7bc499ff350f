package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// once is a transport that writes each request once. It sends what has no try around it: the requests for tokens, and those of
// the raw client.
type once struct{ transport http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (o once) RoundTrip(req *http.Request) (*http.Response, error) {
	var w wire
	ctx, end := context.WithCancel(req.Context())
	req = req.WithContext(w.watch(ctx, end))
	onlyOnce(req, effectOf(req.Method))
	resp, err := w.roundTrip(o.transport, req)
	if err != nil {
		end()
		return nil, err
	}
	resp.Body = endingBody{resp.Body, end}
	return resp, nil
}

// endingBody releases the context of its request when it is closed.
type endingBody struct {
	io.ReadCloser
	end context.CancelFunc
}

func (b endingBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}

// rawDoer sends the requests of the raw client.
type rawDoer struct{ c *caller }

// Do implements gen.HttpRequestDoer.
func (d rawDoer) Do(req *http.Request) (*http.Response, error) {
	server, err := url.Parse(d.c.server)
	if err != nil {
		return nil, err
	}
	if origin(req.URL) != origin(server) {
		return nil, fmt.Errorf("api: the request goes to %s, the credentials are for %s", req.URL.Host, server.Host)
	}
	value, _, err := d.c.access(req.Context(), "")
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", value)
	setDefault(req.Header, "User-Agent", d.c.userAgent)
	return once{d.c.transport}.RoundTrip(req)
}
