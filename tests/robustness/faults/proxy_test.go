package faults

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fault is something that happens to a connection after some bytes in one direction.
type fault int

const (
	pause    fault = iota // a wait, then all goes on
	cut                   // both ends see the connection close
	reset                 // both ends see it reset
	blackout              // nothing comes through any more, and nobody is told
	kinds
)

func (f fault) String() string { return [kinds]string{"pause", "cut", "reset", "blackout"}[f] }

// strike is a fault that comes after some bytes.
type strike struct {
	after int
	fault fault
	pause time.Duration // of a pause
}

// proxy forwards connections to a server, badly.
type proxy struct {
	listener net.Listener
	server   string
	next     func() strike  // what comes next in one direction of a connection
	open     sync.WaitGroup // connections of clients
	done     chan struct{}  // closed when no more are accepted
}

// newProxy starts a proxy in front of the server at an address.
func newProxy(t *testing.T, server string, next func() strike) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: listener, server: server, next: next, done: make(chan struct{})}
	go p.accept()
	t.Cleanup(p.close)
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) accept() {
	defer close(p.done)
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		p.open.Go(func() { p.serve(client) })
	}
}

// close ends the listener. Connections last until an end of theirs is closed.
func (p *proxy) close() {
	p.listener.Close()
	<-p.done
}

// closed is closed when no connection is left. It is for a time when no new ones come.
func (p *proxy) closed() <-chan struct{} {
	closed := make(chan struct{})
	go func() {
		p.open.Wait()
		close(closed)
	}()
	return closed
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	var pumps sync.WaitGroup
	for _, pair := range [][2]net.Conn{{server, client}, {client, server}} {
		pumps.Go(func() {
			p.pump(pair[0], pair[1])
			client.Close() // one direction alone is of no use
			server.Close()
		})
	}
	pumps.Wait()
}

// pump forwards bytes until a fault or an end of the connection.
func (p *proxy) pump(dst, src net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		strike := p.next()
		for strike.after > 0 {
			n, err := src.Read(buf[:min(strike.after, len(buf))])
			if _, werr := dst.Write(buf[:n]); err != nil || werr != nil {
				return
			}
			strike.after -= n
		}
		switch strike.fault {
		case pause:
			time.Sleep(strike.pause)
			continue
		case reset:
			dst.(*net.TCPConn).SetLinger(0)
			src.(*net.TCPConn).SetLinger(0)
		case blackout:
			_, _ = io.Copy(io.Discard, src) // until somebody hangs up
		}
		return
	}
}

// storm makes up strikes.
type storm struct {
	mu      sync.Mutex
	random  *rand.Rand
	reach   int // a strike comes after at most so many bytes
	strikes [kinds]int
}

func newStorm(seed uint64, reach int) *storm {
	return &storm{random: rand.New(rand.NewPCG(seed, 0)), reach: reach}
}

func (s *storm) next() strike {
	s.mu.Lock()
	defer s.mu.Unlock()
	var f fault
	switch n := s.random.IntN(100); {
	case n < 40:
		f = pause
	case n < 70:
		f = cut
	case n < 98:
		f = reset
	default:
		f = blackout
	}
	s.strikes[f]++
	return strike{1 + s.random.IntN(s.reach), f, time.Duration(s.random.IntN(10_000)) * time.Microsecond}
}

func (s *storm) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var texts []string
	for f, n := range s.strikes {
		texts = append(texts, fmt.Sprintf("%d %s", n, fault(f)))
	}
	return strings.Join(texts, ", ")
}

// echo starts a server that sends back what it gets.
func echo(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		open.Wait()
	})
	return listener.Addr().String()
}

// TestProxy checks that each fault does what it says, and that there are no others.
func TestProxy(t *testing.T) {
	t.Parallel()
	server := echo(t)
	for f := range kinds {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			const after = 10
			p := newProxy(t, server, func() strike { return strike{after, f, time.Millisecond} })
			conn, err := net.Dial("tcp", p.addr())
			require.NoError(t, err)
			defer conn.Close()
			_, err = conn.Write(make([]byte, after))
			require.NoError(t, err)
			switch f {
			case pause:
				var writer sync.WaitGroup
				writer.Go(func() { _, _ = conn.Write(make([]byte, 200)) })
				_, err = io.ReadFull(conn, make([]byte, after+200))
				assert.NoError(t, err)
				writer.Wait()
			case cut:
				_, err = io.Copy(io.Discard, conn)
				assert.NoError(t, err, "an end of file is none to io.Copy")
			case reset:
				_, err = io.Copy(io.Discard, conn)
				assert.ErrorIs(t, err, syscall.ECONNRESET)
			case blackout:
				_, err = io.ReadFull(conn, make([]byte, after))
				require.NoError(t, err)
				_, err = conn.Write([]byte("x"))
				require.NoError(t, err)
				require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
				_, err = conn.Read(make([]byte, 1))
				assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			}
			conn.Close()
			<-p.closed()
		})
	}
}
