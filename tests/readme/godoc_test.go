package readme

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var goDoc = regexp.MustCompile(`(?m)^go doc (\S+)`)

// TestGoDocLines types the lines with go doc as they stand, in a module that uses this one.
func TestGoDocLines(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	module := t.TempDir()
	goMod := fmt.Sprintf("module example.com/user\n\ngo 1.26.0\n\nrequire github.com/suger-go/suger v0.0.0\n\nreplace github.com/suger-go/suger => %s\n", root)
	require.NoError(t, os.WriteFile(filepath.Join(module, "go.mod"), []byte(goMod), 0o644))
	lines := goDoc.FindAllStringSubmatch(readREADME(t), -1)
	require.NotEmpty(t, lines)
	for _, line := range append(lines, []string{"", "github.com/suger-go/suger/gen.NoSuchService"}) {
		cmd := exec.CommandContext(t.Context(), "go", "doc", line[1])
		cmd.Dir, cmd.Env = module, append(os.Environ(), "GOFLAGS=-mod=mod")
		out, err := cmd.CombinedOutput()
		if strings.HasSuffix(line[1], "NoSuchService") {
			assert.Error(t, err, "a line that is wrong must fail")
			continue
		}
		assert.NoError(t, err, "%s: %s", line[0], out)
		assert.Contains(t, string(out), line[1][strings.LastIndex(line[1], ".")+1:])
	}
}
