package operations

import (
	"iter"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCall(t *testing.T) {
	t.Parallel()
	steps := func(items []string, err error) func() iter.Seq2[string, error] {
		return func() iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for _, item := range items {
					if !yield(item, err) {
						return
					}
				}
			}
		}
	}
	for name, tt := range map[string]struct {
		method any
		result any
		err    error
	}{
		"a result":          {func() (string, error) { return "a", nil }, "a", nil},
		"an error":          {func() (string, error) { return "", assert.AnError }, "", assert.AnError},
		"no result":         {func() error { return assert.AnError }, nil, assert.AnError},
		"the first step":    {steps([]string{"a", "b"}, nil), "a", nil},
		"an error in it":    {steps([]string{""}, assert.AnError), "", assert.AnError},
		"an iterator's end": {steps(nil, nil), nil, nil},
	} {
		result, err := Call(reflect.ValueOf(tt.method), nil)
		assert.Equal(t, tt.result, result, name)
		assert.Equal(t, tt.err, err, name)
	}
}

func TestWithIDs(t *testing.T) {
	t.Parallel()
	var update Operation
	for _, op := range All(t) {
		if op.OperationID == "updateProduct" {
			update = op
		}
	}
	body := map[string]any{"id": "other", "organizationID": "other", "name": "a name"}
	got := update.WithIDs([]any{body}, map[string]string{"orgId": "org", "productId": "p-1"})
	assert.Equal(t, []any{map[string]any{"id": "p-1", "organizationID": "org", "name": "a name"}}, got)
	assert.Equal(t, "other", body["id"], "the example of the description was changed")
}
