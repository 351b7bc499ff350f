package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const changelog = `# Changelog

Items that break callers start with **Breaking:**

## [0.2.0] - unreleased

### Removed
- **Breaking:** the colour of offers.

## [0.1.0] - 2026-01-31

### Added
- Offers.
`

func TestEntryIsTheTopmost(t *testing.T) {
	t.Parallel()
	e, err := parseEntry(changelog, version{0, 2, 0})
	require.NoError(t, err)
	assert.True(t, e.saysBreaking())
	assert.NotContains(t, e, "- Offers.")

	for _, v := range []version{{0, 1, 0}, {0, 3, 0}} {
		_, err = parseEntry(changelog, v)
		assert.ErrorContains(t, err, "topmost entry of CHANGELOG.md is 0.2.0")
	}
	_, err = parseEntry("# Changelog\n", version{0, 1, 0})
	assert.ErrorContains(t, err, "no entry")
}

func TestOnlyAnItemSaysBreaking(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"\n- **Breaking:** offers have no colour.\n": true,
		"\n- Offers have a colour.\n":                false,
		"\nNothing is **Breaking:** here.\n":         false,
	} {
		assert.Equal(t, want, entry(text).saysBreaking(), "%q", text)
	}
}
