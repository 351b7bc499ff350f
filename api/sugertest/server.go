package sugertest

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/suger-go/suger/api"
)

// Server is a fake Suger that serves one organization. It is safe for concurrent use; the fields may be changed before the
// first request.
type Server struct {
	URL    string // base URL, such as "http://127.0.0.1:41234"
	OrgID  string // the organization that it serves
	APIKey string // the API key that it takes

	ClientID     string // of an OAuth app and of an API client of the older kind, both of which get tokens
	ClientSecret string
	TokenURL     string // where the OAuth app gets its tokens: they are valid for an hour by the Clock

	Clock *Clock // the time of the server

	t      testing.TB // nil without a test
	config config
	http   *httptest.Server
	api    func() *http.ServeMux
	door   func() *http.ServeMux
	page   func() *http.ServeMux
	pages  *http.ServeMux
	closed chan struct{}
	once   sync.Once

	mu        sync.Mutex
	state     *state
	requests  []*received
	recorded  int                  // size of the requests
	tokens    map[string]time.Time // when they expire, by the header that they are sent in
	faults    []*scripted
	delivered int // notification events that went to a webhook
}

// Option sets up a server, see [New].
type Option func(*config)

type config struct {
	seed     uint64
	answer   func(*Server, *operation) any // instead of the state, nil for none
	orgID    string
	apiKey   string
	listener net.Listener
	pages    map[string]http.Handler // by pattern
	rules    rules
	known    bool     // whether unknown query parameters are refused
	hosts    []string // names beside its addresses
	body     int64    // how many bytes one may have
}

// Examples makes the server answer every valid request with the example of the description, whatever happened before.
func Examples() Option {
	return func(cfg *config) { cfg.answer = func(_ *Server, op *operation) any { return op.example() } }
}

// Synthesized makes the server answer every valid request with a value that is made up from the schema, whatever happened
// before. Every property is set. The same seed gives the same values.
func Synthesized(seed uint64) Option {
	return func(cfg *config) { cfg.answer, cfg.seed = (*Server).synthesize, seed }
}

// Organization sets the organization that the server serves and the API key that it takes, instead of made-up ones.
func Organization(id, apiKey string) Option {
	return func(cfg *config) { cfg.orgID, cfg.apiKey = id, apiKey }
}

// Listener sets where the server listens, instead of a free port of the loopback interface. The server closes it. [Hosts] adds
// the names by which it is called there.
func Listener(listener net.Listener) Option {
	return func(cfg *config) { cfg.listener = listener }
}

// Handle adds a path that the API does not have, or takes one over, such as "POST /oauth2/token", by a pattern of [http.ServeMux].
func Handle(pattern string, handler http.Handler) Option {
	return func(cfg *config) { cfg.pages[pattern] = handler }
}

// New starts a server that is closed when the test ends. It returns within a millisecond or so. The first server of a process
// parses the description meanwhile, and takes about a fifth of a second until it can answer or be seeded.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := NewServer(opts...)
	s.t = t
	t.Cleanup(s.Close)
	return s
}

// NewServer starts a server without a test, for commands and examples. The caller closes it. Where [New] ends the test, it
// panics.
func NewServer(opts ...Option) *Server {
	s := NewUnstarted(opts...)
	s.Start(nil)
	return s
}

// NewUnstarted is [NewServer] for a server that does not listen before [Server.Start], so that nobody finds it half seeded.
func NewUnstarted(opts ...Option) *Server {
	cfg := config{
		orgID: "2f9c1d7e-8a4b-4c65-b0d2-6e1f3a5c7b90", apiKey: "sk-fake-1d4e7a93b5c24f8e", pages: map[string]http.Handler{}, body: mostOfBody,
	}
	for _, opt := range opts {
		opt(&cfg)
	}
	s := &Server{
		OrgID: cfg.orgID, APIKey: cfg.apiKey, ClientID: "fake-client", ClientSecret: "fake-secret-5a0e6d17c3b94f28",
		config: cfg, pages: http.NewServeMux(), closed: make(chan struct{}), tokens: map[string]time.Time{},
	}
	s.Clock = &Clock{s}
	s.reset()
	for pattern, handler := range cfg.pages {
		s.pages.Handle(pattern, handler)
	}
	s.api, s.door, s.page = sync.OnceValue(s.routes), sync.OnceValue(s.doorRoutes), sync.OnceValue(s.pageRoutes)
	go s.api() // the test need not wait for it
	return s
}

