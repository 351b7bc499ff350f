package gen_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

func TestTimeDecodesWhatTheAPIWrites(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 1, 31, 10, 20, 30, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2024-01-31T10:20:30Z":           at,
		"2024-01-31T10:20:30.000Z":       at,
		"2024-01-31T10:20:30.123456789Z": at.Add(123456789),
		"2024-01-31T10:20:30.5Z":         at.Add(time.Second / 2),
		"2024-01-31T12:20:30+02:00":      at,
		"2024-01-31T10:20:30+00:00":      at,
		"2024-01-31T10:20:30":            at,
		"2024-01-31 10:20:30":            at,
		"2024-01-31T10:20:30.25":         at.Add(time.Second / 4),
		"2024-01-31":                     at.Truncate(24 * time.Hour),
		"":                               {},
		"soon":                           {},
		"2024-02-30":                     {},
		"0001-01-01T00:00:00Z":           {},
	} {
		var got gen.Time
		require.NoError(t, json.Unmarshal([]byte(`"`+text+`"`), &got), text)
		assert.True(t, want.Equal(got.Time), "%q is read as %s", text, got)
		assert.Equal(t, want.IsZero(), got.IsZero(), text)
		assert.Equal(t, text, got.Text())
		data, err := json.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, `"`+text+`"`, string(data))
	}
}

func TestTimeKeepsItsZone(t *testing.T) {
	t.Parallel()
	var got gen.Time
	require.NoError(t, json.Unmarshal([]byte(`"2024-01-31T12:20:30+02:00"`), &got))
	_, offset := got.Zone()
	assert.Equal(t, 2*60*60, offset)
}

func TestTimeKeepsAnyOtherJSON(t *testing.T) {
	t.Parallel()
	got := gen.NewTime(time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC))
	require.NoError(t, json.Unmarshal([]byte(`null`), &got))
	assert.Equal(t, "2024-01-31T00:00:00Z", got.Text(), "null leaves the time as it is")
	for _, text := range []string{`5`, `{}`, `["2024-01-31"]`, `true`, `1709280000.25`} {
		var ent gen.Entitlement
		require.NoError(t, json.Unmarshal([]byte(`{"startTime": `+text+`, "name": "kept"}`), &ent), text)
		assert.True(t, ent.GetStartTime().IsZero())
		assert.Equal(t, text, ent.GetStartTime().Text())
		assert.Equal(t, "kept", ent.GetName())
		data, err := json.Marshal(ent.StartTime)
		require.NoError(t, err)
		assert.Equal(t, text, string(data))
	}
}

func TestTimeSetAnewIsRFC3339(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"2024-01-31"`, `""`, `"soon"`, `"2024-01-31T12:20:30+02:00"`} {
		var got gen.Time
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		kept := got

		got.Time = got.AddDate(0, 0, 1).UTC()
		data, err := json.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, `"`+got.Format(time.RFC3339Nano)+`"`, string(data))

		data, err = json.Marshal(kept)
		require.NoError(t, err)
		assert.Equal(t, text, string(data), "a copy changed with its original")

		require.NoError(t, json.Unmarshal([]byte(`"2025-06-07T08:09:10Z"`), &got))
		assert.Equal(t, "2025-06-07T08:09:10Z", got.Text(), "what came before is gone")
	}
	assert.Equal(t, "2024-01-31T10:20:30.5+02:00",
		gen.NewTime(time.Date(2024, 1, 31, 10, 20, 30, 5e8, time.FixedZone("", 2*60*60))).Text())
}

// A time that is not set has no text; one that was received has the text that it came as.
func TestTimeThatIsNotSetHasNoText(t *testing.T) {
	t.Parallel()
	var ent *gen.Entitlement
	var cleared, came gen.Time
	require.NoError(t, json.Unmarshal([]byte(`"2024-01-31"`), &cleared))
	cleared.Time = time.Time{}
	for _, unset := range []gen.Time{{}, gen.NewTime(time.Time{}), ent.GetStartTime(), cleared} {
		assert.Empty(t, unset.Text())
		assert.Empty(t, unset.String())
		assert.Equal(t, "from  on", fmt.Sprintf("from %s on", unset))
		data, err := json.Marshal(unset)
		require.NoError(t, err)
		assert.Equal(t, `"0001-01-01T00:00:00Z"`, string(data))
	}
	require.NoError(t, json.Unmarshal([]byte(`"0001-01-01T00:00:00Z"`), &came))
	assert.Equal(t, "0001-01-01T00:00:00Z", came.Text())
	assert.Equal(t, "2024-01-31", fmt.Sprint(gen.NewTime(time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)))[:10])
}

// Any JSON string is a Time, and what comes goes back.
func FuzzTime(f *testing.F) {
	for _, text := range []string{
		`""`, `"soon"`, `"2024-01-31"`, `"2024-01-31T10:20:30Z"`, `"2024-01-31T10:20:30.120+02:00"`,
		`"2024-01-31T10:20:30,5Z"`, `"2024-01-31 10:20:30"`, `"\u00e9\ud800\/"`, `"9999-12-31T23:59:60Z"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var text string
		if string(data) == "null" || json.Unmarshal(data, &text) != nil {
			return
		}
		var decoded gen.Time
		require.NoError(t, json.Unmarshal(data, &decoded))
		assert.Equal(t, text, decoded.Text())
		encoded, err := json.Marshal(decoded)
		require.NoError(t, err)
		var again string
		require.NoError(t, json.Unmarshal(encoded, &again))
		assert.Equal(t, text, again)
	})
}
