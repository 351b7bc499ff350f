package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain runs the tests, or is a process that the demo starts.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		os.Exit(m.Run())
	}
	if err := report(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

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
		taken + "\nIt is killed: ",
		"Suger was asked to take them 2 times, and has 100 hours.",
	} {
		assert.Contains(t, out.String(), line)
	}
}

func TestExampleNamesWhatIsMissing(t *testing.T) {
	_, err := example[struct{}]("NoSuchExample")
	assert.ErrorContains(t, err, "NoSuchExample")
}
