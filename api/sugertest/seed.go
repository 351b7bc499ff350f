package sugertest

import (
	"net/http"
	"net/url"
	"reflect"
)

// Seed puts values into the server: any of the types of package gen that have an id, such as gen.Offer or *gen.Entitlement. A
// value without an id gets one, and a later value with the same id replaces an earlier one. Properties that are missing
// stay missing. Seeding causes no notification events.
func (s *Server) Seed(values ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		typ := reflect.TypeOf(value)
		for typ != nil && typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		name, ok := resourceName(typ)
		if !ok {
			s.fatalf("sugertest: Seed: %T is no resource of the API, want a type such as gen.Offer", value)
			return
		}
		o, err := toObject(value)
		if err != nil {
			s.fatalf("sugertest: Seed: %v", err)
			return
		}
		if text(o, idProperty(name)) == "" {
			o[idProperty(name)] = uuid(s.store.random)
		}
		s.store.put(name, o)
	}
}

// resourceName returns the name that a type of package gen has in the description.
func resourceName(typ reflect.Type) (string, bool) {
	if typ == nil || typ.Kind() != reflect.Struct {
		return "", false
	}
	name := typ.Name()
	if name == "APIClient" {
		name = "ApiClient"
	}
	return name, schemaOf(name).Properties[idProperty(name)] != nil
}

// AcceptOffer does what a buyer does on the marketplace: the offer with the id, which must be pending acceptance, is accepted,
// and its entitlement appears. It returns the id of that.
func (s *Server) AcceptOffer(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	entitlement, err := s.acceptOffer(id)
	if err != nil {
		s.fatalf("sugertest: AcceptOffer: %v", err)
		return ""
	}
	return text(entitlement, "id")
}

// Reset makes the server forget everything: what was seeded, what calls have changed, the requests and the faults.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store = newStore(s.config.seed, s.config.now)
	s.requests = nil
	s.faults = nil
}

// Request is a request that arrived for an operation, whatever it was answered with.
type Request struct {
	Operation string            // service and method, such as "Offers.UpdateMetaInfo"
	Method    string            // HTTP method
	Path      string            // path as it came
	Params    map[string]string // parameters of the path, decoded
	Query     url.Values
	Header    http.Header // without the credentials
	Body      any         // the JSON of the body, decoded, with numbers as json.Number; nil without one
	Status    int         // of the answer, 0 if the connection was dropped instead
}

// Requests returns the requests that arrived, in their order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

func (s *Server) record(r *http.Request, op *operation, body any, status int) {
	header := r.Header.Clone()
	header.Del("Authorization")
	request := Request{
		Operation: op.name, Method: r.Method, Path: r.URL.Path, Params: map[string]string{}, Query: r.URL.Query(),
		Header: header, Body: body, Status: status,
	}
	for _, name := range op.pathParams() {
		request.Params[name] = r.PathValue(name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, request)
}
