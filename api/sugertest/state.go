package sugertest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"
)

// state is what the server remembers of its organization: the objects, the time, and where new ids come from. The server's lock
// guards it.
type state struct {
	orgID  string
	clock  clock
	tables map[string]*table // by type, such as "Offer"
	packer packer
	random *rand.Rand       // for new ids
	serial int              // counts objects that have no id, and usage record groups
	billed map[string][]any // ids of usage record groups by the id of the invoice that they are on
	rules  rules
	held   []publication // what marketplaces are busy with
}

// clock shows the real time until it is set or moved on.
type clock struct {
	set    *time.Time    // where it was stopped, nil as long as it runs
	offset time.Duration // by which it was moved on since
}

// table holds the objects of one type in the order in which they came.
type table struct {
	ids     []string
	objects map[string]packed
}

func newState(orgID string, seed uint64, rules rules) *state {
	random := rand.New(rand.NewPCG(seed, 0))
	return &state{orgID: orgID, rules: rules, tables: map[string]*table{}, billed: map[string][]any{}, random: random}
}

// now returns the time, in UTC.
func (s *state) now() time.Time {
	t := time.Now()
	if s.clock.set != nil {
		t = *s.clock.set
	}
	return t.Add(s.clock.offset).UTC()
}

func (s *state) timestamp() string { return s.now().Format(time.RFC3339) }

// token makes up an id as the marketplaces have them.
func (s *state) token() string { return strings.ReplaceAll(uuid(s.random), "-", "")[:13] }

func (s *state) table(typ string) *table {
	t := s.tables[typ]
	if t == nil {
		t = &table{objects: map[string]packed{}}
		s.tables[typ] = t
	}
	return t
}

// get returns the object with an id, nil if there is none.
func (s *state) get(typ, id string) object { return s.packer.unpack(s.table(typ).objects[id], nil) }

// has reports whether there is an object with an id.
func (s *state) has(typ, id string) bool {
	_, ok := s.table(typ).objects[id]
	return ok
}

// find returns the object with an id, or the error that answers 404.
func (s *state) find(typ, id string) (object, error) {
	if o := s.get(typ, id); o != nil {
		return o, nil
	}
	return nil, notFound(typ, id)
}

// all goes over the objects of a type in the order in which they came, by the ids that their table knows them by.
func (s *state) all(typ string) iter.Seq2[string, object] { return s.allWith(typ, nil) }

// allWith is all with no more of the objects than some of their properties, all for nil. It is quicker by what it leaves out.
func (s *state) allWith(typ string, properties map[string]bool) iter.Seq2[string, object] {
	t := s.table(typ)
	var keep []bool
	if properties != nil {
		keep = s.packer.selection(properties)
	}
	return func(yield func(string, object) bool) {
		for _, id := range t.ids {
			if !yield(id, s.packer.unpack(t.objects[id], keep)) {
				return
			}
		}
	}
}

// count returns how many objects of a type there are.
func (s *state) count(typ string) int { return len(s.table(typ).ids) }

// put adds an object, or replaces the one with its id. An object without an id gets one.
func (s *state) put(typ string, o object) object {
	id := text(o, idOf(typ))
	if id == "" {
		s.serial++
		id = fmt.Sprint("#", s.serial)
		if name := idOf(typ); name != "" {
			id = uuid(s.random)
			o = set(o, id, name)
		}
	}
	s.putAs(typ, id, o)
	return o
}

// putAs is put for an object whose id may be known to the table alone: some types have no property for it.
func (s *state) putAs(typ, id string, o object) {
	t := s.table(typ)
	if _, ok := t.objects[id]; !ok {
		t.ids = append(t.ids, id)
	}
	t.objects[id] = s.packer.pack(o)
}

func (s *state) remove(typ string, o object) {
	t, id := s.table(typ), text(o, idOf(typ))
	delete(t.objects, id)
	t.ids = slices.DeleteFunc(t.ids, func(other string) bool { return other == id })
}

// add puts a new object: it belongs to the organization, and was created now.
func (s *state) add(typ string, o object) object {
	now := s.timestamp()
	own := object{"organizationID": s.orgID, "organizationId": s.orgID, "creationTime": now, "lastUpdateTime": now}
	return s.put(typ, merged(o, picked(own, typ)))
}

// change replaces an object by one that has other values for some properties. It was changed now.
func (s *state) change(typ string, o, changes object) object {
	own := picked(object{"lastUpdateTime": s.timestamp()}, typ)
	return s.put(typ, merged(merged(o, changes), own))
}

// uuid returns a random UUID, version 4.
func uuid(random *rand.Rand) string {
	high, low := random.Uint64(), random.Uint64()
	high = high&^0xf000 | 0x4000
	low = low&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", high>>32, high>>16&0xffff, high&0xffff, low>>48, low&0xffffffffffff)
}

// failure is why a call is refused, with the status of the answer.
type failure struct {
	status  int
	message string
}

func (f *failure) Error() string { return f.message }

func fail(status int, format string, args ...any) error {
	return &failure{status, fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) error {
	return fail(http.StatusBadRequest, format, args...)
}

func notFound(typ, id string) error {
	return fail(http.StatusNotFound, "%s not found: %s", inWords(typ), id)
}
