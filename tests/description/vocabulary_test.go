package description

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	codeQuotes = regexp.MustCompile("`[^`]*`")
	wrongID    = regexp.MustCompile(`\b(id|ids|Id|Ids)\b`)
)

// TestVocabulary holds the texts of operations and parameters to what a reader of the Go comments needs: they are sentences
// and write ID in one way. The comment of a parameter is its description, without the field's name before it.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	parameters := 0
	for _, op := range operations(t) {
		texts := map[string]string{"description": op.Description}
		for _, list := range []openapi3.Parameters{op.item.Parameters, op.Parameters} {
			for _, parameter := range list {
				parameters++
				texts[parameter.Value.Name] = parameter.Value.Description
				assert.False(t, strings.HasPrefix(parameter.Value.Description, "Only "), "%s: %s", op.OperationID, parameter.Value.Name)
			}
		}
		for name, text := range texts {
			assert.True(t, strings.HasSuffix(text, "."), "%s: %s is no sentence: %q", op.OperationID, name, text)
			assert.NotRegexp(t, wrongID, codeQuotes.ReplaceAllString(text, ""), "%s: %s", op.OperationID, name)
		}
	}
	assert.Greater(t, parameters, 200)
}

// TestParameterComments checks that the comment of a query parameter is its description, wherever the field is generated.
func TestParameterComments(t *testing.T) {
	t.Parallel()
	descriptions := map[string]bool{}
	for _, op := range operations(t) {
		for _, parameter := range op.Parameters {
			descriptions[strings.TrimSpace(parameter.Value.Description)] = true
		}
	}
	files, err := filepath.Glob("../../gen/*.gen.go")
	require.NoError(t, err)
	fields := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			d, ok := declaration.(*ast.GenDecl)
			if !ok || !strings.Contains(d.Doc.Text(), "holds the query parameters of") {
				continue
			}
			for _, field := range d.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType).Fields.List {
				fields++
				assert.Contains(t, descriptions, strings.TrimSpace(field.Doc.Text()), field.Names[0].Name)
			}
		}
	}
	assert.Greater(t, fields, 100)
}
