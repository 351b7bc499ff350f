package gen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/operations"
)

// generated returns the generated files of the package by their names.
func generated(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.gen.go")
	require.NoError(t, err)
	files := map[string]*ast.File{}
	for _, name := range names {
		files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
	}
	return files
}

// TestGeneratedFilesByKind checks that each generated file says that it is one, and has one kind of declarations. The only
// functions are those that make a service, so that "go doc" begins with the types and services.
func TestGeneratedFilesByKind(t *testing.T) {
	t.Parallel()
	files := generated(t)
	require.Len(t, files, 3)
	counts := map[string]int{}
	for name, file := range files {
		assert.True(t, ast.IsGenerated(file), name)
		for _, declaration := range file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() {
				continue
			}
			counts[name]++
			of := strings.TrimPrefix(f.Name.Name, "New")
			if f.Recv != nil {
				receiver := f.Recv.List[0].Type
				if pointer, ok := receiver.(*ast.StarExpr); ok {
					receiver = pointer.X
				}
				of = receiver.(*ast.Ident).Name
			}
			isService := slices.ContainsFunc(operations.Services(nil, "org"), func(s reflect.Value) bool { return s.Type().Elem().Name() == of })
			isGetter := !isService && f.Recv != nil && strings.HasPrefix(f.Name.Name, "Get") && f.Type.Params.NumFields() == 0
			assert.Equal(t, name == "services.gen.go", isService, "%s in %s", f.Name, name)
			assert.Equal(t, name == "getters.gen.go", isGetter, "%s in %s", f.Name, name)
			assert.False(t, f.Recv == nil && !isService, "%s is a function", f.Name)
		}
	}
	assert.Greater(t, counts["types.gen.go"], 100)
	assert.Greater(t, counts["getters.gen.go"], 2000)
	assert.Greater(t, counts["services.gen.go"], 100)
}

// TestTemplatesHoldNoPlainGo checks that code which the description does not change is in a Go file, where tools see it.
func TestTemplatesHoldNoPlainGo(t *testing.T) {
	t.Parallel()
	templates := 0
	require.NoError(t, fs.WalkDir(os.DirFS("templates"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		templates++
		text, err := fs.ReadFile(os.DirFS("templates"), name)
		if err != nil {
			return err
		}
		plain, isAction := 0, false
		for i, line := range strings.Split(string(text), "\n") {
			isAction = isAction || strings.Contains(line, "{{")
			switch {
			case isAction:
				plain = 0
			case strings.TrimSpace(line) != "":
				plain++
			}
			isAction = strings.LastIndex(line, "{{") > strings.LastIndex(line, "}}") || isAction && !strings.Contains(line, "}}")
			assert.LessOrEqual(t, plain, 10, "%s:%d", name, i+1)
		}
		return nil
	}))
	assert.Greater(t, templates, 5)
}
