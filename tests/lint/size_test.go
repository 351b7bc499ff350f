// Package lint holds the rules of the house that no linter has.
package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSizes wants every file of Go that a person writes, and every function in it, short enough to be read at one go.
func TestSizes(t *testing.T) {
	t.Parallel()
	set := token.NewFileSet()
	check := func(start, end token.Pos, most int) {
		from := set.Position(start)
		if lines := set.Position(end).Line - from.Line + 1; lines > most {
			t.Errorf("%s: %d lines, want %d at most", from, lines, most)
		}
	}
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == ".cache", entry.Name() == "node_modules": // which are not ours
			return fs.SkipDir
		case filepath.Ext(path) != ".go", strings.HasSuffix(path, ".gen.go"):
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		check(file.FileStart, file.FileEnd, 400)
		ast.Inspect(file, func(node ast.Node) bool {
			switch node.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				check(node.Pos(), node.End(), 60)
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, set.Base(), 1, "no file was read")
}
