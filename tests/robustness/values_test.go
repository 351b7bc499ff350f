package robustness

import (
	"encoding/json"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/suger-go/suger/tests/operations"
)

// generator makes up values for schemas, as hostile as they allow. The same seed gives the same values.
type generator struct {
	*rand.Rand
	enums map[*openapi3.Schema]int // how many values of an enum were given out, so that all get their turn
}

func newGenerator(seed uint64, name string) *generator {
	h := fnv.New64a()
	h.Write([]byte(name))
	return &generator{rand.New(rand.NewPCG(seed, h.Sum64())), map[*openapi3.Schema]int{}}
}

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) chance(odds float64) bool { return g.Float64() < odds }

// pieces of texts that somebody or other forgets to escape.
var pieces = []string{
	"a", "Z9", "é", "日本", "😀", "e\u0301", "\ufffd", "\u2028", "\u202e", " ", "  ", "+", "/", "//", "\\", ".", "..", "../", "%", "%2F", "%00", "%zz",
	"?", "#", "&", "=", ";", ",", ":", "@", "*", "~", "!", "'", `"`, "`", "<b>", "(", "|", "{orgId}", "{}", "[]", "null", "0", "\t", "\n", "\r\nX-Evil: 1\r\n",
	"\x00", "\x1b[31m", "\x7f",
}

// text returns any valid UTF-8.
func (g *generator) text() string {
	switch {
	case g.chance(0.1):
		return ""
	case g.chance(0.02):
		return strings.Repeat(pick(g, pieces), 2000)
	}
	var b strings.Builder
	for range 1 + g.IntN(6) {
		b.WriteString(pick(g, pieces))
	}
	return b.String()
}

// line returns any text for a path or a query, which may hold bytes that are no UTF-8.
func (g *generator) line() string {
	text := g.text()
	if g.chance(0.1) {
		text += "\xff\xc3("
	}
	return text
}

// id returns a text that may be a segment of a path.
func (g *generator) id() string {
	for {
		if id := g.line(); id != "" && id != "." && id != ".." {
			return id
		}
	}
}

// headerValue returns a text that a header can carry.
func (g *generator) headerValue() string {
	return strings.Trim(withoutControls(g.text(), "\t"), " \t")
}

func withoutControls(text, but string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !strings.ContainsRune(but, r) {
			return -1
		}
		return r
	}, text)
}

func (g *generator) number() json.Number {
	switch f := math.Float64frombits(g.Uint64()); {
	case g.chance(0.5):
		return pick(g, []json.Number{"16777217.05", "0.1", "1e21", "-0", "0", "0.30000000000000004", "9007199254740992", "1e-7", "-1.5", "5e-324", "1.7976931348623157e308"})
	case math.IsNaN(f) || math.IsInf(f, 0):
		return "33554433.5"
	default:
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
	}
}

func (g *generator) integer() int64 {
	return pick(g, []int64{0, 1, -1, 1<<24 + 1, 1<<31 + 1, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MinInt64, g.Int64()})
}

// enum returns the values of an enum in turn, and every now and then one that is not known yet.
func (g *generator) enum(schema *openapi3.Schema) string {
	if g.chance(0.1) {
		return "FROM_THE_FUTURE"
	}
	n, ok := g.enums[schema]
	if !ok {
		n = g.IntN(len(schema.Enum))
	}
	g.enums[schema] = n + 1
	return schema.Enum[n%len(schema.Enum)].(string)
}

// value makes up a JSON value, with numbers as json.Number. Every property is there if full is set, and any may be missing
// otherwise, the deeper the more likely.
func (g *generator) value(schema *openapi3.Schema, full bool, depth int) any {
	schema = operations.Flatten(schema)
	switch {
	case len(schema.AnyOf) > 0:
		return g.value(pick(g, schema.AnyOf).Value, full, depth)
	case len(schema.Enum) > 0:
		return g.enum(schema)
	case schema.Type.Is("boolean"):
		return g.chance(0.5)
	case schema.Type.Is("number"):
		return g.number()
	case schema.Type.Is("integer"):
		return json.Number(strconv.FormatInt(g.integer(), 10))
	case schema.Type.Is("string") && schema.Format == "date-time" && g.chance(0.8):
		zone := time.FixedZone("", 60*g.IntN(12*60))
		return pick(g, []string{"", "2026-02-28", "2026-02-28 01:02:03", "9999-12-31T23:59:59.999999999Z", time.Unix(g.Int64N(1<<34), g.Int64N(1e9)).In(zone).Format(time.RFC3339Nano)})
	case schema.Type.Is("string"):
		return g.text()
	case schema.Type.Is("array"):
		list := []any{}
		for range g.items(full, depth) {
			list = append(list, g.value(schema.Items.Value, full, depth+1))
		}
		return list
	case schema.Type.Is("object") && (len(schema.Properties) > 0 || schema.AdditionalProperties.Schema != nil):
		return g.object(schema, full, depth)
	case schema.Type.Is("object"):
		return g.anyObject(depth)
	}
	return g.any(depth)
}

func (g *generator) items(full bool, depth int) int {
	if full {
		return 1
	}
	return g.IntN(max(4-depth, 2))
}

func (g *generator) object(schema *openapi3.Schema, full bool, depth int) any {
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name].Value
		if slices.Contains(schema.Required, name) || depth < 8 && (full || g.chance(0.7/float64(1+depth))) {
			if value := g.value(property, full, depth+1); value != nil { // null in a field means that it is not set
				object[name] = value
			}
		}
	}
	if values := schema.AdditionalProperties.Schema; values != nil {
		for range g.items(full, depth) {
			object[g.text()] = g.value(values.Value, full, depth+1)
		}
	}
	if open := schema.AdditionalProperties.Has; open != nil && *open && g.chance(0.5) {
		object["from the future"] = []any{g.any(depth), json.Number("9223372036854775807"), json.Number("1e400")}
		for name := range schema.Properties {
			object[strings.ToUpper(name)+"_"] = g.any(depth)
			object["\u017f"+name] = g.any(depth) // a letter that folds to s
			break
		}
	}
	return object
}

func (g *generator) anyObject(depth int) map[string]any {
	object := map[string]any{}
	for range g.IntN(3) {
		object[g.text()] = g.any(depth + 1)
	}
	return object
}

// any returns any JSON value, with numbers that a float64 holds: encoding/json reads free-form values so.
func (g *generator) any(depth int) any {
	switch n := g.IntN(8); {
	case n < 1:
		return nil
	case n < 2:
		return g.chance(0.5)
	case n < 3:
		return g.number()
	case n < 4:
		return json.Number(strconv.FormatInt(g.Int64N(1<<54)-1<<53, 10))
	case n < 6 || depth > 6:
		return g.text()
	case n < 7:
		return []any{g.any(depth + 1), g.any(depth + 1)}
	default:
		return g.anyObject(depth + 1)
	}
}
