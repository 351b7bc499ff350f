package faults

import (
	"os"
	"testing"

	"github.com/suger-go/suger/tests/leak"
)

// TestMain fails the run when goroutines are left after it.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }
