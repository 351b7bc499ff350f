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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// initLine is what the runtime prints of the initialization of a package.
var initLine = regexp.MustCompile(`(?m)^init (\S+) @.* clock, (\d+) bytes`)

// TestImporting checks that a program that imports the client starts no goroutine by it, and prepares next to nothing before main
// begins. How long that takes is a figure of the script run.
func TestImporting(t *testing.T) {
	t.Parallel()
	_, base := start(t, "base")
	goroutines, packages := start(t, "client")
	assert.Equal(t, "1", goroutines)
	require.Contains(t, packages, "github.com/suger-go/suger/api") // gen prepares nothing at all
	total := 0
	for name, size := range packages {
		if _, ok := base[name]; !ok {
			total += size
		}
	}
	assert.Less(t, total, 32<<10, packages)
}

// start builds and starts one of the programs. It returns how many goroutines there are when main begins, and how many bytes the
// initialization of each package allocated.
func start(t *testing.T, program string) (goroutines string, packages map[string]int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), program)
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./importing/"+program).CombinedOutput()
	require.NoError(t, err, string(out))
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	cmd.Stderr = &trace
	stdout, err := cmd.Output()
	require.NoError(t, err)
	packages = map[string]int{}
	for _, match := range initLine.FindAllStringSubmatch(trace.String(), -1) {
		packages[match[1]], err = strconv.Atoi(match[2])
		require.NoError(t, err)
	}
	return strings.TrimSpace(string(stdout)), packages
}
