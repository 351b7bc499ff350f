package wire

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"testing"
)

// The frames and codes of HTTP/2 (RFC 9113, sections 6 and 7) that the tests use.
const (
	frameData      = 0x0
	frameHeaders   = 0x1
	frameRSTStream = 0x3
	frameSettings  = 0x4
	framePing      = 0x6
	frameGoAway    = 0x7

	flagEndStream  = 0x1
	flagAck        = 0x1
	flagEndHeaders = 0x4

	noError         = 0x0
	protocolError   = 0x1
	internalError   = 0x2
	refusedStream   = 0x7
	cancelled       = 0x8
	enhanceYourCalm = 0xb

	maxStream = 1<<31 - 1
)

// http2 is a server of HTTP/2 that speaks in frames.
type http2 struct {
	arrivals
	url string

	onConnect  func(*h2conn)                          // after the settings, may be nil
	onHeaders  func(c *h2conn, id uint32, a *arrival) // for the header of a request, may be nil
	onComplete func(c *h2conn, id uint32, a *arrival) // for a request that is complete
}

// h2conn is one connection to a server.
type h2conn struct {
	net.Conn
	number int
	err    error // of the first write that failed
}

// serve2 starts a server. It is complete when the caller has set what it does.
func serve2(t testing.TB, s *http2) *http2 {
	t.Helper()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}}
	s.url = "https://" + listen(t, func(conn net.Conn) {
		encrypted := tls.Server(conn, config)
		if encrypted.Handshake() == nil && encrypted.ConnectionState().NegotiatedProtocol == "h2" {
			s.handle(&h2conn{Conn: encrypted, number: s.connect()})
		}
	})
	return s
}

func (s *http2) handle(c *h2conn) {
	r := bufio.NewReader(c)
	if _, err := r.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")); err != nil {
		return
	}
	c.write(frameSettings, 0, 0, nil)
	if s.onConnect != nil {
		s.onConnect(c)
	}
	requests := map[uint32]*arrival{}
	for use := 1; c.err == nil; {
		var header [9]byte
		if _, err := io.ReadFull(r, header[:]); err != nil {
			return
		}
		payload := make([]byte, int(header[0])<<16|int(header[1])<<8|int(header[2]))
		if _, err := io.ReadFull(r, payload); err != nil {
			return
		}
		kind, flags, id := header[3], header[4], binary.BigEndian.Uint32(header[5:])&maxStream
		switch kind {
		case frameSettings, framePing:
			if flags&flagAck == 0 {
				c.write(kind, flagAck, 0, payload[:len(payload)*int(kind&framePing>>1&1)])
			}
		case frameHeaders:
			arrived := &arrival{conn: c.number, use: use, method: methodOf(payload), endStream: flags&flagEndStream != 0}
			use++
			s.add(arrived)
			requests[id] = arrived
			if s.onHeaders != nil {
				s.onHeaders(c, id, arrived)
			}
		}
		if arrived := requests[id]; arrived != nil && (kind == frameHeaders || kind == frameData) && flags&flagEndStream != 0 && s.onComplete != nil {
			s.onComplete(c, id, arrived)
		}
	}
}

// methodOf reads the method in the header of a request: the client of the standard library sends :authority before it.
func methodOf(block []byte) string {
	if len(block) > 2 && block[0] == 0x41 { // a literal that is indexed, with the name of entry 1
		block = block[2+int(block[1]&0x7f):]
	} else if len(block) > 1 {
		block = block[1:] // an entry of the table
	}
	if len(block) > 0 && block[0] == 0x82 {
		return "GET"
	} else if len(block) > 0 && block[0] == 0x83 {
		return "POST"
	}
	return "another"
}

func (c *h2conn) write(kind, flags byte, id uint32, payload []byte) {
	frame := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	frame = append(binary.BigEndian.AppendUint32(frame, id), payload...)
	if _, err := c.Write(frame); err != nil && c.err == nil {
		c.err = err
	}
}

// ok answers a request with 200.
func (c *h2conn) ok(id uint32, body string) { c.answer(id, 0x88, body) }

// answer sends a status by its entry in the static table of HPACK, then a content type and a body.
func (c *h2conn) answer(id uint32, status byte, body string) {
	const contentType = "application/json"
	header := append([]byte{status, 0x0f, 31 - 15, byte(len(contentType))}, contentType...)
	c.write(frameHeaders, flagEndHeaders, id, header)
	c.write(frameData, flagEndStream, id, []byte(body))
}

// reset ends a stream with an error.
func (c *h2conn) reset(id, code uint32) {
	c.write(frameRSTStream, 0, id, binary.BigEndian.AppendUint32(nil, code))
}

// goAway says which stream is the last that is taken care of.
func (c *h2conn) goAway(last, code uint32) {
	c.write(frameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code))
}
