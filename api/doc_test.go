package api_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExamples checks that each exported function, type and method has an example that runs.
func TestExamples(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	fset := token.NewFileSet()
	files := make([]*ast.File, len(names))
	for i, name := range names {
		files[i], err = parser.ParseFile(fset, name, nil, parser.ParseComments)
		require.NoError(t, err)
	}
	pkg, err := doc.NewFromFiles(fset, files, "github.com/suger-go/suger/api")
	require.NoError(t, err)

	check := func(name string, examples []*doc.Example) {
		assert.NotEmpty(t, examples, "%s has no example", name)
		for _, example := range examples {
			assert.NotEmpty(t, example.Output, "the example of %s does not run", name)
		}
	}
	check("the package", pkg.Examples)
	functions := pkg.Funcs
	for _, typ := range pkg.Types {
		check(typ.Name, typ.Examples)
		functions = append(functions, typ.Funcs...)
		for _, method := range typ.Methods {
			switch method.Name {
			case "Error", "Unwrap", "Is": // of an error, which are called by others
			default:
				check(typ.Name+"."+method.Name, method.Examples)
			}
		}
	}
	require.NotEmpty(t, functions)
	for _, function := range functions {
		check(function.Name, function.Examples)
	}
}
