package sugertest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
)

// store is what the server remembers. The server's lock guards it.
type store struct {
	tables map[string]*table // by type, such as "Offer"
	random *rand.Rand        // for new ids
	serial int               // counts objects that have no id, and usage record groups
	billed map[string][]any  // usage record groups by the invoice that they are on
}

// table holds the objects of one type in the order in which they came.
type table struct {
	ids     []string
	objects map[string]object
}

func newStore(seed uint64) *store {
	return &store{tables: map[string]*table{}, billed: map[string][]any{}, random: rand.New(rand.NewPCG(seed, 0))}
}

func (s *store) table(typ string) *table {
	t := s.tables[typ]
	if t == nil {
		t = &table{objects: map[string]object{}}
		s.tables[typ] = t
	}
	return t
}

// get returns the object with an id, nil if there is none.
func (s *store) get(typ, id string) object { return s.table(typ).objects[id] }

// find returns the object with an id, or the error that answers 404.
func (s *store) find(typ, id string) (object, error) {
	if o := s.get(typ, id); o != nil {
		return o, nil
	}
	return nil, fail(http.StatusNotFound, "%s not found: %s", inWords(typ), id)
}

// put adds an object, or replaces the one with its id. An object without an id gets one.
func (s *store) put(typ string, o object) object {
	id := text(o, idOf(typ))
	if id == "" {
		s.serial++
		id = fmt.Sprint("#", s.serial)
		if name := idOf(typ); name != "" {
			id = uuid(s.random)
			o = set(o, id, name)
		}
	}
	t := s.table(typ)
	if _, ok := t.objects[id]; !ok {
		t.ids = append(t.ids, id)
	}
	t.objects[id] = o
	return o
}

func (s *store) remove(typ string, o object) {
	t, id := s.table(typ), text(o, idOf(typ))
	delete(t.objects, id)
	t.ids = slices.DeleteFunc(t.ids, func(other string) bool { return other == id })
}

// all returns the objects of a type in the order in which they came.
func (s *store) all(typ string) []object {
	t := s.table(typ)
	objects := make([]object, len(t.ids))
	for i, id := range t.ids {
		objects[i] = t.objects[id]
	}
	return objects
}

// add creates an object: it belongs to the organization, and was created now.
func (s *Server) add(typ string, o object) object {
	own := object{"organizationID": s.OrgID, "organizationId": s.OrgID, "creationTime": s.timestamp(), "lastUpdateTime": s.timestamp()}
	return s.store.put(typ, merged(o, picked(own, typ)))
}

// change replaces an object by one that has other values for some properties. It was changed now.
func (s *Server) change(typ string, o, changes object) object {
	own := picked(object{"lastUpdateTime": s.timestamp()}, typ)
	return s.store.put(typ, merged(merged(o, changes), own))
}

func (s *Server) timestamp() string { return s.now().Format(time.RFC3339) }

// inWords turns "PaymentTransaction" into "payment transaction".
func inWords(typ string) string {
	var b strings.Builder
	for i, r := range typ {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// Seed puts values into the server: any of the types of package gen that its operations get or list, such as gen.Offer or
// *gen.Entitlement. A value without an id gets one, and a later value with the same id replaces an earlier one. Nothing
// else is filled in or checked, so that a test can seed what the description does not know yet. Seeding causes no
// notification events.
func (s *Server) Seed(values ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		typ := reflect.TypeOf(value)
		for typ != nil && typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		var name string
		if typ != nil {
			name = stored(typ.Name())
		}
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
		s.store.put(name, o)
	}
}

// SeedJSON is [Server.Seed] for JSON: an object that has a list of objects for each of some types, such as
// {"Offer": [{"id": "offer-1"}]}.
func (s *Server) SeedJSON(data []byte) error {
	value, err := decode(data)
	if err != nil {
		return fmt.Errorf("sugertest: SeedJSON: %w", err)
	}
	types, ok := value.(object)
	if !ok {
		return fmt.Errorf(`sugertest: SeedJSON: want an object such as {"Offer": [...]}`)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(types)) {
		typ := stored(name)
		if typ == "" {
			return fmt.Errorf("sugertest: SeedJSON: %s is no resource of the API, want a name such as Offer", name)
		}
		values, ok := types[name].([]any)
		if !ok {
			return fmt.Errorf("sugertest: SeedJSON: %s is not a list", name)
		}
		for i, value := range values {
			o, ok := value.(object)
			if !ok {
				return fmt.Errorf("sugertest: SeedJSON: %s/%d is not an object", name, i)
			}
			s.store.put(typ, o)
		}
	}
	return nil
}

// SeedExamples puts the examples of the description into the server: for most types one object or a few, of which some name
// each other. It is for trying the server out.
func (s *Server) SeedExamples() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, op := range loadDescription().operations {
		if stored(op.typ) == "" || op.method() != http.MethodGet {
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
			if known := s.store.get(op.typ, text(o, idOf(op.typ))); len(known) > len(o) {
				continue // an example in a list is shorter than one of its own
			}
			s.store.put(op.typ, merged(o, picked(object{"organizationID": s.OrgID, "organizationId": s.OrgID}, op.typ)))
		}
	}
}

// stored returns the type in the store for the name of a type of package gen, "" if the server keeps no such objects.
func stored(name string) string {
	for _, op := range loadDescription().operations {
		// Metering dimensions are part of a product, not objects of their own.
		if op.method() == http.MethodGet && op.id != "listProductMeteringDimensions" && strings.EqualFold(op.typ, name) {
			return op.typ
		}
	}
	return ""
}

// Reset makes the server forget everything: what was seeded, what calls have changed, the requests and the faults. Its clock
// shows the real time again.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reset()
}

func (s *Server) reset() {
	s.store = newStore(s.config.seed)
	s.requests = nil
	s.faults = nil
	s.delivered = 0
	s.Clock = newClock(s)
}
