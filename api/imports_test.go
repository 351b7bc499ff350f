package api_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports checks that a program that imports the client gets nothing that it does not need: not the validator, the bundler
// or the fake.
func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	require.NoError(t, err)
	packages := strings.Fields(string(out))
	const module = "github.com/suger-go/suger"
	require.Contains(t, packages, module+"/api")
	for _, name := range packages {
		if name == module+"/api" || name == module+"/gen" {
			continue
		}
		assert.True(t, slices.ContainsFunc([]string{
			"golang.org/x/oauth2", "golang.org/x/time", "github.com/google/uuid", "github.com/oapi-codegen/runtime", "github.com/apapsch/go-jsonmerge",
		}, func(allowed string) bool { return name == allowed || strings.HasPrefix(name, allowed+"/") }), name)
	}
}
