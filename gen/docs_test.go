package gen_test

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDocs checks that the comments say what a loop, a program that waits and a program that bills rely on.
func TestDocs(t *testing.T) {
	t.Parallel()
	var declarations []ast.Decl
	for _, file := range generated(t) {
		declarations = append(declarations, file.Decls...)
	}
	docs, iterators := map[string]string{}, 0
	for _, declaration := range declarations {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			doc := strings.Join(strings.Fields(d.Doc.Text()), " ")
			docs[d.Name.Name] = doc
			if d.Recv != nil && strings.HasPrefix(d.Name.Name, "All") {
				iterators++
				for _, text := range []string{"A loop that deletes the items", "api.Collect", "*ListError with the offset"} {
					assert.Contains(t, doc, text, d.Name.Name)
				}
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if typ, ok := spec.(*ast.TypeSpec); ok {
					docs[typ.Name.Name] = strings.Join(strings.Fields(d.Doc.Text()), " ")
				}
			}
		}
	}
	assert.Greater(t, iterators, 15)
	for name, texts := range map[string][]string{
		"AllEvents":              {"only events of priority `HIGH` and `CRITICAL` come"},
		"OfferStatus":            {"published", "final"},
		"UsageRecordGroupStatus": {"bills", "not billed", "not known to change any more"},
		"InvoiceStatus":          {"issued", "final"},
		"GetExpireTime":          {"IsZero"},
		"ReportUsageRecordGroup": {"billed", "`INVALID` is stored but nobody bills it"},
	} {
		for _, text := range texts {
			assert.Contains(t, docs[name], text, name)
		}
	}
}
