package sugertest

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// heldBy returns by how many bytes seeding a server makes the heap grow.
func heldBy(t *testing.T, data []byte) uint64 {
	t.Helper()
	s := New(t)
	s.api() // the description counts for itself
	heap := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.GC() // which frees what pools have kept over the first
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := heap()
	require.NoError(t, s.SeedJSON(data))
	after := heap()
	runtime.KeepAlive(data)
	runtime.KeepAlive(s)
	return after - min(before, after)
}

// A server holds what was seeded in less than three times its JSON.
func TestMemory(t *testing.T) { // not parallel: the heap belongs to all
	group := `{"id": "3f9a2c18-7d54-4e6b-a1c0-000000000000", "entitlementID": "8d3b1f62-4c7e-4a59-9b0d-2e6f7a1c5d84", "serialID": 48213,
		"organizationID": "6a1d4e20-93b5-4c7f-8e12-0f5d7b3c9a64", "partner": "AWS", "status": "REPORTED", "metaInfo": {"source": "API"},
		"creationTime": "2026-03-04T10:16:02Z", "records": {"api_calls": 1250, "storage_gb": 40.5}}`
	for name, data := range map[string][]byte{
		"offers":       manyOffers(30_000),
		"usage groups": repeated("UsageRecordGroup", group, "000000000000", 70_000),
	} {
		var plain bytes.Buffer
		require.NoError(t, json.Compact(&plain, data))
		require.Greater(t, plain.Len(), 20_000_000, name)
		held := heldBy(t, data)
		t.Logf("%s: %.1f MB of JSON are held in %.1f MB", name, float64(plain.Len())/1e6, float64(held)/1e6)
		assert.Less(t, held, 3*uint64(plain.Len()), name)
		assert.Greater(t, held, uint64(plain.Len()/10), "%s: the server has them", name)
	}
}

// repeated is a file of one object many times, with a number in place of the digits of its id.
func repeated(typ, o, digits string, count int) []byte {
	var file strings.Builder
	for i := range count {
		number := big.NewInt(int64(i)).String()
		file.WriteString("," + strings.Replace(o, digits, digits[len(number):]+number, 1))
	}
	return []byte(`{"` + typ + `": [` + file.String()[1:] + `]}`)
}

// What is packed comes back as it was, and a part of it by the names of its properties.
func FuzzPack(f *testing.F) {
	for _, example := range []string{
		`{}`, `{"": ""}`, `{"id": "1", "list": [], "of": {}, "yes": true, "no": false, "nothing": null}`,
		`{"amount": 16777217.0500, "big": 12345678901234567890.125, "list": [1, [2, {"a": [null, "ü\u0000"]}], ""]}`,
		`{"long": "` + strings.Repeat("x", 300) + `", "a": {"b": {"c": "` + strings.Repeat("y", 20_000) + `"}}, "id": "after"}`,
	} {
		f.Add([]byte(example))
	}
	var p packer
	p.pack(object{"other": "names", "id": "come first"})
	f.Fuzz(func(t *testing.T, data []byte) {
		value, _ := decode(data)
		o, ok := value.(object)
		if !ok {
			return
		}
		p := packer{}
		p.pack(object{"other": "names", "id": "come first"})
		source := p.pack(o)
		assert.Equal(t, o, p.unpack(source, nil))
		assert.Equal(t, keeping(o, "id", "a"), p.unpack(source, p.selection(map[string]bool{"id": true, "a": true, "unknown": true})))
		assert.Equal(t, object{}, p.unpack(source, p.selection(nil)))
	})
}

// Values that are no JSON as it is decoded are packed, too: effects make integers and lists of texts.
func TestPackOtherValues(t *testing.T) {
	t.Parallel()
	var p packer
	source := p.pack(object{"n": -3, "texts": []string{"a"}, "nil": []any(nil), "float": 0.5, "objects": []object{{"a": int64(1)}}})
	assert.Equal(t, object{
		"n": -3, "texts": []any{"a"}, "nil": []any{}, "float": json.Number("0.5"), "objects": []any{object{"a": json.Number("1")}},
	}, p.unpack(source, nil))
	assert.Nil(t, p.unpack("", nil))
	assert.Panics(t, func() { p.pack(object{"no JSON": make(chan int)}) })
}

// A list that unpacks no more than its filters and its order need is the same as one that unpacks everything.
func TestListsReadEnough(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.SeedExamples()
	lists := 0
	for _, op := range loadDescription().operations {
		if stored(op.typ) == "" || op.method() != "GET" || !op.isList() {
			continue
		}
		full := (&synthesizer{}).value(loadDescription().doc.Components.Schemas[op.typ], op.typ, op.typ).(object)
		srv.state.put(op.typ, without(full, idOf(op.typ)))
		all := maps.Collect(srv.state.all(op.typ))
		for _, query := range queriesFor(srv.state, op) {
			c := &call{op: op, params: map[string]string{}, query: query}
			filters, err := filtersOf(srv.state, c)
			if err != nil {
				continue
			}
			compare, err := orderIn(c)
			require.NoError(t, err)
			lists++
			want := []string{}
			for _, id := range srv.state.table(op.typ).ids {
				if !slices.ContainsFunc(filters, func(passes filter) bool { return !passes(all[id]) }) {
					want = append(want, id)
				}
			}
			if compare != nil {
				slices.SortStableFunc(want, func(a, b string) int { return compare(all[a], all[b]) })
			}
			assert.Equal(t, want, idsOf(srv.state, c, filters, compare), "%s?%s", op.id, query.Encode())
		}
	}
	assert.Greater(t, lists, 1000)
}
