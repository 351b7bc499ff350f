package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhichVersionMayBreakWhich(t *testing.T) {
	t.Parallel()
	tests := []struct {
		before, now string
		want        bool
	}{
		{"0.1.0", "0.1.0", false},
		{"0.1.0", "0.1.9", false},
		{"0.1.9", "0.2.0", true},
		{"0.9.0", "0.10.0", true},
		{"0.2.0", "0.1.0", false},
		{"0.2.0", "1.0.0", true},
		{"1.2.3", "1.3.0", false},
		{"1.2.3", "2.0.0", true},
		{"2.0.0", "1.9.9", false},
	}
	for _, test := range tests {
		before, err := parseVersion(test.before)
		require.NoError(t, err)
		now, err := parseVersion(test.now)
		require.NoError(t, err)
		assert.Equal(t, test.want, now.mayBreak(before), "%s after %s", test.now, test.before)
	}
}

func TestParseVersionRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "1", "1.2", "v1.2.3", "1.2.3-rc1", "1.2.03", "1.2.-3", "1.2.3.4", "a.b.c"} {
		_, err := parseVersion(text)
		assert.Error(t, err, "%q", text)
	}
}
