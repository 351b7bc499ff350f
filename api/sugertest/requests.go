package sugertest

import (
	"net/http"
	"net/url"
	"slices"
)

// Request is a request that arrived, whatever it was answered with.
type Request struct {
	Operation string            // service and method, such as "Offers.UpdateMetaInfo"; "" if the request is for none
	Method    string            // HTTP method
	Path      string            // path as it came
	Params    map[string]string // parameters of the path, decoded
	Query     url.Values
	Unknown   []string    // query parameters that the operation does not have, in order
	Header    http.Header // without the credentials
	Body      any         // the JSON of the body, decoded, with numbers as json.Number; nil without valid JSON
	Status    int         // of the answer, 0 if the connection was dropped instead
}

// Requests returns the requests that were answered or dropped, in that order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// record remembers a request. The operation is nil if the request is for none.
func (s *Server) record(r *http.Request, op *operation, body []byte, status int) {
	header := r.Header.Clone()
	header.Del("Authorization")
	request := Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: header, Status: status}
	if op != nil {
		request.Operation, request.Params = op.name, op.params(r)
		request.Unknown = op.unknown(request.Query)
	}
	request.Body, _ = decode(body) // what is no JSON stays nil
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, request)
}
