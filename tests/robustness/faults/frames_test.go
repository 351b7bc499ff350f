package faults

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// The types and flags of frames that the proxy looks at, and the codes that it sends (RFC 9113, sections 6 and 7).
const (
	typeData       = 0x0
	typeHeaders    = 0x1
	typeReset      = 0x3
	typeGoAway     = 0x7
	typeWindow     = 0x8
	flagEndStream  = 0x1
	flagEndHeaders = 0x4
	codeNone       = 0x0
	codeRefused    = 0x7
	codeCancel     = 0x8
	frameHeader    = 9
	preface        = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	maxStream      = 1<<31 - 1
	streamsPerStep = 2 // the streams of a client are odd
)

// leave is how long a connection lasts after GOAWAY, which is longer than a call waits.
const leave = 2 * timeout

var resetCodes = map[fault]uint32{
	resetProtocol: 0x1, resetInternal: 0x2, resetRefused: codeRefused, resetCancel: codeCancel, resetCalm: 0xb,
}

// frame is a frame of HTTP/2 as it goes over the line. HEADERS come with the CONTINUATION frames that belong to them, since
// nothing may come in between.
type frame []byte

// newFrame returns a frame whose content is some numbers.
func newFrame(typ byte, stream uint32, content ...uint32) frame {
	f := frame{0, 0, byte(4 * len(content)), typ, 0}
	for _, n := range append([]uint32{stream}, content...) {
		f = binary.BigEndian.AppendUint32(f, n)
	}
	return f
}

func (f frame) typ() byte        { return f[3] }
func (f frame) flag(b byte) bool { return f[4]&b != 0 }
func (f frame) stream() uint32   { return binary.BigEndian.Uint32(f[5:]) & maxStream }

// endsStream reports whether its sender says nothing more on the stream.
func (f frame) endsStream() bool {
	return (f.typ() == typeData || f.typ() == typeHeaders) && f.flag(flagEndStream)
}

func readFrame(r io.Reader) (frame, error) {
	f, err := readOne(r)
	if err != nil || f.typ() != typeHeaders {
		return f, err
	}
	for last := f; !last.flag(flagEndHeaders); f = append(f, last...) {
		if last, err = readOne(r); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func readOne(r io.Reader) (frame, error) {
	f := make(frame, frameHeader)
	if _, err := io.ReadFull(r, f); err != nil {
		return nil, err
	}
	size := int(f[0])<<16 | int(f[1])<<8 | int(f[2])
	f = append(f, make([]byte, size)...)
	_, err := io.ReadFull(r, f[frameHeader:])
	return f, err
}

// frameProxy is a gateway that forwards the frames of HTTP/2 connections to a server, with faults.
type frameProxy struct {
	*gate
	tally  tally
	server string
	toward struct{ client, server *tls.Config }
	next   func() strike // what comes next on a connection
}

// newFrameProxy starts a proxy in front of the server at an address. Its certificate is the server's.
func newFrameProxy(t *testing.T, server string, config *tls.Config, next func() strike) *frameProxy {
	t.Helper()
	p := &frameProxy{server: server, next: next}
	p.toward.client = &tls.Config{Certificates: config.Certificates, NextProtos: []string{"h2"}}
	p.toward.server = &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}} // it is the test's own
	p.gate = newGate(t, p.serve)
	return p
}

func (p *frameProxy) serve(conn net.Conn) {
	defer conn.Close()
	client := tls.Server(conn, p.toward.client)
	if client.Handshake() != nil || client.ConnectionState().NegotiatedProtocol != "h2" {
		return
	}
	server, err := tls.Dial("tcp", p.server, p.toward.server)
	if err != nil {
		return
	}
	c := &frameConn{tally: &p.tally, next: p.next, client: client, server: server, gone: map[uint32]fault{}}
	c.plan()
	if settings, err := readFrame(server); err != nil || !c.answer(settings) {
		return // no other frame may come before them
	}
	both(client, server, c.requests, c.answers)
	if c.leaving != nil {
		c.leaving.Stop()
	}
}

