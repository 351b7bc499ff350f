package bench_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// initLine is what the runtime prints of the initialization of a package.
var initLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock`)

// TestImporting checks that a program that imports the client starts no goroutine by it, and does no work to speak of before
// main begins.
func TestImporting(t *testing.T) {
	t.Parallel()
	_, base := start(t, "base")
	goroutines, packages := start(t, "client")
	assert.Equal(t, "1", goroutines)
	require.Contains(t, packages, "github.com/suger-go/suger/gen")
	var total time.Duration
	for name, took := range packages {
		if _, ok := base[name]; !ok {
			total += took
		}
	}
	assert.Less(t, total, time.Millisecond, packages)
}

// start builds and starts one of the programs. It returns how many goroutines there are when main begins, and how long the
// initialization of each package took: the best of a few times, because the machine may be busy.
func start(t *testing.T, program string) (goroutines string, packages map[string]time.Duration) {
	t.Helper()
	path := filepath.Join(t.TempDir(), program)
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./importing/"+program).CombinedOutput()
	require.NoError(t, err, string(out))
	packages = map[string]time.Duration{}
	for range 5 {
		cmd := exec.CommandContext(t.Context(), path)
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		var trace bytes.Buffer
		cmd.Stderr = &trace
		stdout, err := cmd.Output()
		require.NoError(t, err)
		goroutines = strings.TrimSpace(string(stdout))
		for _, match := range initLine.FindAllStringSubmatch(trace.String(), -1) {
			ms, err := strconv.ParseFloat(match[2], 64)
			require.NoError(t, err)
			took := time.Duration(ms * float64(time.Millisecond))
			if best, ok := packages[match[1]]; !ok || took < best {
				packages[match[1]] = took
			}
		}
	}
	return goroutines, packages
}