// Start lets a server from [NewUnstarted] listen, and sets its URL. Without a listener it is the one of [Listener], or a free
// port of the loopback interface. The server closes it.
func (s *Server) Start(listener net.Listener) {
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.guard))
	if listener == nil {
		listener = s.config.listener
	}
	if listener != nil {
		s.http.Listener.Close()
		s.http.Listener = listener
	}
	s.http.Start()
	s.http.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 100 // calls at the same time keep their connections
	s.URL = s.http.URL
	if addr, ok := s.http.Listener.Addr().(*net.TCPAddr); ok && addr.IP.IsUnspecified() {
		s.URL = fmt.Sprint("http://localhost:", addr.Port) // which is among the addresses that it stands for
	}
	s.TokenURL = s.URL + tokenPath
}

// routes returns the handler of the API's paths.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for path, operations := range loadDescription().paths {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, operations) })
	}
	for path, op := range loadAccess() {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serveAccess(w, r, op) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nil) })
	return mux
}

// Close stops the server. Calls in progress are finished first, except those that a fault delays.
func (s *Server) Close() {
	s.once.Do(func() { close(s.closed) })
	if s.http != nil {
		s.http.Close()
	}
}

// Client returns a client that calls the server. Further options come after those that the server needs.
func (s *Server) Client(opts ...api.Option) *api.Client {
	if s.http == nil {
		s.fatalf("sugertest: Client: the server is not started")
	}
	own := []api.Option{api.WithAPIKey(s.APIKey), api.WithBaseURL(s.URL), api.WithHTTPClient(s.http.Client())}
	client, err := api.New(s.OrgID, append(own, opts...)...)
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

// ServeHTTP answers a request, so that the server can be put behind other handlers, too. Unlike the server itself it does so for
// any name and origin, see [Hosts].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, doorPath) {
		s.door().ServeHTTP(w, r)
		return
	}
	if _, pattern := s.pages.Handler(r); pattern != "" {
		s.pages.ServeHTTP(w, r)
		return
	}
	if r.URL.Path == "/" && r.Method == http.MethodGet {
		s.page().ServeHTTP(w, r)
		return
	}
	clean := path.Clean(r.URL.Path)
	if clean == r.URL.Path || clean+"/" == r.URL.Path && !strings.HasPrefix(clean, "/org/") {
		s.api().ServeHTTP(w, r)
		return
	}
	s.serve(w, r, nil) // the mux would redirect a path with an empty segment, "." or ".."
}

// mostOfBody is how many bytes a body may have, uploaded files included. The documentation has no limit.
const mostOfBody = 64 << 20

// readBody reads the body of a request, unless it is longer than it may be.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	if r.ContentLength > most {
		return nil, &http.MaxBytesError{Limit: most}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		return nil, err
	}
	return body, nil
}

// serve answers a request for a path with its operations by method, or for a path that has none. The body of a request without
// credentials is not read.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, operations map[string]*operation) {
	op := operations[r.Method]
	recorder := &answerRecorder{ResponseWriter: w}
	var body []byte
	recorder.record = sync.OnceFunc(func() { s.record(r, op, body, recorder) })
	defer recorder.record()
	denied := s.authenticate(r)
	if denied == nil {
		var err error
		if body, err = readBody(w, r, s.config.body); err != nil {
			answerUnread(recorder, op, err)
			return
		}
	}
	switch {
	case operations == nil:
		reply{http.StatusNotFound, "application/json", "no such path: " + r.URL.Path}.write(recorder)
	case op == nil:
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(operations)), ", "))
		reply{http.StatusMethodNotAllowed, "application/json", "method not allowed: " + r.Method}.write(recorder)
	default:
		s.operate(recorder, r, op, body, denied)
	}
}

// operate carries out an operation, unless the request is denied or a fault is in the way.
func (s *Server) operate(w *answerRecorder, r *http.Request, op *operation, body []byte, denied error) {
	fault := s.strike(op)
	w.fault = fault
	if fault.instead(w, r, op, s.closed) {
		return
	}
	value, err := any(nil), denied
	if denied == nil {
		value, err = s.answer(r, op, body)
	}
	answer := reply{http.StatusOK, op.mediaType, value}
	if err != nil {
		answer = op.failed(err)
	}
	fault.distort(w, op, answer)
}

// answer checks a request, carries it out and returns what to answer.
func (s *Server) answer(r *http.Request, op *operation, body []byte) (any, error) {
	c, err := s.accept(r, op, body)
	if err != nil {
		return nil, err
	}
	if s.config.answer != nil {
		return s.config.answer(s, op), nil
	}
	st := s.lock()
	defer s.mu.Unlock()
	return act(st, c)
}
