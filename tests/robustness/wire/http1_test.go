package wire

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arrival is a request that reached a server.
type arrival struct {
	conn   int // the number of its connection, from 1 on
	use    int // its own number on that connection, from 1 on
	number int // its own number on the server, from 1 on

	request   *http.Request // of HTTP/1.1
	body      string        // of HTTP/1.1
	method    string
	endStream bool // whether its header ended a stream of HTTP/2
}

// arrivals are the requests that reached a server.
type arrivals struct {
	mu    sync.Mutex
	all   []*arrival
	conns int
}

func (a *arrivals) connect() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.conns++
	return a.conns
}

func (a *arrivals) add(arrived *arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, arrived)
	arrived.number = len(a.all)
}

// list returns the requests so far, without those that only open a connection.
func (a *arrivals) list() []*arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]*arrival(nil), a.all...)
}

// count returns how many requests arrived after the first skip.
func (a *arrivals) count(skip int) int { return len(a.list()) - skip }

func (a *arrivals) connections() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.conns
}

// listen accepts connections for a server that is written by hand, until the test ends.
func listen(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	closed := false
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			if closed {
				conn.Close()
			}
			open[conn] = true
			mu.Unlock()
			running.Go(func() {
				defer func() {
					conn.Close()
					mu.Lock()
					delete(open, conn)
					mu.Unlock()
				}()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		assert.NoError(t, listener.Close())
		mu.Lock()
		closed = true
		for conn := range open {
			conn.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	return listener.Addr().String()
}

// reply is what a raw server of HTTP/1.1 writes, byte for byte. A connection without a reply is silent.
type reply struct {
	text  string
	close bool // hangs up after the text
}

// text is an answer with a body of JSON.
func text(status int, body string) reply { return typed(status, "application/json", body) }

func typed(status int, contentType, body string) reply {
	const format = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
	return reply{text: fmt.Sprintf(format, status, http.StatusText(status), contentType, len(body), body)}
}

var (
	silence = reply{}
	hungUp  = reply{close: true}
)

// http1 is a server of HTTP/1.1.
type http1 struct {
	arrivals
	url string
}

// serve1 starts a server that answers as script says.
func serve1(t testing.TB, script func(*arrival) reply) *http1 {
	t.Helper()
	s := &http1{}
	s.url = "http://" + listen(t, func(conn net.Conn) {
		number, r := s.connect(), bufio.NewReader(conn)
		for use := 1; ; use++ {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			body, err := io.ReadAll(req.Body)
			if err != nil {
				return
			}
			arrived := &arrival{conn: number, use: use, request: req, body: string(body), method: req.Method}
			s.add(arrived)
			reply := script(arrived)
			if _, err := io.WriteString(conn, reply.text); err != nil || reply.close {
				return
			}
		}
	})
	return s
}
