package sugertest

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// doorPath is where the paths of the door begin: what Go tests do with the methods of a server, for programs in other languages.
// The API has no paths there.
const doorPath = "/_fake/"

//go:embed door.yaml
var doorDescription []byte

// loadDoor returns the operations of the door by path and method.
var loadDoor = sync.OnceValue(func() map[string]map[string]*operation {
	doc, err := openapi3.NewLoader().LoadFromData(doorDescription)
	if err != nil {
		panic(fmt.Sprintf("sugertest: the description of the door does not load: %v", err))
	}
	paths := map[string]map[string]*operation{}
	for path, item := range doc.Paths.Map() {
		paths[path] = map[string]*operation{}
		for method, o := range item.Operations() {
			route := &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: o}
			paths[path][method] = &operation{id: o.OperationID, route: route}
		}
	}
	return paths
})

// doorRoutes returns the handler of the door's paths.
func (s *Server) doorRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	for path, operations := range loadDoor() {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serveDoor(w, r, operations) })
	}
	mux.Handle(pagePath, s.page())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serveDoor(w, r, nil) })
	return mux
}

// serveDoor answers a request for a path of the door, given its operations by method.
func (s *Server) serveDoor(w http.ResponseWriter, r *http.Request, operations map[string]*operation) {
	op := operations[r.Method]
	if op == nil && operations != nil {
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(operations)), ", "))
	}
	value, err := s.answerDoor(w, r, op, operations != nil)
	if err != nil {
		status := http.StatusBadRequest
		if f, ok := errors.AsType[*failure](err); ok {
			status = f.status
		}
		reply{status, "application/json", object{"error": err.Error()}}.write(w)
		return
	}
	switch value := value.(type) {
	case nil:
		w.WriteHeader(http.StatusNoContent)
	case string:
		reply{http.StatusOK, "application/yaml", value}.write(w)
	default:
		reply{http.StatusOK, "application/json", value}.write(w)
	}
}

// longestDoorBody is how many bytes a body may have, but for seeds.
const longestDoorBody = 1 << 20

// answerDoor checks a request and carries it out. The operation is nil if the path has none for the method.
func (s *Server) answerDoor(w http.ResponseWriter, r *http.Request, op *operation, isPath bool) (any, error) {
	switch {
	case !isPath:
		return nil, fail(http.StatusNotFound, "no such path: %s; GET %sopenapi.yaml has all", r.URL.Path, doorPath)
	case op == nil:
		return nil, fail(http.StatusMethodNotAllowed, "method not allowed: %s", r.Method)
	case op.route.Operation.Security == nil && r.Header.Get("Authorization") != "Key "+s.APIKey:
		return nil, fail(http.StatusUnauthorized, "missing or wrong API key in the header Authorization, want Key and the key")
	}
	for name := range r.URL.Query() {
		if !slices.ContainsFunc(op.query(), func(p *openapi3.Parameter) bool { return p.Name == name }) {
			return nil, badRequest("query parameter %s: the operation has no such parameter", name)
		}
	}
	if op.id == "seed" { // which checks its body itself as it reads it, however long it is
		return doorOperations[op.id](s, r, nil)
	}
	body, err := readBody(w, r, longestDoorBody)
	if err != nil {
		return nil, badRequest("body: %v", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := &call{op: op, params: op.params(r), query: r.URL.Query()}
	if err := validate(r, c); err != nil {
		return nil, err
	}
	return doorOperations[op.id](s, r, body)
}
