//go:build go1.27 && goexperiment.jsonv2

package gen_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// offer is an offer as package json would decode it, without the UnmarshalJSON of gen.Offer, which calls Unmarshal itself.
type offer gen.Offer

// FuzzUnmarshal checks that Unmarshal has the values and errors of package json.
func FuzzUnmarshal(f *testing.F) {
	bundle, err := os.ReadFile("../openapi/suger.json")
	require.NoError(f, err)
	var doc struct {
		Components struct {
			Examples map[string]struct{ Value json.RawMessage }
		}
	}
	require.NoError(f, json.Unmarshal(bundle, &doc))
	require.NotEmpty(f, doc.Components.Examples)
	for _, example := range doc.Components.Examples {
		f.Add([]byte(example.Value))
		f.Add([]byte("[" + string(example.Value) + ", null]"))
	}
	for _, seed := range []string{
		`{"ID":"x","id":"y"}`, `{"id":"x","id":"y"}`, `{"name":"\ud800"}`, "{\"name\":\"\xff\"}", `{"info":null}`, `{"info":{"dimensions":null}}`,
		`{"expireTime":""}`, `{"expireTime":7}`, `{"metaInfo":{"x":1e400,"contacts":[{}]}}`, `{"id":7}`, `[{}]`, `{"id":"x"} {}`, `{`, ``, `nul`,
		`{"commitAmount":1e400}`, `{"serialID":1.0}`, `{"novelty":[1,{"a":null}]}`, `{"records":{"a":1,"a":2}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		compare[gen.Offer](t, data)
		compare[offer](t, data)
		compare[gen.Entitlement](t, data)
		compare[[]gen.Offer](t, data)
		compare[gen.UsageRecordGroupListResponse](t, data)
		compare[gen.NotificationEvent](t, data)
		compare[gen.UsageMeteringConfigInfo](t, data)
		compare[any](t, data)
	})
}

func compare[T any](t *testing.T, data []byte) {
	t.Helper()
	var one, two T
	got, want := gen.Unmarshal(data, &one), json.Unmarshal(data, &two)
	assert.Equal(t, want, got, "%q", data)
	assert.Equal(t, two, one, "%q", data)
}