// frameConn is a connection through the proxy.
type frameConn struct {
	tally          *tally
	next           func() strike
	client, server net.Conn

	mu      sync.Mutex // held while a frame is written, and what belongs to it
	strike  strike
	left    int              // requests until it strikes
	target  uint32           // the stream that it strikes, once it is known
	newest  uint32           // the last stream that the client opened
	gone    map[uint32]fault // streams that the client was told to be over, and how
	leaving *time.Timer      // set once the client was told to go away
}

func (c *frameConn) plan() {
	c.strike = c.next()
	c.left, c.target = c.strike.after, 0
}

// requests forwards the frames of the client until the connection ends.
func (c *frameConn) requests() {
	start := make([]byte, len(preface))
	if _, err := io.ReadFull(c.client, start); err != nil || !write(c.server, start) {
		return
	}
	for {
		f, err := readFrame(c.client)
		if err != nil || !c.request(f) {
			return
		}
	}
}

// answers forwards the frames of the server until the connection ends.
func (c *frameConn) answers() {
	for {
		f, err := readFrame(c.server)
		if err != nil || !c.answer(f) {
			return
		}
	}
}

// request forwards a frame of the client, and reports whether the connection goes on.
func (c *frameConn) request(f frame) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	stream := f.stream()
	if c.gone[stream] == refused {
		return discard(f, c.client) // it was on its way when the stream was refused
	}
	if f.typ() == typeHeaders && stream > c.newest {
		c.newest = stream
		if c.left--; c.left == 0 {
			c.target = stream
		}
	}
	struck := stream != 0 && stream == c.target
	switch {
	case struck && c.strike.fault == refused:
		return c.refuse(f)
	case struck && f.typ() == typeReset: // the client gave up before it was complete
		c.plan()
	case struck && f.endsStream():
		return write(c.server, f) && c.strikeStream(stream)
	}
	return write(c.server, f)
}

// answer forwards a frame of the server, and reports whether the connection goes on. Of a stream that is over for the client
// only the headers are left: without them the client could not read those that come later.
func (c *frameConn) answer(f frame) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone[f.stream()] == goAwayClose {
		return false
	}
	if c.gone[f.stream()] == "" || f.typ() == typeHeaders {
		return write(c.client, f)
	}
	return discard(f, c.server)
}

// discard drops a frame. Its sender may send as much again, as if it had been read.
func discard(f frame, sender net.Conn) bool {
	size := len(f) - frameHeader
	return f.typ() != typeData || size == 0 || write(sender, newFrame(typeWindow, 0, uint32(size)))
}

// strikeStream lets the fault strike a stream whose request the server has.
func (c *frameConn) strikeStream(stream uint32) bool {
	f := c.strike.fault
	c.tally.add(f)
	c.plan()
	switch f {
	case goAwayBelow:
		return c.goAway(max(stream, streamsPerStep) - streamsPerStep)
	case goAwayAt:
		return c.goAway(c.newest)
	case goAwayAbove:
		return c.goAway(maxStream)
	}
	c.gone[stream] = f
	if f == goAwayClose {
		return c.goAway(c.newest) // the rest follows when the server has acted
	}
	return write(c.client, newFrame(typeReset, stream, resetCodes[f]))
}

// goAway asks the client for a new connection. This one is closed when no call can be left on it: the transport of the standard
// library was seen to forget it without closing it.
func (c *frameConn) goAway(last uint32) bool {
	if c.leaving == nil {
		c.leaving = time.AfterFunc(leave, func() { c.client.Close() })
	}
	return write(c.client, newFrame(typeGoAway, 0, last, codeNone))
}

// refuse refuses the stream of a request. Its headers are forwarded, without an end, and the server is told that the client has
// given up: without them the server could not read those that come later.
func (c *frameConn) refuse(headers frame) bool {
	stream := headers.stream()
	c.tally.add(refused)
	c.plan()
	c.gone[stream] = refused
	headers[4] &^= flagEndStream
	return write(c.server, headers) && write(c.server, newFrame(typeReset, stream, codeCancel)) &&
		write(c.client, newFrame(typeReset, stream, codeRefused))
}

// write writes a frame in two parts, so that a fault of the network may come in between.
func write(conn net.Conn, f []byte) bool {
	_, err := conn.Write(f[:min(frameHeader, len(f))])
	if err == nil && len(f) > frameHeader {
		_, err = conn.Write(f[frameHeader:])
	}
	return err == nil
}
