package gen

import (
	"encoding/json"
	"time"
)

// Time is a point in time as the API writes it: RFC 3339, but also a bare date, which is read as midnight UTC, or an empty
// string. Any other JSON leaves the time zero, so that it does not fail the whole answer. The original JSON is returned by
// Text, and is sent back unchanged until the time is set.
type Time struct {
	time.Time
	raw string // the JSON that was received, if it differs from what MarshalJSON would write
}

// NewTime returns t as a Time.
func NewTime(t time.Time) Time { return Time{Time: t} }

// Text returns the text that the time was received as or will be sent as; JSON other than a string is returned as it is. The
// text of a time that is not set is empty.
func (t Time) Text() string {
	if !t.unchanged() {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339Nano)
	}
	text, ok := jsonText(t.raw)
	if !ok {
		return t.raw
	}
	return text
}

// String returns the Text, so that a time that is not set is printed as nothing instead of as the year 1.
func (t Time) String() string { return t.Text() }

// unchanged reports whether the time is still what raw says.
func (t Time) unchanged() bool {
	if t.raw == "" {
		return false
	}
	text, _ := jsonText(t.raw)
	return parseTime(text).Equal(t.Time)
}

// UnmarshalJSON takes any JSON; null leaves t as it is.
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if len(data) > len(`""`) && data[0] == '"' && data[len(data)-1] == '"' {
		text := string(data[1 : len(data)-1])
		parsed, err := time.Parse(time.RFC3339Nano, text) // package time has a faster way for this layout than for a quoted one
		var written [len(time.RFC3339Nano)]byte
		same := err == nil && string(parsed.AppendFormat(written[:0], time.RFC3339Nano)) == text
		if same && !parsed.IsZero() { // a zero time that was received is kept as it was written, unlike one that is not set
			*t = Time{Time: parsed}
			return nil
		}
	}
	text, _ := jsonText(string(data))
	*t = Time{parseTime(text), string(data)}
	return nil
}

// MarshalJSON returns the JSON that was received or, if the time was set, RFC 3339.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.unchanged() {
		return []byte(t.raw), nil
	}
	return json.Marshal(t.Format(time.RFC3339Nano))
}

func jsonText(data string) (text string, ok bool) {
	err := json.Unmarshal([]byte(data), &text)
	return text, err == nil
}

func parseTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly, time.DateTime, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
