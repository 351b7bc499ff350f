package sugertest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rooms are how the names of files begin, from the lowest room to the highest. All other files are the server.
var rooms = []string{"description", "state", "effects", ""}

func roomOf(file string) int {
	return slices.IndexFunc(rooms, func(room string) bool { return strings.HasPrefix(filepath.Base(file), room) })
}

// sources parses the files of the package, without its tests.
func sources(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, file)
	}
	return fset, files
}

// No file uses what is declared in a room above its own: functions, types, variables, methods or fields.
func TestRooms(t *testing.T) {
	t.Parallel()
	fset, files := sources(t)
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Error: func(error) {}} // without imports: other packages do not matter here
	pkg, _ := config.Check("sugertest", fset, files, info)
	down := map[[2]int]int{} // uses from one room of another
	for identifier, object := range info.Uses {
		if object.Pkg() != pkg {
			continue
		}
		at, declared := fset.Position(identifier.Pos()), fset.Position(object.Pos())
		down[[2]int{roomOf(at.Filename), roomOf(declared.Filename)}]++
		assert.LessOrEqual(t, roomOf(declared.Filename), roomOf(at.Filename), "%s: %s is declared in %s", at, identifier.Name, declared)
	}
	for room := 1; room < len(rooms); room++ {
		assert.NotZero(t, down[[2]int{room, room - 1}], "each room uses the next one, or the test sees nothing")
	}
}

// A function and a method, or methods of two types, do not share a name, but for the synthesizer's, which nobody else calls.
func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	_, files := sources(t)
	seen := map[string]bool{}
	for _, file := range files {
		for _, declaration := range file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || f.Name.IsExported() || f.Recv != nil && strings.Contains(types.ExprString(f.Recv.List[0].Type), "synthesizer") {
				continue
			}
			assert.False(t, seen[f.Name.Name], "%s is declared twice", f.Name.Name)
			seen[f.Name.Name] = true
		}
	}
}

// An effect is declared in the file of the tag of its operation.
func TestEffectsLieByTag(t *testing.T) {
	t.Parallel()
	tags := map[string]string{}
	for _, op := range loadDescription().operations {
		tags[op.id] = op.route.Operation.Tags[0]
	}
	fset, files := sources(t)
	found := map[string]bool{}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			table, ok := node.(*ast.CompositeLit)
			if !ok || table.Type == nil || types.ExprString(table.Type) != "map[string]effect" {
				return true
			}
			for _, entry := range table.Elts {
				id := literal(entry.(*ast.KeyValueExpr).Key)
				found[id] = true
				assert.Equal(t, "effects_"+strings.ToLower(strings.TrimSuffix(tags[id], "s"))+".go", fset.Position(entry.Pos()).Filename, id)
			}
			return true
		})
	}
	assert.Len(t, found, len(effects), "an effect stands in two tables")
	for id := range effects {
		assert.Contains(t, found, id)
	}
}
