package usage_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports checks that a program that imports the package gets no driver, and nothing else that package api does not need.
func TestImports(t *testing.T) {
	t.Parallel()
	packages := func(path string) []string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", path).Output()
		require.NoError(t, err)
		return strings.Fields(string(out))
	}
	const module = "github.com/suger-go/suger/"
	needed := packages(module + "api")
	own := slices.DeleteFunc(packages("."), func(name string) bool { return slices.Contains(needed, name) })
	assert.ElementsMatch(t, []string{module + "api/usage", module + "api/internal/database"}, own)
}
