package sugertest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// synthesizer makes up values for schemas. The same seed, schema and place in it always give the same value.
type synthesizer struct {
	seed  uint64
	orgID string
	stack []*openapi3.Schema // the schemas around the current one, to end recursion
}

// value makes up a value. The name is that of the property that it is for, the place is where that is.
func (s *synthesizer) value(ref *openapi3.SchemaRef, name, place string) any {
	schema := flatten(ref.Value)
	switch {
	case len(schema.Enum) > 0:
		return s.enum(schema.Enum, place)
	case len(schema.AnyOf) > 0:
		return s.value(schema.AnyOf[0], name, place)
	case schema.Type.Is("object"):
		return s.object(schema, name, place)
	case schema.Type.Is("array"):
		if slices.Contains(s.stack, flatten(schema.Items.Value)) {
			return []any{}
		}
		return []any{s.value(schema.Items, strings.TrimSuffix(name, "s"), place+"/0")}
	case schema.Type.Is("boolean"):
		return s.random(place).IntN(2) == 1
	case schema.Type.Is("integer"):
		return s.integer(schema, name, place)
	case schema.Type.Is("number"):
		return s.number(name, place)
	case schema.Type.Is("string"):
		return s.text(schema, name, place)
	}
	return map[string]any{} // any value will do
}

// random returns the source of randomness for one place.
func (s *synthesizer) random(place string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(place))
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

func (s *synthesizer) enum(values []any, place string) any {
	values = slices.DeleteFunc(slices.Clone(values), func(v any) bool { return v == "" })
	return values[s.random(place).IntN(len(values))]
}

func (s *synthesizer) object(schema *openapi3.Schema, name, place string) any {
	s.stack = append(s.stack, schema)
	defer func() { s.stack = s.stack[:len(s.stack)-1] }()
	object := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[key]
		if slices.Contains(s.stack, flatten(property.Value)) {
			continue
		}
		object[key] = s.value(property, key, place+"/"+key)
	}
	if extra := schema.AdditionalProperties.Schema; extra != nil && len(object) == 0 {
		for _, key := range []string{"api_calls", "storage_gb"} {
			object[key] = s.value(extra, name, place+"/"+key)
		}
	}
	return object
}

func (s *synthesizer) integer(schema *openapi3.Schema, name, place string) any {
	low, high := 1, 100
	switch {
	case hasWord(name, "month"):
		high = 12
	case hasWord(name, "size"), hasWord(name, "bytes"):
		low, high = 1024, 1<<20
	case hasWord(name, "created"), hasWord(name, "timestamp"):
		return json.Number(fmt.Sprint(s.time(place).Unix()))
	}
	if schema.Min != nil {
		low = max(low, int(*schema.Min))
	}
	return json.Number(fmt.Sprint(low + s.random(place).IntN(high-low+1)))
}

func (s *synthesizer) number(name, place string) any {
	cents := 1000 + s.random(place).IntN(2_000_000) // 10.00 to 20,010.00
	switch {
	case hasWord(name, "percentage"), hasWord(name, "rate"):
		cents = s.random(place).IntN(10_000)
	case hasWord(name, "quantity"):
		cents -= cents % 100
	}
	return json.Number(fmt.Sprintf("%d.%02d", cents/100, cents%100))
}

// time returns a time in the first quarter of 2026, to the second.
func (s *synthesizer) time(place string) time.Time {
	return time.Date(2026, 1, 1, 0, 0, s.random(place).IntN(90*24*3600), 0, time.UTC)
}

// words are texts for properties by a word in their names. The first word that fits counts.
var words = []struct {
	word  string
	texts []string
}{
	{"email", []string{"priya.nair@example.com", "tom.becker@example.com", "dana.reyes@example.com"}},
	{"url", []string{"https://www.example.com/globex", "https://console.example.com/offers/2026"}},
	{"uri", []string{"https://www.example.com/globex", "https://console.example.com/offers/2026"}},
	{"currency", []string{"USD", "EUR"}},
	{"country", []string{"US", "DE", "JP"}},
	{"phone", []string{"+1 555 0142", "+1 555 0187"}},
	{"company", []string{"Globex", "Initech", "Acme Analytics"}},
	{"city", []string{"Springfield", "Portland"}},
	{"description", []string{"Yearly plan with support.", "Usage of the query API."}},
	{"note", []string{"Agreed by phone on Monday."}},
	{"message", []string{"The offer awaits acceptance."}},
	{"title", []string{"An offer awaits acceptance", "Usage report failed"}},
	{"dimension", []string{"api_calls", "storage_gb"}},
	{"key", []string{"api_calls", "storage_gb", "team_plan"}},
	{"by", []string{"dana.reyes@example.com"}},
	{"name", []string{"Globex", "Initech", "Acme Analytics Platform", "Premium support"}},
	{"status", []string{"ACTIVE"}},
	{"state", []string{"ACTIVE"}},
	{"type", []string{"standard"}},
	{"version", []string{"1.2", "2026-01"}},
	{"last4", []string{"4242"}},
	{"amount", []string{"1250.00"}},
	{"quantity", []string{"3"}},
	{"duration", []string{"P12M", "P1Y"}},
}

func (s *synthesizer) text(schema *openapi3.Schema, name, place string) any {
	if schema.MaxLength != nil && *schema.MaxLength == 0 {
		return ""
	}
	random := s.random(place)
	switch {
	case schema.Format == "date-time", hasWord(name, "time"), hasWord(name, "timestamp"):
		return s.time(place).Format(time.RFC3339)
	case schema.Format == "date", hasWord(name, "date"):
		return s.time(place).Format(time.DateOnly)
	case hasWord(name, "organization"):
		return s.orgID
	case hasWord(name, "id"), hasWord(name, "ids"):
		return uuid(random)
	}
	for _, w := range words {
		if hasWord(name, w.word) {
			return w.texts[random.IntN(len(w.texts))]
		}
	}
	return []string{"standard", "primary", "enterprise", "analytics"}[random.IntN(4)]
}

// hasWord reports whether a camelCase or snake_case name has a word, such as "id" in "buyerID".
func hasWord(name, word string) bool {
	lower := strings.ToLower(name)
	for i := 0; ; i++ {
		next := strings.Index(lower[i:], word)
		if next < 0 {
			return false
		}
		i += next
		end := i + len(word)
		startsWord := i == 0 || name[i] < 'a' || name[i-1] < 'a'
		endsWord := end == len(name) || name[end] < 'a'
		if startsWord && endsWord {
			return true
		}
	}
}

// uuid returns a random UUID, version 4.
func uuid(random *rand.Rand) string {
	high, low := random.Uint64(), random.Uint64()
	high = high&^0xf000 | 0x4000
	low = low&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", high>>32, high>>16&0xffff, high&0xffff, low>>48, low&0xffffffffffff)
}
