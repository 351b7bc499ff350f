// Package usage_test proves that package api/usage loses no usage and counts none twice: processes that add events and report
// them are killed again and again, while the fake server fails in every way that it knows.
package usage_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/suger-go/suger/tests/leak"
)

// count is how many events a proof adds.
var count = flag.Int("events", 3000, "how many events the proof on SQLite adds; .ci/run adds 50,000, as the proof on Postgres does")

// TestMain runs the tests and fails when goroutines are left after them, or is one of the processes that a test kills.
func TestMain(m *testing.M) {
	if settings := os.Getenv(producerEnv); settings != "" {
		if err := produce(settings, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(leak.Run(m))
}
