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

// synthesize makes up an answer.
func (s *Server) synthesize(op *operation) any {
	if op.answer.Schema.Value.Type.Is("string") {
		return op.example() // a link, a page or nothing
	}
	return (&synthesizer{seed: s.config.seed, orgID: s.OrgID}).value(op.answer.Schema, op.id, op.id)
}

// value makes up a value. name is the property that it is for, place the path to it in the answer.
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
	case hasWord(name, "month"), hasWord(name, "months"):
		high = 12
	case hasWord(name, "year"):
		low, high = 2027, 2032
	case hasWord(name, "size"), hasWord(name, "bytes"):
		low, high = 1024, 1<<20
	case hasWord(name, "on"), hasWord(name, "created"), hasWord(name, "modified"), hasWord(name, "updated"):
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

// texts are the values of properties by the words in their names. The first entry with one of the words counts.
var texts = []struct{ words, texts []string }{
	{[]string{"email", "emails", "recipient", "recipients", "username", "creator", "by", "watcher"},
		[]string{"priya.nair@example.com", "tom.becker@example.com", "dana.reyes@example.com"}},
	{[]string{"url", "uri", "link", "website", "webhook", "picture", "image", "icon", "thumbnail", "endpoint"},
		[]string{"https://www.example.com/globex", "https://console.example.com/offers/2026"}},
	{[]string{"currency"}, []string{"USD", "EUR"}},
	{[]string{"country"}, []string{"US", "DE", "JP"}},
	{[]string{"region", "regions", "location"}, []string{"us-east-1", "eu-central-1"}},
	{[]string{"language"}, []string{"en-US"}},
	{[]string{"phone", "telephone"}, []string{"+1 555 0142", "+1 555 0187"}},
	{[]string{"postal", "zip"}, []string{"62701", "97201"}},
	{[]string{"city"}, []string{"Springfield", "Portland"}},
	{[]string{"address", "line1"}, []string{"100 Example Street", "7 Sample Square"}},
	{[]string{"company", "manufacturer", "supplier"}, []string{"Globex", "Initech", "Acme Analytics"}},
	{[]string{"first"}, []string{"Priya", "Tom", "Dana"}},
	{[]string{"last"}, []string{"Nair", "Becker", "Reyes"}},
	{[]string{"title", "subject", "headline"}, []string{"An offer awaits acceptance", "A usage report failed"}},
	{[]string{"description", "summary", "text", "content", "comment", "memo", "note", "notes", "message", "reason", "remark", "policy", "terms"},
		[]string{"Agreed by phone on Monday.", "Yearly plan with support.", "Covers the usage of the query API."}},
	{[]string{"key", "dimension", "metric", "metrics"}, []string{"api_calls", "storage_gb", "team_plan"}},
	{[]string{"unit", "units"}, []string{"GB", "Hours", "Units"}},
	{[]string{"code", "sku", "tag"}, []string{"8x2m5q7w1z4k", "acme-analytics"}},
	{[]string{"category", "categories", "keywords"}, []string{"Data Analytics", "Security"}},
	{[]string{"mimetype"}, []string{"application/pdf", "image/png"}},
	{[]string{"version"}, []string{"1.2", "2026-01"}},
	{[]string{"last4"}, []string{"4242"}},
	{[]string{"price", "amount", "rate"}, []string{"1250.00", "99.90"}},
	{[]string{"quantity", "value"}, []string{"3", "12"}},
	{[]string{"duration", "period"}, []string{"P12M", "P1Y"}},
	{[]string{"status", "state"}, []string{"ACTIVE"}},
	{[]string{"name", "label", "alias"}, []string{"Globex", "Initech", "Acme Analytics Platform", "Premium support"}},
}

func (s *synthesizer) text(schema *openapi3.Schema, name, place string) any {
	if schema.MaxLength != nil && *schema.MaxLength == 0 {
		return ""
	}
	random := s.random(place)
	switch {
	case schema.Format == "date-time", hasWord(name, "time"), hasWord(name, "timestamp"), hasWord(name, "on"), hasWord(name, "created"):
		return s.time(place).Format(time.RFC3339)
	case schema.Format == "date", hasWord(name, "date"):
		return s.time(place).Format(time.DateOnly)
	case hasWord(name, "organization"):
		return s.orgID
	case hasWord(name, "id"), hasWord(name, "ids"):
		return uuid(random)
	}
	for _, entry := range texts {
		if slices.ContainsFunc(entry.words, func(word string) bool { return hasWord(name, word) }) {
			return entry.texts[random.IntN(len(entry.texts))]
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
