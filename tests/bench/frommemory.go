package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/suger-go/suger/api"
)

// RunFromMemory measures calls on a connection that answers from memory, so that the time of the network does not hide what a
// call costs beside HTTP and JSON. The floor has the deadline that each try of the client has.
func RunFromMemory(b *testing.B) {
	p, err := buildPayloads()
	check(b, err)
	org := "/org/" + OrgID
	answers := map[string][]byte{
		"GET " + org + "/entitlement/" + SmallEntitlement:                        wireAnswer(http.StatusOK, p.small),
		"GET " + org + "/entitlement/" + NoEntitlement:                           wireAnswer(http.StatusNotFound, []byte(`"entitlement not found"`)),
		"POST " + org + "/entitlement/" + SmallEntitlement + "/usageRecordGroup": wireAnswer(http.StatusOK, p.usage),
	}
	implementations := []Implementation{
		{"floor", func(baseURL string) (Caller, error) {
			return floor{baseURL, &http.Client{Transport: fromMemory(answers)}, time.Minute}, nil
		}},
		{"client", func(baseURL string) (Caller, error) {
			c, err := api.New(OrgID, api.WithAPIKey(apiKey), api.WithBaseURL(baseURL), api.WithTransport(fromMemory(answers)))
			return client{c}, err
		}},
	}
	ctx := context.Background()
	for name, call := range map[string]func(Caller) error{
		"Entitlement3kB": func(c Caller) error { return c.GetEntitlement(ctx, SmallEntitlement) },
		"Report":         func(c Caller) error { return c.ReportUsage(ctx, "3f2504e0-4f89-41d3-9a0c-0305e82c3309") },
		"Error": func(c Caller) error {
			if c.GetEntitlement(ctx, NoEntitlement) == nil {
				return fmt.Errorf("want an error")
			}
			return nil
		},
	} {
		for _, impl := range implementations {
			b.Run("case="+name+"/impl="+impl.Name, func(b *testing.B) {
				caller, err := impl.New("http://127.0.0.1")
				check(b, err)
				defer caller.Close()
				check(b, call(caller)) // the first decodes of a type pay for all
				b.ReportAllocs()
				for b.Loop() {
					check(b, call(caller))
				}
			})
		}
	}
}

// wireAnswer is an answer as it goes over the line.
func wireAnswer(status int, body []byte) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", status, http.StatusText(status), len(body), body)
}

// fromMemory returns a transport whose connections answer from memory, by method and path.
func fromMemory(answers map[string][]byte) *http.Transport {
	return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return &memoryConn{answers: answers, ready: make(chan []byte, 1), closed: make(chan struct{})}, nil
	}}
}

// memoryConn takes requests that come in one write each.
type memoryConn struct {
	answers map[string][]byte
	ready   chan []byte
	unread  []byte
	closed  chan struct{}
}

func (c *memoryConn) Write(p []byte) (int, error) {
	line, _, _ := bytes.Cut(p, []byte(" HTTP/1.1\r\n"))
	answer, ok := c.answers[string(line)]
	if !ok {
		return 0, fmt.Errorf("no answer for %.200q", p)
	}
	c.ready <- answer
	return len(p), nil
}

func (c *memoryConn) Read(p []byte) (int, error) {
	if len(c.unread) == 0 {
		select {
		case c.unread = <-c.ready:
		case <-c.closed:
			return 0, io.EOF
		}
	}
	n := copy(p, c.unread)
	c.unread = c.unread[n:]
	return n, nil
}

func (c *memoryConn) Close() error {
	close(c.closed)
	return nil
}

func (c *memoryConn) LocalAddr() net.Addr              { return net.TCPAddrFromAddrPort(netip.AddrPort{}) }
func (c *memoryConn) RemoteAddr() net.Addr             { return net.TCPAddrFromAddrPort(netip.AddrPort{}) }
func (c *memoryConn) SetDeadline(time.Time) error      { return nil }
func (c *memoryConn) SetReadDeadline(time.Time) error  { return nil }
func (c *memoryConn) SetWriteDeadline(time.Time) error { return nil }
