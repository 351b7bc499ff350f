package faults

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gate accepts connections and serves each of them on a goroutine of its own.
type gate struct {
	listener net.Listener
	open     sync.WaitGroup // connections of clients
	done     chan struct{}  // closed when no more are accepted
}

// newGate opens a gate that is closed when the test ends.
func newGate(t *testing.T, serve func(net.Conn)) *gate {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &gate{listener: listener, done: make(chan struct{})}
	go g.accept(serve)
	t.Cleanup(g.close)
	return g
}

func (g *gate) addr() string { return g.listener.Addr().String() }

func (g *gate) accept(serve func(net.Conn)) {
	defer close(g.done)
	for {
		client, err := g.listener.Accept()
		if err != nil {
			return // closed
		}
		g.open.Go(func() { serve(client) })
	}
}

// close lets no new connections in. Those that are open last until an end of theirs is closed.
func (g *gate) close() {
	g.listener.Close()
	<-g.done
}

// closed lets no new connections in, and is closed when none is left.
func (g *gate) closed() <-chan struct{} {
	g.close()
	closed := make(chan struct{})
	go func() {
		g.open.Wait()
		close(closed)
	}()
	return closed
}

// both runs one function for each direction of a connection, and closes both of its ends as soon as one of them returns:
// one direction alone is of no use.
func both(client, server net.Conn, requests, answers func()) {
	var pumps sync.WaitGroup
	for _, pump := range []func(){requests, answers} {
		pumps.Go(func() {
			pump()
			client.Close()
			server.Close()
		})
	}
	pumps.Wait()
}

// proxy forwards connections to a server, with faults.
type proxy struct {
	*gate
	tally  tally
	server string
	next   func() strike // what comes next in one direction of a connection
}

// newProxy starts a proxy in front of the server at an address.
func newProxy(t *testing.T, server string, next func() strike) *proxy {
	t.Helper()
	p := &proxy{server: server, next: next}
	p.gate = newGate(t, p.serve)
	return p
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	both(client, server, func() { p.pump(server, client) }, func() { p.pump(client, server) })
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
		p.tally.add(strike.fault)
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
	for _, f := range []fault{pause, cut, reset, blackout} {
		t.Run(string(f), func(t *testing.T) {
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
			assert.Positive(t, p.tally.of(f))
		})
	}
}
