package sugertest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// How many of the last requests and events the page shows.
const (
	requestsOnPage = 50
	eventsOnPage   = 25
)

// pageOverview is the first view of the page.
type pageOverview struct {
	frame
	Now, Moved  string // the clock
	Faults      []pageFault
	Requests    []pageRequest // the last ones, newest first
	AllRequests int
	Events      []pageEvent
	AllEvents   int
	Operations  []string // that a fault may be for
}

type pageFault struct {
	Operation, What string
	Struck          int
	Waiting         bool
}

type pageRequest struct {
	Number                      int
	Method, Prefix, Path, Query string
	Operation                   string
	Status                      string
	Class                       string // of the status, such as "s2"
	Why                         string // it was not carried out
	Header                      []string
	Body, Answer                *node
}

type pageEvent struct{ Time, Action, Type, Name, Path, Priority string }

// overview returns the first view, with what is wrong with a form that was sent.
func (s *Server) overview(problem error) pageOverview {
	requests := s.Requests()
	s.lock()
	defer s.mu.Unlock()
	view := pageOverview{frame: s.frame(""), Now: s.state.now().Format("2006-01-02 15:04:05"), Moved: s.state.clock.describe(),
		AllRequests: len(requests), Operations: append(Operations(), "*")}
	view.Problem = problem
	for _, f := range s.faults {
		waiting := f.fault.times == 0 || f.left > 0
		view.Faults = append(view.Faults, pageFault{f.operation, f.fault.String(), f.fault.times - f.left, waiting})
	}
	for i, r := range slices.Backward(requests) {
		if len(view.Requests) == requestsOnPage {
			break
		}
		view.Requests = append(view.Requests, s.pageRequest(i+1, r))
	}
	events := s.state.table("NotificationEvent").ids
	view.AllEvents = len(events)
	for _, id := range slices.Backward(events) {
		if len(view.Events) == eventsOnPage {
			break
		}
		view.Events = append(view.Events, s.pageEvent(s.state.get("NotificationEvent", id)))
	}
	return view
}

// describe says how the clock differs from the real time.
func (c clock) describe() string {
	switch {
	case c.set != nil:
		return "stopped"
	case c.offset != 0:
		return "moved on by " + strings.TrimSuffix(strings.TrimSuffix(c.offset.Round(time.Second).String(), "0s"), "0m")
	}
	return "real time"
}

func (s *Server) pageRequest(number int, r Request) pageRequest {
	view := pageRequest{
		Number: number, Method: r.Method, Path: r.Path, Query: r.Query.Encode(), Operation: r.Operation, Why: r.refusal(),
		Status: fmt.Sprint(r.Status), Class: fmt.Sprint("s", r.Status/100),
	}
	if r.Status == 0 {
		view.Status = "—"
	}
	if path, ok := strings.CutPrefix(r.Path, "/org/"+s.OrgID); ok {
		view.Prefix, view.Path = "/org/…", path
	}
	for name, values := range r.Header {
		for _, value := range values {
			view.Header = append(view.Header, name+": "+value)
		}
	}
	slices.Sort(view.Header)
	if r.Body != nil {
		view.Body = s.tree("", r.Body)
	}
	if r.Answer != "" {
		answer, err := decode([]byte(r.Answer))
		if err != nil {
			answer = r.Answer
		}
		view.Answer = s.tree("", answer)
	}
	return view
}

// refusal says why a request was not answered as it wanted, "" if it was.
func (r Request) refusal() string {
	var notes []string
	if r.Fault != "" {
		notes = append(notes, "fault "+r.Fault)
	}
	if len(r.Unknown) > 0 {
		notes = append(notes, "the operation has no query parameter "+strings.Join(r.Unknown, ", "))
	}
	why := strings.Join(notes, "; ")
	if r.Status < 400 {
		return why
	}
	message := r.Answer
	if value, err := decode([]byte(r.Answer)); err == nil {
		o, _ := value.(object)
		message, _ = value.(string)
		for _, name := range []string{"message", "error"} {
			if message == "" {
				message = text(o, name)
			}
		}
	}
	if why == "" || message == "" {
		return why + message
	}
	return why + ": " + message
}

func (s *Server) pageEvent(event object) pageEvent {
	view := pageEvent{Action: text(event, "action"), Type: text(event, "entityType"), Name: text(event, "entityName"),
		Priority: text(event, "priority"), Time: text(event, "timestamp")}
	id := text(event, "entityID")
	if view.Name == "" {
		view.Name = id
	}
	if typ := stored(strings.ReplaceAll(view.Type, "_", "")); typ != "" && s.state.has(typ, id) {
		view.Path = objectPath(typ, id)
	}
	return view
}

// node is a value of JSON as a part of a tree.
type node struct {
	Name     string
	Kind     string // class of a style: "text", "number", "word", "object" or "list"
	Text     string
	Path     string // of the object that a text is the id of, "" for none
	Children []*node
	More     int // children that are left out
	Count    int
}

// A tree is cut where no browser would show it well.
const (
	deepestNode  = 60
	mostChildren = 500
)

// tree returns the tree of a value. The server is locked.
func (s *Server) tree(name string, value any) *node { return s.branch(name, value, 0) }

func (s *Server) branch(name string, value any, depth int) *node {
	n := &node{Name: name, Kind: "word"}
	children := func(names []string, child func(i int) any) {
		n.Count = len(names)
		n.More = max(0, len(names)-mostChildren)
		for i, name := range names[:len(names)-n.More] {
			n.Children = append(n.Children, s.branch(name, child(i), depth+1))
		}
	}
	if _, isText := value.(string); depth > deepestNode && !isText {
		value = json.Number("…")
	}
	switch value := value.(type) {
	case object:
		n.Kind = "object"
		names := inOrder(value)
		children(names, func(i int) any { return value[names[i]] })
	case []any:
		n.Kind = "list"
		names := make([]string, len(value))
		for i := range names {
			names[i] = fmt.Sprint(i)
		}
		children(names, func(i int) any { return value[i] })
	case string:
		n.Kind, n.Text, n.Path = "text", value, s.pathOfNamed(name, value)
	case json.Number:
		n.Kind, n.Text = "number", value.String()
	case nil:
		n.Text = "null"
	default:
		n.Text = fmt.Sprint(value)
	}
	return n
}

// inOrder returns the names of an object's properties by the alphabet, but those first by which people know it.
func inOrder(o object) []string {
	first := []string{"id", "name", "title", "status", "partner"}
	rank := func(name string) int {
		if i := slices.Index(first, name); i >= 0 {
			return i
		}
		return len(first)
	}
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return names
}

// pathOfNamed returns the path of the object that a property such as buyerID names, "" for other properties.
func (s *Server) pathOfNamed(property, id string) string {
	name, ok := strings.CutSuffix(strings.ToLower(property), "id")
	if !ok || name == "" {
		return ""
	}
	if typ := stored(name); typ != "" && s.state.has(typ, id) {
		return objectPath(typ, id)
	}
	return ""
}
