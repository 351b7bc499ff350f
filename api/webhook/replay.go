package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// ErrNotLoopback is the error of [Replay] for a URL that is not on this machine.
var ErrNotLoopback = errors.New("webhook: the URL is not one of a loopback address, such as http://127.0.0.1:8080")

// Replay posts the notification events of the organization since a time to a receiver on this machine, for trying a handler with
// events that happened: those of all priorities in Notifications.AllEvents, the oldest first, one after the other, signed with the
// secret. It returns how many the receiver took. After an answer other than 2xx it ends with an error.
//
// The list selects by days of UTC; since leaves out those that happened earlier on the first day. An event without a timestamp is
// not left out. Whether the list has every event that Suger posts to webhooks is not documented.
//
// The events name buyers and contacts, so they stay on this machine: the host of the URL has to be localhost or a loopback
// address, such as 127.0.0.1 or [::1], and what it resolves to as well, or the error is [ErrNotLoopback]. Proxies are not used
// and redirects not followed.
func Replay(ctx context.Context, client *api.Client, url, secret string, since time.Time) (int, error) {
	if secret == "" {
		return 0, ErrNoSecret
	}
	if err := checkLoopback(url); err != nil {
		return 0, err
	}
	events, err := eventsSince(ctx, client, since)
	if err != nil {
		return 0, fmt.Errorf("webhook: Replay: %w", err)
	}
	local := loopbackClient()
	defer local.CloseIdleConnections()
	for i, event := range events {
		if err := deliver(ctx, local, url, secret, event); err != nil {
			return i, fmt.Errorf("webhook: Replay: event %.64q: %w", event.GetEventID(), err)
		}
	}
	return len(events), nil
}

func eventsSince(ctx context.Context, client *api.Client, since time.Time) ([]*gen.NotificationEvent, error) {
	events, err := api.Collect(client.Notifications.AllEvents(ctx, &gen.ListNotificationEventsParams{
		StartDate:  new(since.UTC().Format(time.DateOnly)),
		Priorities: new("LOW,MEDIUM,HIGH,CRITICAL"),
	}))
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(event *gen.NotificationEvent) bool {
		at := event.GetTimestamp().Time
		return !at.IsZero() && at.Before(since)
	})
	slices.SortStableFunc(events, func(a, b *gen.NotificationEvent) int {
		return a.GetTimestamp().Time.Compare(b.GetTimestamp().Time)
	})
	return events, nil
}

// checkLoopback wants an HTTP URL whose host is localhost or a loopback address.
func checkLoopback(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("webhook: Replay: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("webhook: Replay: %.64q is no URL of http or https", text)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if strings.EqualFold(u.Hostname(), "localhost") || err == nil && ip.Unmap().IsLoopback() {
		return nil
	}
	return ErrNotLoopback
}

// loopbackClient returns a client that connects to loopback addresses alone, whatever a name resolves to.
func loopbackClient() *http.Client {
	dialer := &net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		if ip, err := netip.ParseAddrPort(address); err != nil || !ip.Addr().Unmap().IsLoopback() {
			return ErrNotLoopback
		}
		return nil
	}}
	return &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{DialContext: dialer.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// deliver posts an event as Suger does, and wants an answer of 2xx.
func deliver(ctx context.Context, client *http.Client, url, secret string, event *gen.NotificationEvent) error {
	body, err := json.Marshal(event)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(SignatureHeader, Sign(secret, body))
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10)) // what can be read of it is for people
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s: %s", response.Status, bytes.TrimSpace(answer))
	}
	return nil
}
