package sugertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Seed puts values into the server: any of the types of package gen that its operations get or list, such as gen.Offer or
// *gen.Entitlement. A value without an id gets one, and a later value with the same id replaces an earlier one. Nothing
// else is filled in or checked, so that a test can seed what the description does not know yet. Seeding causes no
// notification events.
func (s *Server) Seed(values ...any) {
	st := s.lock()
	defer s.mu.Unlock()
	for _, value := range values {
		typ := fmt.Sprintf("%T", value)
		name := stored(typ[strings.LastIndex(typ, ".")+1:])
		if name == "" {
			s.fatalf("sugertest: Seed: %T is no resource of the API, want a type such as gen.Offer", value)
			return
		}
		decoded, err := toJSON(value)
		o, ok := decoded.(object)
		if !ok {
			s.fatalf("sugertest: Seed: %T: not an object: %v", value, err)
			return
		}
		st.put(name, o)
	}
}

// SeedJSON is [Server.Seed] for JSON: an object that has a list of objects for each of some types, such as
// {"Offer": [{"id": "offer-1"}]}. It seeds object by object, so those before an error are there.
func (s *Server) SeedJSON(data []byte) error { return s.SeedFrom(bytes.NewReader(data)) }

// SeedFrom is [Server.SeedJSON] for JSON from a file or another reader, of which it holds one object at a time.
func (s *Server) SeedFrom(source io.Reader) error {
	decoder := json.NewDecoder(source)
	decoder.UseNumber()
	if err := s.seedTypes(decoder); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("sugertest: SeedJSON: %w", err)
	}
	return nil
}

func (s *Server) seedTypes(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errors.New(`want an object such as {"Offer": [...]}`)
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		typ := stored(name.(string))
		if typ == "" {
			return fmt.Errorf("%s is no resource of the API, want a name such as Offer", name)
		}
		if err := s.seedList(decoder, name.(string), typ); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil { // the end of the object
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("more than one JSON value")
	}
	return nil
}

func (s *Server) seedList(decoder *json.Decoder, name, typ string) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return fmt.Errorf("%s is not a list", name)
	}
	for i := 0; decoder.More(); i++ {
		var value any
		if err := decoder.Decode(&value); err != nil {
			return fmt.Errorf("%s/%d: %w", name, i, err)
		}
		o, ok := value.(object)
		if !ok {
			return fmt.Errorf("%s/%d is not an object", name, i)
		}
		s.lock().put(typ, o)
		s.mu.Unlock()
	}
	_, err = decoder.Token() // the end of the list
	return err
}

// SeedExamples puts the examples of the description into the server: for most types one object or a few, some of which refer to
// each other. It is for trying the server out.
func (s *Server) SeedExamples() {
	st := s.lock()
	defer s.mu.Unlock()
	for _, op := range loadDescription().operations {
		if stored(op.typ) == "" || op.method() != http.MethodGet && op.id != "searchCoSellPartners" {
			continue
		}
		example, err := toJSON(op.example())
		if err != nil {
			panic(fmt.Sprintf("sugertest: example of %s: %v", op.id, err))
		}
		if o, ok := example.(object); ok && op.paging != nil {
			example = o[property(op.paging.Items)]
		}
		examples, ok := example.([]any)
		if !ok {
			examples = []any{example}
		}
		for _, example := range examples {
			o := example.(object)
			if known := st.get(op.typ, text(o, idOf(op.typ))); len(known) > len(o) {
				continue // the examples in lists have fewer properties than those of single objects
			}
			st.put(op.typ, merged(o, picked(object{"organizationID": s.OrgID, "organizationId": s.OrgID}, op.typ)))
		}
	}
}

// seedable has the exceptions to the rule that the server stores the objects that GET operations answer with: false for answers
// that are made from other objects, true for POST operations that answer with seeded objects.
var seedable = map[string]bool{
	"listProductMeteringDimensions": false,
	"aggregateUsageRecordGroups":    false,
	"aggregateUsageRecordReports":   false,
	"getOperationHistory":           false,
	"searchOrganization":            false,
	"searchCoSellPartners":          true,
	"validateCrmQuery":              true,
	"validateOffer":                 true,
}

// stored returns the type in the store for the name of a type of package gen, "" if the server keeps no such objects.
func stored(name string) string {
	for _, op := range loadDescription().operations {
		isStored, isException := seedable[op.id]
		if isStored || !isException && op.method() == http.MethodGet {
			if strings.EqualFold(op.typ, name) {
				return op.typ
			}
		}
	}
	return ""
}

// Reset makes the server forget everything: what was seeded, what calls have changed, the requests and the faults. Its clock
// shows the real time again. Tokens stay valid for their time.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reset()
}

func (s *Server) reset() {
	s.state = newState(s.OrgID, s.config.seed, s.config.rules)
	s.requests, s.recorded, s.faults, s.delivered = nil, 0, nil, 0
}

// lock locks the server, and returns what it guards, with what marketplaces have published since.
func (s *Server) lock() *state {
	s.mu.Lock()
	s.state.orgID = s.OrgID // it may be changed before the first request
	publishHeld(s.state)
	return s.state
}
