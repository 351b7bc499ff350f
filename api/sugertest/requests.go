package sugertest

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// Request is a request that arrived, whatever it was answered with.
type Request struct {
	Operation string            // service and method, such as "Offers.UpdateMetaInfo"; "" if the request is for none
	Method    string            // HTTP method
	Path      string            // path as it came
	Params    map[string]string // parameters of the path, decoded
	Query     url.Values
	Header    http.Header // without the credentials
	Body      any         // the JSON of the body, decoded, with numbers as json.Number; nil without valid JSON or credentials
	Status    int         // of the answer, 0 if the connection was dropped instead
}

// most of what is kept of requests, in bytes.
const mostOfRequests = 64 << 20

// received is a request as the server keeps it.
type received struct {
	Request
	body []byte // JSON
	size int
}

// Requests returns the requests that were answered or dropped, in that order, with those for tokens ("Access.Token" and
// "Access.Login"). It has the newest that fit into 64 MiB, where each counts its header, its body and 1 KiB: the oldest of some ten
// thousand are dropped. What did not get to the API is not among them, such as a request for another host, see [Hosts].
func (s *Server) Requests() []Request {
	s.mu.Lock()
	kept := append([]*received(nil), s.requests...)
	s.mu.Unlock()
	requests := make([]Request, len(kept))
	for i, r := range kept {
		requests[i] = r.Request
		requests[i].Body, _ = decode(r.body)
	}
	return requests
}

// record remembers a request. The operation is nil if the request is for none.
func (s *Server) record(r *http.Request, op *operation, body []byte, status int) {
	header := r.Header.Clone()
	header.Del("Authorization")
	request := &received{Request: Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: header, Status: status,
	}}
	if op != nil {
		request.Operation, request.Params = op.name, op.params(r)
	}
	if json.Valid(body) { // what is no JSON is not kept
		request.body = body
	}
	request.size = 1<<10 + len(request.body) + len(r.RequestURI)
	for name, values := range header {
		for _, value := range values {
			request.size += len(name) + len(value)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, request)
	s.recorded += request.size
	for s.recorded > mostOfRequests {
		s.recorded -= s.requests[0].size
		s.requests[0] = nil
		s.requests = s.requests[1:]
	}
}
