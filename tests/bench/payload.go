package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/suger-go/suger/openapi"
)

const entitlementsPerPage = 200

// OffersPerPage is the size of a page of an export, the most that the API allows.
const OffersPerPage = 1000

// payloads are the answers of the server.
type payloads struct {
	small, large []byte // an entitlement of 3 kB, as the description's example has it, and one of 25 kB, every property set
	page         []byte // 200 as large, 5 MB
	usage        []byte // a usage record group
	offer        []byte // an offer, with offerIDMark for its id
}

// offerIDMark stands for an id in a payload, as long as the ids themselves are.
const offerIDMark = "00000000-0000-0000-0000-000000000000"

func buildPayloads() (*payloads, error) {
	doc, err := openapi.Load()
	if err != nil {
		return nil, err
	}
	var p payloads
	example := func(name string) (map[string]any, error) {
		ref, ok := doc.Components.Examples[name]
		if !ok {
			return nil, fmt.Errorf("the description has no example %s", name)
		}
		object, ok := ref.Value.Value.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the example %s is no object", name)
		}
		return object, nil
	}
	entitlement, err := example("EntitlementExample")
	if err != nil {
		return nil, err
	}
	usage, err := example("UsageRecordGroupExample")
	if err != nil {
		return nil, err
	}
	offer, err := example("OfferExample")
	if err != nil {
		return nil, err
	}
	offer["id"] = offerIDMark
	schema, ok := doc.Components.Schemas["Entitlement"]
	if !ok {
		return nil, fmt.Errorf("the description has no schema Entitlement")
	}
	var f filler
	large := make([][]byte, entitlementsPerPage)
	for i := range large {
		if large[i], err = json.Marshal(f.fill(schema.Value, nil)); err != nil {
			return nil, err
		}
	}
	p.large, p.page = large[0], array(len(large), func(i int) []byte { return large[i] })
	for _, part := range []struct {
		bytes *[]byte
		value any
	}{
		{&p.small, entitlement}, {&p.usage, usage}, {&p.offer, offer},
	} {
		if *part.bytes, err = json.Marshal(part.value); err != nil {
			return nil, err
		}
	}
	return &p, nil
}

// offers returns a page of offers, none of whose ids are on another page.
func (p *payloads) offers(offset, limit int) []byte {
	return array(limit, func(i int) []byte {
		id := fmt.Sprintf("%0*d", len(offerIDMark), offset+i)
		return bytes.Replace(p.offer, []byte(offerIDMark), []byte(id), 1)
	})
}

func array(length int, item func(int) []byte) []byte {
	var buf bytes.Buffer
	for i := range length {
		buf.WriteByte("[,"[min(i, 1)])
		buf.Write(item(i))
	}
	buf.WriteByte(']')
	return buf.Bytes()
}

// filler makes values up. No two texts, times and numbers are the same, as in real answers most are not.
type filler struct{ n int }

// fill returns a value of a schema with every property set, but those that would nest a schema in itself. Arrays have two
// items.
func (f *filler) fill(schema *openapi3.Schema, around []*openapi3.Schema) any {
	if slices.Contains(around, schema) {
		return nil
	}
	f.n++
	around = append(around, schema)
	switch {
	case len(schema.AllOf) == 1:
		return f.fill(schema.AllOf[0].Value, around)
	case len(schema.Enum) > 0:
		return schema.Enum[f.n%len(schema.Enum)]
	case schema.Type.Is("boolean"):
		return f.n%2 == 0
	case schema.Type.Is("integer"):
		return f.n
	case schema.Type.Is("number"):
		return float64(f.n) + 0.25
	case schema.Type.Is("string"):
		return f.text(schema)
	case schema.Type.Is("array"):
		items := []any{}
		for range 2 {
			if item := f.fill(schema.Items.Value, around); item != nil {
				items = append(items, item)
			}
		}
		return items
	}
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if value := f.fill(schema.Properties[name].Value, around); value != nil {
			object[name] = value
		}
	}
	if extra := schema.AdditionalProperties.Schema; extra != nil {
		object["api_calls"] = f.fill(extra.Value, around)
	}
	return object
}

func (f *filler) text(schema *openapi3.Schema) string {
	at := time.Date(2026, 1, 1, 0, 0, f.n, 250_000_000, time.UTC)
	switch {
	case schema.Format == "date-time":
		return at.Format(time.RFC3339Nano)
	case schema.Format == "date":
		return at.Format(time.DateOnly)
	}
	text := fmt.Sprintf("8d3b-%08x", f.n)
	if schema.MaxLength != nil {
		text = text[:min(int(*schema.MaxLength), len(text))]
	}
	return text
}
