package sugertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/suger-go/suger/api"
)

// Server is a fake Suger that serves one organization on the loopback interface. It is safe for concurrent use.
type Server struct {
	URL    string // base URL, such as "http://127.0.0.1:41234"
	OrgID  string // the organization that it serves
	APIKey string // the API key that it takes

	t      testing.TB // nil without a test
	config config
	http   *httptest.Server
	mux    *http.ServeMux

	mu       sync.Mutex
	store    *store
	requests []Request
	faults   []*scripted
}

// Option sets up a server, see [New].
type Option func(*config)

type config struct {
	seed    uint64
	answers answers
	now     func() time.Time
}

// answers says where answers come from.
type answers int

const (
	fromState answers = iota
	fromExamples
	fromSchema
)

// Examples makes the server answer every valid request with the example of the description, whatever happened before.
func Examples() Option {
	return func(cfg *config) { cfg.answers = fromExamples }
}

// Synthesized makes the server answer every valid request with a value that is made up from the schema, whatever happened
// before. Every property is set. The same seed gives the same values.
func Synthesized(seed uint64) Option {
	return func(cfg *config) { cfg.answers, cfg.seed = fromSchema, seed }
}

// New starts a server that is closed when the test ends. The first server of a process takes a quarter of a second to parse
// the description, further ones about a millisecond.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := NewServer(opts...)
	s.t = t
	t.Cleanup(s.Close)
	return s
}

// NewServer starts a server without a test, for commands and examples. The caller closes it.
func NewServer(opts ...Option) *Server {
	s := &Server{
		OrgID:  "2f9c1d7e-8a4b-4c65-b0d2-6e1f3a5c7b90",
		APIKey: "sk-fake-1d4e7a93b5c24f8e",
		mux:    http.NewServeMux(),
		config: config{now: time.Now},
	}
	for _, opt := range opts {
		opt(&s.config)
	}
	s.store = newStore(s.config.seed, s.config.now)
	for _, op := range loadDescription().operations {
		s.mux.HandleFunc(op.method()+" "+op.path(), func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, op) })
	}
	s.mux.HandleFunc("/", s.serveUnknown)
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// Close stops the server. Calls under way are finished first.
func (s *Server) Close() { s.http.Close() }

// Client returns a client that calls the server. Further options come after those that the server needs.
func (s *Server) Client(opts ...api.Option) *api.Client {
	opts = append([]api.Option{api.WithAPIKey(s.APIKey), api.WithBaseURL(s.URL), api.WithHTTPClient(s.http.Client())}, opts...)
	client, err := api.New(s.OrgID, opts...)
	if err != nil {
		s.fatalf("sugertest: %v", err)
	}
	return client
}

// fatalf ends the test, or panics where there is none.
func (s *Server) fatalf(format string, args ...any) {
	if s.t == nil {
		panic(fmt.Sprintf(format, args...))
	}
	s.t.Helper()
	s.t.Fatalf(format, args...)
}

// ServeHTTP answers a request, so that the server can be put behind other handlers, too.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if clean := path.Clean(r.URL.Path); clean != r.URL.Path {
		s.serveUnknown(w, r) // the mux would redirect
		return
	}
	s.mux.ServeHTTP(w, r)
}

// serve answers a request for an operation.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, op *operation) {
	if r.Method != op.method() { // the mux takes HEAD for GET
		s.serveUnknown(w, r)
		return
	}
	recorder := &statusRecorder{ResponseWriter: w}
	var body any
	defer func() { s.record(r, op, body, recorder.status) }()
	fault := s.strike(op)
	if fault.before(recorder) {
		return
	}
	in, err := s.accept(r, op)
	if err != nil {
		writeError(recorder, op, err)
		return
	}
	body = in.body
	answer, err := s.answer(in)
	if err != nil {
		writeError(recorder, op, err)
		return
	}
	fault.answer(recorder, op, answer)
}

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// serveUnknown answers a request that is for no operation: 405 where another method would be for one, 404 elsewhere.
func (s *Server) serveUnknown(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, method := range []string{"DELETE", "GET", "PATCH", "POST", "PUT"} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); strings.HasPrefix(pattern, method+" ") {
			allow = append(allow, method)
		}
	}
	if path.Clean(r.URL.Path) != r.URL.Path || len(allow) == 0 {
		write(w, http.StatusNotFound, "application/json", "no such path: "+r.URL.Path)
		return
	}
	w.Header().Set("Allow", strings.Join(allow, ", "))
	write(w, http.StatusMethodNotAllowed, "application/json", "method not allowed: "+r.Method)
}
