package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDemo(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out))
	for _, line := range []string{
		"Entitlement 7c9e6679-7425-40de-944b-e07fc1f90ae7: Globex, Analytics Enterprise 2026",
		"committed  120000.00 USD, invoiced 62400.00, disbursed 29100.00",
		"term       2026-02-01 to 2027-02-01",
		`is now "call first"`,
		"action NOTIFY_CONTACTS",
		"A newer server has notified them",
		"404 Not Found: entitlement not found",
	} {
		assert.Contains(t, out.String(), line)
	}
}

func TestExampleNamesWhatIsMissing(t *testing.T) {
	_, err := example[struct{}]("NoSuchExample")
	assert.ErrorContains(t, err, "NoSuchExample")
}
