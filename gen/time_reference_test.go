package gen

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// unmarshalQuoted is UnmarshalJSON with a layout that has the quotes, which package time is slower with.
func unmarshalQuoted(t *Time, data []byte) error {
	if string(data) == "null" {
		return nil
	}
	const layout = `"` + time.RFC3339Nano + `"`
	parsed, err := time.Parse(layout, string(data))
	if err == nil && parsed.Format(layout) == string(data) && !parsed.IsZero() {
		*t = Time{Time: parsed}
		return nil
	}
	text, _ := jsonText(string(data))
	*t = Time{parseTime(text), string(data)}
	return nil
}

// A time is the same, its zone and what it remembers included, as with a layout that has the quotes.
func FuzzTimeReference(f *testing.F) {
	for _, text := range []string{
		`""`, `"`, ``, `"soon"`, `"2024-01-31"`, `"2024-01-31T10:20:30Z"`, `"2024-01-31T10:20:30.120+02:00"`, `"2024-01-31T10:20:30.12-23:59"`,
		`"2024-01-31T10:20:30,5Z"`, `"2024-01-31T10:20:30+24:00"`, `"2024-01-31t10:20:30z"`, `"2024-01-31T1:20:30Z"`, `"2024-01-31T10:20:30-00:00"`,
		`"9999-12-31T23:59:60Z"`, `"0001-01-01T00:00:00Z"`, `"0001-01-01T02:00:00+02:00"`, `"0000-12-31T00:00:00Z"`, `"-001-01-01T00:00:00Z"`,
		`"2024-02-30T00:00:00Z"`, `"2024-01-31T10:20:30.123456789Z"`, `"2024-01-31T10:20:30.1234567891Z"`, `"2024-01-31T10:20:30\u005a"`,
		`"2024-01-31T10:20:30Z" `, `null`, `5`, `{}`, `["2024-01-31T10:20:30Z"]`, `"2024-01-31T10:20:30Z""`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var want, got Time
		require.NoError(t, unmarshalQuoted(&want, data))
		require.NoError(t, got.UnmarshalJSON(data))
		require.Equal(t, want, got)
		require.Equal(t, want.Format(time.RFC3339Nano), got.Format(time.RFC3339Nano))
		require.Equal(t, want.Text(), got.Text())
	})
}

func BenchmarkTime(b *testing.B) {
	data := []byte(`"2026-01-31T10:20:30.25Z"`)
	for name, unmarshal := range map[string]func(*Time, []byte) error{"unquoted": (*Time).UnmarshalJSON, "quoted": unmarshalQuoted} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var t Time
				if err := unmarshal(&t, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
