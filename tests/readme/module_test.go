package readme

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestModuleWithoutRelease types what the README says about using a clone, in a module of its own, and builds its program.
func TestModuleWithoutRelease(t *testing.T) {
	t.Parallel()
	readme := readREADME(t)
	program := regexp.MustCompile("(?s)```go\n(package main.*?)```").FindStringSubmatch(readme)
	require.NotNil(t, program)
	for _, name := range []string{"workspace", "replace", ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			module := filepath.Join(dir, "mine")
			clone(t, filepath.Join(dir, "suger"))
			require.NoError(t, os.Mkdir(module, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(module, "main.go"), []byte(program[1]), 0o644))
			script := "go mod init example.com/mine\n"
			if name != "" {
				lines := regexp.MustCompile("(?s)<!-- readme: " + name + " -->\n```sh\n(.*?)```").FindStringSubmatch(readme)
				require.NotNil(t, lines)
				script += lines[1]
			}
			cmd := exec.CommandContext(t.Context(), "bash", "-euc", script+"go build -o /dev/null .")
			cmd.Dir, cmd.Env = module, append(os.Environ(), "GOSUMDB=off")
			out, err := cmd.CombinedOutput()
			if name == "" {
				assert.Error(t, err, "a module that does without must fail, or the others prove nothing")
				return
			}
			assert.NoError(t, err, "%s", out)
		})
	}
}

// clone makes a folder that has what is in this repository.
func clone(t *testing.T, dir string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(root, dir))
}
