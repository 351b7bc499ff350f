package sugertest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSynthesizedAnswersDependOnTheSeedAlone(t *testing.T) {
	t.Parallel()
	answers := func(seed uint64) []string {
		s := New(t, Synthesized(seed))
		var all []string
		for _, op := range loadDescription().operations {
			_, body := send(t, s, newRequest(t, s, op, 1))
			all = append(all, body)
		}
		return all
	}
	first := answers(1)
	assert.Equal(t, first, answers(1))
	assert.NotEqual(t, first, answers(2))
}

// Ids are UUIDs, times are times, amounts are amounts, and no text says "string".
func TestSynthesizedValuesLookReal(t *testing.T) {
	t.Parallel()
	isUUID := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	counts := map[string]int{}
	var visit func(name string, value any)
	visit = func(name string, value any) {
		switch value := value.(type) {
		case object:
			for name, value := range value {
				visit(name, value)
			}
		case []any:
			for _, item := range value {
				visit(strings.TrimSuffix(name, "s"), item)
			}
		case string:
			assert.NotEmpty(t, value, name)
			assert.NotContains(t, value, "string", name)
			switch {
			case strings.HasSuffix(name, "ID") && name != "organizationID", name == "id":
				counts["id"]++
				assert.Regexp(t, isUUID, value, name)
			case strings.HasSuffix(name, "Time"):
				counts["time"]++
				_, err := time.Parse(time.RFC3339, value)
				assert.NoError(t, err, name)
			case strings.HasSuffix(name, "mail") || strings.HasSuffix(name, "mailAddress"):
				counts["email"]++
				assert.Contains(t, value, "@example.com", name)
			}
		case json.Number:
			if strings.HasSuffix(name, "Amount") {
				counts["amount"]++
				f, err := value.Float64()
				assert.NoError(t, err)
				assert.True(t, f >= 10 && f < 100_000, "%s %s", name, value)
			}
		}
	}
	for _, op := range loadDescription().operations {
		synth := &synthesizer{seed: 3, orgID: "org"}
		value, err := toJSON(synth.value(op.answer.Schema, op.id, op.id))
		require.NoError(t, err)
		if _, isText := value.(string); !isText {
			visit(op.id, value)
		}
	}
	for _, kind := range []string{"id", "time", "email", "amount"} {
		assert.Greater(t, counts[kind], 50, fmt.Sprint(kind))
	}
}

func TestHasWord(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"id", "buyerID", "buyerId", "idSource", "identityProviderID", "buyer_id", "contactIDs"} {
		assert.True(t, hasWord(name, "id") || hasWord(name, "ids"), name)
	}
	for _, name := range []string{"paid", "identity", "valid", "gridName", ""} {
		assert.False(t, hasWord(name, "id"), name)
	}
}
