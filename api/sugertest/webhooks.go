package sugertest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/suger-go/suger/api/webhook"
)

// Delivery changes how [Server.Deliver] delivers.
type Delivery func([][]byte) [][]byte

// Twice delivers each event two times in a row.
func Twice() Delivery {
	return func(bodies [][]byte) [][]byte {
		var twice [][]byte
		for _, body := range bodies {
			twice = append(twice, body, body)
		}
		return twice
	}
}

// Backwards delivers the last event first.
func Backwards() Delivery {
	return func(bodies [][]byte) [][]byte {
		slices.Reverse(bodies)
		return bodies
	}
}

// Deliver posts the notification events since the last delivery to a URL, one after the other, as Suger does: signed with the
// secret, unless that is empty. Events that were seeded are among them. It returns when all are answered. After an answer
// other than 2xx it ends with an error, and the next delivery repeats them all.
func (s *Server) Deliver(url, secret string, options ...Delivery) error {
	return s.deliver(context.Background(), url, secret, options)
}

// deliver is Deliver until the context ends or the server is closed.
func (s *Server) deliver(ctx context.Context, url, secret string, options []Delivery) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-s.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	var bodies [][]byte
	st := s.lock()
	for _, event := range st.all("NotificationEvent") {
		bodies = append(bodies, reply{value: event}.body())
	}
	count := len(bodies)
	bodies = bodies[s.delivered:]
	s.mu.Unlock()
	for _, option := range options {
		bodies = option(bodies)
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for _, body := range bodies {
		if err := post(ctx, client, url, secret, body); err != nil {
			return fmt.Errorf("sugertest: Deliver: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == st { // it was not reset meanwhile
		s.delivered = max(s.delivered, count)
	}
	return nil
}

func post(ctx context.Context, client *http.Client, url, secret string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if secret != "" {
		request.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, body))
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %s: %s", url, response.Status, bytes.TrimSpace(answer))
	}
	return nil
}
