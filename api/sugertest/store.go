package sugertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// object is a JSON object of the store, as it is answered. What is in the store is never changed, only replaced, so that
// an object may be answered without a copy.
type object = map[string]any

// table holds the objects of one type, such as "Offer", in the order in which they came.
type table struct {
	ids     []string
	objects map[string]object
}

// store is what the server remembers. The server's lock guards it.
type store struct {
	tables   map[string]*table
	random   *rand.Rand
	now      func() time.Time
	serial   int
	metering object // the one UsageMeteringConfigInfo
}

func newStore(seed uint64, now func() time.Time) *store {
	return &store{tables: map[string]*table{}, random: rand.New(rand.NewPCG(seed, 0)), now: now, metering: object{}}
}

func (s *store) table(typ string) *table {
	t := s.tables[typ]
	if t == nil {
		t = &table{objects: map[string]object{}}
		s.tables[typ] = t
	}
	return t
}

func (s *store) get(typ, id string) (object, error) {
	if o, ok := s.table(typ).objects[id]; ok {
		return o, nil
	}
	return nil, notFound(typ, id)
}

// put adds or replaces an object, under the id that it has.
func (s *store) put(typ string, o object) object {
	id := text(o, idProperty(typ))
	t := s.table(typ)
	if _, ok := t.objects[id]; !ok {
		t.ids = append(t.ids, id)
	}
	t.objects[id] = o
	return o
}

func (s *store) remove(typ, id string) {
	t := s.table(typ)
	delete(t.objects, id)
	t.ids = slices.DeleteFunc(t.ids, func(other string) bool { return other == id })
}

// all returns the objects of a type, in the order in which they came.
func (s *store) all(typ string) []object {
	t := s.table(typ)
	list := make([]object, len(t.ids))
	for i, id := range t.ids {
		list[i] = t.objects[id]
	}
	return list
}

// create adds an object with a new id, unless it has one, and the times of its creation.
func (s *store) create(typ string, o object, orgID string) object {
	o = maps.Clone(o)
	if text(o, idProperty(typ)) == "" {
		o[idProperty(typ)] = uuid(s.random)
	}
	schema := schemaOf(typ)
	own := object{"organizationID": orgID, "organizationId": orgID, "creationTime": s.timestamp(), "lastUpdateTime": s.timestamp()}
	for name, value := range own {
		if schema.Properties[name] != nil {
			o[name] = value
		}
	}
	return s.put(typ, o)
}

// update replaces the object with one that has other values.
func (s *store) update(typ string, o, changes object) object {
	o = maps.Clone(o)
	maps.Copy(o, changes)
	if schemaOf(typ).Properties["lastUpdateTime"] != nil {
		o["lastUpdateTime"] = s.timestamp()
	}
	return s.put(typ, o)
}

func (s *store) timestamp() string { return s.now().UTC().Format(time.RFC3339) }

func notFound(typ, id string) error {
	words := strings.ToLower(separateWords(typ))
	return fail(404, "%s not found: %s", words, id)
}

// separateWords turns "PaymentTransaction" into "Payment Transaction".
func separateWords(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// idProperty returns the property that holds the id of a type.
func idProperty(typ string) string {
	if typ == "NotificationEvent" {
		return "eventID"
	}
	return "id"
}

func text(o object, name string) string {
	value, _ := o[name].(string)
	return value
}

func amount(o object, name string) float64 {
	switch n := o[name].(type) {
	case json.Number:
		f, _ := n.Float64()
		return f
	case float64:
		return n
	}
	return 0
}

func child(o object, name string) object {
	c, _ := o[name].(map[string]any)
	return maps.Clone(c) // nil stays nil
}

func list(o object, name string) []any {
	l, _ := o[name].([]any)
	return slices.Clone(l)
}

// with returns a copy of an object, or a new one, with one more property.
func with(o object, name string, value any) object {
	o = maps.Clone(o)
	if o == nil {
		o = object{}
	}
	o[name] = value
	return o
}

// toObject turns a value of package gen into an object.
func toObject(value any) (object, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoded, err := decode(data)
	if err != nil {
		return nil, err
	}
	o, ok := decoded.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%T is no object", value)
	}
	return o, nil
}
