package api_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/suger-go/suger/"

// imports returns the packages outside of the standard library that a program with an import of the path gets.
func imports(t *testing.T, path string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", path).Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}

// TestImports checks that a program that imports the client gets nothing that it does not need: not the validator, the bundler
// or the fake.
func TestImports(t *testing.T) {
	t.Parallel()
	packages := imports(t, module+"api")
	require.Contains(t, packages, module+"api")
	for _, name := range packages {
		if name == module+"api" || name == module+"gen" {
			continue
		}
		assert.True(t, slices.ContainsFunc([]string{
			"golang.org/x/oauth2", "golang.org/x/time", "github.com/google/uuid", "github.com/oapi-codegen/runtime", "github.com/apapsch/go-jsonmerge",
		}, func(allowed string) bool { return name == allowed || strings.HasPrefix(name, allowed+"/") }), name)
	}
}

// TestImportsOfTheOthers checks that a package beside the client brings no driver, and nothing else that the client does not need.
func TestImportsOfTheOthers(t *testing.T) {
	t.Parallel()
	needed := imports(t, module+"api")
	for path, more := range map[string][]string{
		"api/signup":  nil,
		"api/usage":   {module + "api/internal/database"},
		"api/webhook": {module + "api/internal/database"},
	} {
		own := slices.DeleteFunc(imports(t, module+path), func(name string) bool { return slices.Contains(needed, name) })
		assert.ElementsMatch(t, append(more, module+path), own, path)
	}
}
