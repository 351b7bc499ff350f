package sugertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseFault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Fault{
		"*=status:503":                                Status(503),
		"offers.get=latency:2s,times:3":               Latency(2 * time.Second).Times(3),
		"Entitlements.Get=future-enum:status,times:1": FutureEnum("status").Times(1),
		"*=html:502,after:1s":                         HTML(502).After("1s"),
		"*=drop-after":                                DropAfter(),
		"*=truncate":                                  Truncate(),
		"*=unknown-property":                          UnknownProperty(),
		"*=drop-before,probability:0.5,times:2":       DropBefore().Probability(0.5, 1).Times(2),
		"*=truncate,skip:2,times:1":                   Truncate().Skip(2).Times(1),
		"*=status:429,after:Sun Nov 6 08:49:37 1994":  Status(429).After("Sun Nov 6 08:49:37 1994"),
	} {
		operation, got, err := ParseFault(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
		_, again, err := ParseFault(operation + "=" + got.String())
		require.NoError(t, err, got)
		assert.Equal(t, got, again, text)
	}
}

func TestParseFaultRefuses(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		"":                         `there is no operation ""`,
		"offers.nothing=truncate":  `there is no operation "offers.nothing"`,
		"*":                        `"" is no fault`,
		"*=fire":                   `"fire" is no fault`,
		"*=truncate:2":             `"truncate:2" is no fault`,
		"*=status:9":               "status:9: want a status from 200 to 599",
		"*=html:600":               "html:600: want a status from 200 to 599",
		"*=latency:long":           "latency:long: want a duration",
		"*=latency:-1s":            "latency:-1s: want a duration",
		"*=future-enum":            "future-enum: want a property",
		"*=truncate,times:0":       "times:0: want a number of 1 or more",
		"*=truncate,skip:-1":       "skip:-1: want a number of 1 or more",
		"*=truncate,probability:2": "probability:2: want a number above 0",
		"*=truncate,never":         `"never" is none of after, skip, times and probability`,
	} {
		_, _, err := ParseFault(text)
		assert.ErrorContains(t, err, message, text)
	}
}

// What is read is written in a form that is read as the same.
func FuzzParseFault(f *testing.F) {
	for _, text := range []string{"*=status:503,after:1s,times:2", "offers.get=latency:1h,probability:1e-9", "*=future-enum:a:b,after:", "*=truncate,,"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		operation, fault, err := ParseFault(text)
		if err != nil {
			return
		}
		_, again, err := ParseFault(operation + "=" + fault.String())
		require.NoError(t, err, "%q was written %q", text, fault)
		assert.Equal(t, fault.String(), again.String(), text)
	})
}
