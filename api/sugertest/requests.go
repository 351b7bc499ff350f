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
	Answer    string      // its body, cut off after 16 KiB
	Fault     string      // that struck, as [Fault.String] has it; "" for none
}

// Requests returns the requests that were answered or dropped, in that order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// record remembers a request. The operation is nil if the request is for none.
func (s *Server) record(r *http.Request, op *operation, body []byte, answer *answerRecorder) {
	header := r.Header.Clone()
	header.Del("Authorization")
	request := Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: header}
	request.Status, request.Answer = answer.status, string(answer.body)
	if answer.fault != nil {
		request.Fault = answer.fault.String()
	}
	if op != nil {
		request.Operation, request.Params = op.name, op.params(r)
		request.Unknown = op.unknown(request.Query)
	}
	request.Body, _ = decode(body) // what is no JSON stays nil
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, request)
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
