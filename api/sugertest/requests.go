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
	Unknown   []string    // query parameters that the operation does not have, in order
	Header    http.Header // without the credentials
	Body      any         // the JSON of the body, decoded, with numbers as json.Number; nil without valid JSON or credentials
	Status    int         // of the answer, 0 if the connection was dropped instead
	Answer    string      // its body, cut off after 16 KiB
	Fault     string      // that struck, as [Fault.String] has it; "" for none
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
// "Access.Login"). It has the newest that fit into 64 MiB, where each counts its header, the two bodies and 1 KiB: of some ten
// thousand the oldest are dropped. What did not get to the API is not among them, such as a request for another host, see [Hosts].
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
func (s *Server) record(r *http.Request, op *operation, body []byte, answer *answerRecorder) {
	header := r.Header.Clone()
	header.Del("Authorization")
	request := &received{Request: Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: header,
		Status: answer.status, Answer: string(answer.body),
	}}
	if answer.fault != nil {
		request.Fault = answer.fault.String()
	}
	if op != nil {
		request.Operation, request.Params = op.name, op.params(r)
		request.Unknown = op.unknown(request.Query)
	}
	if json.Valid(body) { // what is no JSON is not kept
		request.body = body
	}
	request.size = 1<<10 + len(request.body) + len(request.Answer) + len(r.RequestURI)
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

// longestAnswer is how many bytes of an answer are remembered.
const longestAnswer = 16 << 10

// answerRecorder remembers the answer that is written, and the fault that struck, nil for none.
type answerRecorder struct {
	http.ResponseWriter
	status int
	body   []byte
	fault  *Fault
	record func() // remembers the request with this answer, once
}

func (a *answerRecorder) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answerRecorder) Write(data []byte) (int, error) {
	a.body = append(a.body, data[:min(len(data), longestAnswer-len(a.body))]...)
	return a.ResponseWriter.Write(data)
}

// Unwrap is for [http.ResponseController], by which faults drop the connection.
func (a *answerRecorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }
