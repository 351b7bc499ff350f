package description

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/operations"
)

var (
	codeQuotes = regexp.MustCompile("`[^`]*`")
	wrongID    = regexp.MustCompile(`\b(id|ids|Id|Ids)\b`)
)

// TestVocabulary holds the descriptions of operations and parameters to what a reader of the Go comments needs: they are
// sentences, and they write ID in one way.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	for _, op := range operations.All(t) {
		descriptions := map[string]string{"": op.Description}
		for _, parameter := range slices.Concat(op.Item.Parameters, op.Parameters) {
			descriptions[parameter.Value.Name] = parameter.Value.Description
		}
		for name, text := range descriptions {
			assert.True(t, strings.HasSuffix(text, "."), "%s %s: not a sentence: %s", op.OperationID, name, text)
			assert.False(t, strings.HasPrefix(text, "Only "), "%s %s: not a sentence: %s", op.OperationID, name, text)
			assert.NotRegexp(t, wrongID, codeQuotes.ReplaceAllString(text, ""), "%s %s", op.OperationID, name)
		}
	}
}

// TestParameterComments checks that the comment of a query parameter is its description, without the name of the field.
func TestParameterComments(t *testing.T) {
	t.Parallel()
	descriptions, parameters := map[string]bool{}, 0
	for _, op := range operations.All(t) {
		for _, parameter := range op.ParametersIn(openapi3.ParameterInQuery) {
			descriptions[strings.TrimSpace(parameter.Description)] = true
			parameters++
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
	assert.Equal(t, parameters, fields)
}
