package sugertest_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func rename(ctx context.Context, client *api.Client, id, name string) error {
	_, err := client.Entitlements.UpdateName(ctx, id, gen.EntitlementNameUpdateParams{Name: &name})
	return err
}

func TestRename(t *testing.T) {
	srv := sugertest.New(t)
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Name: new("Globex")})
	srv.Fail("entitlements.updateName", sugertest.Status(503).After("1s").Times(1))

	err := rename(t.Context(), srv.Client(), "ent-1", "Globex Corp.") // the code under test

	if err != nil {
		t.Fatal(err)
	}
	if n := len(srv.Requests()); n != 2 {
		t.Errorf("%d requests, want the one that failed and its repeat", n)
	}
	ent, err := srv.Client().Entitlements.Get(t.Context(), "ent-1")
	if err != nil || ent.GetName() != "Globex Corp." {
		t.Error(ent.GetName(), err)
	}
}

// The package's documentation shows the test above, in under thirty lines.
func TestDocumentationShowsATest(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	here, err := os.ReadFile("doc_test.go")
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(doc)) {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			lines = append(lines, code)
		} else if line == "//\n" && len(lines) > 0 {
			lines = append(lines, "\n")
		} else if len(lines) > 0 {
			break
		}
	}
	assert.Less(t, len(lines), 30)
	assert.Contains(t, string(here), strings.TrimSpace(strings.Join(lines, "")))
}
