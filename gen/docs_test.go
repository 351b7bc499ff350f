package gen_test

import (
	"go/ast"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// iterator is what the names of iterators begin with.
var iterator = regexp.MustCompile(`^(All|QueryAll|SearchAll)([A-Z]|$)`)

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
			if d.Recv != nil && iterator.MatchString(d.Name.Name) {
				iterators++
				for _, text := range []string{"A loop that deletes the items", "api.Collect", "*ListError with the "} {
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
	assert.Equal(t, 29, iterators)
	for name, texts := range map[string][]string{
		"AllTickets":             {"1000 if it is not set", "*ListError with the offset", "api.Ahead"},
		"QueryAllAuditingEvents": {"1000 if it is not set", "*ListError with the number of the page", "api.Ahead"},
		"SearchAll":              {"its cursor is where to start", "*ListError with the cursor"},
		"AllEvents":              {"*ListError with the offset", "only events of priority `HIGH` and `CRITICAL` come"},
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
