// Package examples checks the examples in the documentation of the packages.
package examples

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

// TestExamples checks that each example runs and shows all that it uses, and that every exported function, type and method of
// the hand-written packages has one.
func TestExamples(t *testing.T) {
	t.Parallel()
	for dir, everyName := range map[string]bool{
		"api": true, "api/signup": true, "api/sugertest": true, "api/usage": false, "api/webhook": true, "gen": false, "openapi": true,
		"tests/bench": false,
	} {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			pkg := parse(t, filepath.Join("../..", dir))
			names := 0
			for name, examples := range byName(pkg) {
				names++
				if everyName {
					assert.NotEmpty(t, examples, "%s has no example", name)
				}
				for _, example := range examples {
					assert.True(t, example.Output != "" || example.EmptyOutput, "the example of %s does not run", name)
					checkComplete(t, name, example)
				}
			}
			assert.Greater(t, names, 1)
		})
	}
}

func parse(t *testing.T, dir string) *doc.Package {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	fset := token.NewFileSet()
	files := make([]*ast.File, len(names))
	for i, name := range names {
		files[i], err = parser.ParseFile(fset, name, nil, parser.ParseComments)
		require.NoError(t, err)
	}
	pkg, err := doc.NewFromFiles(fset, files, dir)
	require.NoError(t, err)
	return pkg
}

// byName returns the examples of the package and of each of its functions, types and methods.
func byName(pkg *doc.Package) map[string][]*doc.Example {
	all := map[string][]*doc.Example{"the package": pkg.Examples}
	functions := pkg.Funcs
	for _, typ := range pkg.Types {
		all[typ.Name] = typ.Examples
		functions = append(functions, typ.Funcs...)
		for _, method := range typ.Methods {
			switch method.Name {
			case "Error", "Unwrap", "Is": // of an error, which are called by others
			default:
				all[typ.Name+"."+method.Name] = method.Examples
			}
		}
	}
	for _, function := range functions {
		all[function.Name] = function.Examples
	}
	return all
}

// checkComplete checks that what is shown of an example, its body or the file that is made for it, uses nothing else of the
// tests: a variable, or a function that hides what is done.
func checkComplete(t *testing.T, name string, example *doc.Example) {
	t.Helper()
	if !assert.NotNil(t, example.Play, "the example %q of %s uses what is in other files", example.Suffix, name) {
		return
	}
	if _, isFile := example.Code.(*ast.File); isFile {
		return
	}
	for _, decl := range example.Play.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			assert.Equal(t, "main", decl.Name.Name, "the example %q of %s uses what is beside it", example.Suffix, name)
		case *ast.GenDecl:
			assert.Equal(t, token.IMPORT, decl.Tok, "the example %q of %s uses what is beside it", example.Suffix, name)
		}
	}
}
