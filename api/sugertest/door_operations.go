package sugertest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// doorOperations are what the door does, by operationId of its description, which has allowed the request. They return what to
// answer, nil for nothing and a text for YAML.
var doorOperations = map[string]func(s *Server, r *http.Request, body []byte) (any, error){
	"getDescription": func(*Server, *http.Request, []byte) (any, error) { return string(doorDescription), nil },
	"reset": func(s *Server, _ *http.Request, _ []byte) (any, error) {
		s.Reset()
		return nil, nil
	},
	"listObjects": func(s *Server, r *http.Request, _ []byte) (any, error) {
		return s.storedObjects(r.URL.Query().Get("type"))
	},
	"seed": func(s *Server, r *http.Request, _ []byte) (any, error) {
		if err := s.SeedFrom(r.Body); err != nil {
			return nil, badRequest("body: %v", errors.Unwrap(err))
		}
		return nil, nil
	},
	"seedExamples": func(s *Server, _ *http.Request, _ []byte) (any, error) {
		s.SeedExamples()
		return nil, nil
	},
	"listFaults": func(s *Server, _ *http.Request, _ []byte) (any, error) { return s.listFaults(), nil },
	"addFaults":  func(s *Server, _ *http.Request, body []byte) (any, error) { return nil, s.addFaults(body) },
	"clearFaults": func(s *Server, r *http.Request, _ []byte) (any, error) {
		return nil, s.clearFaults(r.URL.Query().Get("operation"))
	},
	"readClock":    func(s *Server, _ *http.Request, _ []byte) (any, error) { return s.readClock(), nil },
	"setClock":     func(s *Server, _ *http.Request, body []byte) (any, error) { return s.setClock(body) },
	"advanceClock": func(s *Server, _ *http.Request, body []byte) (any, error) { return s.advanceClock(body) },
	"acceptOffer": func(s *Server, r *http.Request, _ []byte) (any, error) {
		st := s.lock()
		defer s.mu.Unlock()
		entitlement, err := acceptOffer(st, r.PathValue("offerId"))
		return object{"entitlementId": text(entitlement, "id")}, err
	},
	"failOffer": func(s *Server, r *http.Request, body []byte) (any, error) {
		return nil, s.failByDoor(failOffer, r.PathValue("offerId"), body)
	},
	"failUsage": func(s *Server, r *http.Request, body []byte) (any, error) {
		return nil, s.failByDoor(failUsage, r.PathValue("groupId"), body)
	},
	"draftInvoice": func(s *Server, r *http.Request, _ []byte) (any, error) {
		st := s.lock()
		defer s.mu.Unlock()
		return draftInvoice(st, r.PathValue("entitlementId"))
	},
	"deliverEvents": func(s *Server, r *http.Request, body []byte) (any, error) { return nil, s.deliverEvents(r, body) },
	"listRequests":  func(s *Server, _ *http.Request, _ []byte) (any, error) { return s.listRequests(), nil },
}

// storedObjects returns the objects of a type, or of all types if it is empty, in the form that can be seeded.
func (s *Server) storedObjects(typ string) (any, error) {
	if typ != "" && stored(typ) == "" {
		return nil, badRequest("query parameter type: %s is no resource of the API, want a name such as Offer", typ)
	}
	st := s.lock()
	defer s.mu.Unlock()
	objects := map[string][]json.RawMessage{} // they may be many, and JSON takes less memory
	for name := range st.tables {
		for _, o := range st.all(name) {
			if typ == "" || strings.EqualFold(typ, name) {
				objects[name] = append(objects[name], reply{value: o}.body())
			}
		}
	}
	return objects, nil
}

func (s *Server) listFaults() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	faults := []any{}
	for _, f := range s.faults {
		struck := f.fault.times - f.left
		waiting := f.fault.times == 0 || f.left > 0
		faults = append(faults, object{"fault": f.operation + "=" + f.fault.String(), "struck": struck, "waiting": waiting})
	}
	return faults
}

// addFaults adds all faults of a body, or none if one of them is wrong.
func (s *Server) addFaults(body []byte) error {
	var wanted struct{ Faults []string }
	if err := json.Unmarshal(body, &wanted); err != nil {
		return badRequest("body: %v", err)
	}
	var operations []string
	var faults []Fault
	for i, text := range wanted.Faults {
		operation, fault, err := ParseFault(text)
		if err != nil {
			return badRequest("body/faults/%d: %v", i, err)
		}
		operations, faults = append(operations, operation), append(faults, fault)
	}
	for i, operation := range operations {
		s.Fail(operation, faults[i])
	}
	return nil
}

// clearFaults takes back the faults of an operation, or all if it is empty.
func (s *Server) clearFaults(operation string) error {
	if operation == "" {
		s.Clear()
		return nil
	}
	if err := knownOperation(operation); err != nil {
		return badRequest("query parameter operation: %v", err)
	}
	s.Clear(operation)
	return nil
}

// failByDoor lets a marketplace refuse an object, with the message of a body.
func (s *Server) failByDoor(refuse func(st *state, id, message string) error, id string, body []byte) error {
	var wanted struct{ Message string }
	if err := json.Unmarshal(body, &wanted); err != nil {
		return badRequest("body: %v", err)
	}
	st := s.lock()
	defer s.mu.Unlock()
	return refuse(st, id, wanted.Message)
}

func (s *Server) readClock() any { return object{"now": s.Clock.Now().Format(time.RFC3339Nano)} }

func (s *Server) setClock(body []byte) (any, error) {
	var wanted struct{ Now time.Time }
	if err := json.Unmarshal(body, &wanted); err != nil {
		return nil, badRequest("body/now: want a time such as 2026-12-31T00:00:00Z")
	}
	s.Clock.Set(wanted.Now)
	return s.readClock(), nil
}

func (s *Server) advanceClock(body []byte) (any, error) {
	var wanted struct{ By string }
	err := json.Unmarshal(body, &wanted)
	var by time.Duration
	if err == nil {
		by, err = time.ParseDuration(wanted.By)
	}
	if err != nil || by < 0 {
		return nil, badRequest("body/by: want a duration such as 36h30m")
	}
	s.Clock.Advance(by)
	return s.readClock(), nil
}

func (s *Server) deliverEvents(r *http.Request, body []byte) error {
	var wanted struct {
		URL, Secret      string
		Twice, Backwards bool
	}
	if err := json.Unmarshal(body, &wanted); err != nil {
		return badRequest("body: %v", err)
	}
	target, err := url.Parse(wanted.URL)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return badRequest("body/url: want a URL with http or https and a host")
	}
	var options []Delivery
	if wanted.Twice {
		options = append(options, Twice())
	}
	if wanted.Backwards {
		options = append(options, Backwards())
	}
	if err := s.deliver(r.Context(), wanted.URL, wanted.Secret, options); err != nil {
		return fail(http.StatusBadGateway, "%v", err)
	}
	return nil
}

func (s *Server) listRequests() any {
	requests := []any{}
	for _, r := range s.Requests() {
		o := object{"operation": r.Operation, "method": r.Method, "path": r.Path, "query": r.Query, "header": r.Header}
		o["status"], o["params"], o["unknown"] = r.Status, map[string]string{}, append([]string{}, r.Unknown...)
		if r.Params != nil {
			o["params"] = r.Params
		}
		if r.Body != nil {
			o["body"] = r.Body
		}
		o["answer"], o["fault"] = r.Answer, r.Fault
		requests = append(requests, o)
	}
	return requests
}
