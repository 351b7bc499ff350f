package docs_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/openapi"
	"github.com/suger-go/suger/tests/docs"
)

// facts reads the committed facts of a page.
func facts(t *testing.T, name string) *docs.Page {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "docs", name+".json"))
	require.NoError(t, err)
	var page docs.Page
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&page))
	again, err := page.JSON()
	require.NoError(t, err)
	require.Equal(t, string(data), string(again), "the facts of %s are not as docs-drift -facts writes them", name)
	return &page
}

// sharedDescription is for tests that only read it: with the race detector on, loading it takes seconds.
var sharedDescription = sync.OnceValues(openapi.Load)

func description(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := sharedDescription()
	require.NoError(t, err)
	return doc
}

// figures count what a tree has.
type figures struct{ properties, untyped, maps, rules, enums, values int }

func count(s *docs.Schema) figures {
	var f figures
	if s == nil {
		return f
	}
	f.properties = len(s.Properties)
	f.rules = len(s.Rules)
	f.values = len(s.Enum)
	if s.Enum != nil {
		f.enums = 1
	}
	if s.Values != nil {
		f.maps = 1
	}
	children := slices.Clone(s.Properties)
	for _, p := range s.Properties {
		if p.Type == "" {
			f.untyped++
		}
	}
	for _, child := range append(children, s.Items, s.Values) {
		c := count(child)
		f.properties += c.properties
		f.untyped += c.untyped
		f.maps += c.maps
		f.rules += c.rules
		f.enums += c.enums
		f.values += c.values
	}
	return f
}

// countOpen counts the properties of which a tree leaves open in which object they are.
func countOpen(s *docs.Schema) (n int) {
	if s == nil {
		return 0
	}
	if s.Up != nil {
		n++
	}
	for _, child := range append([]*docs.Schema{s.Items, s.Values}, s.Properties...) {
		n += countOpen(child)
	}
	return n
}

// The figures were counted in the saved pages with grep, not by the parser.
var pages = map[string]struct {
	operation     string
	parameters    []string
	body, answer  figures
	statuses      []string
	operations    int // in the side bar
	open          int // properties that the page leaves open in which object they are
	decodeExample func([]byte) (any, error)
}{
	"get-entitlement.1": {
		operation:  "GET /org/{orgId}/entitlement/{entitlementId}",
		parameters: []string{"orgId", "entitlementId"},
		answer:     figures{properties: 411, untyped: 1, maps: 3, rules: 8, enums: 35, values: 291},
		statuses:   []string{""},
		open:       42,
	},
	"update-offer-meta-info.1": {
		operation:  "PATCH /org/{orgId}/offer/{offerId}/metaInfo",
		parameters: []string{"orgId", "offerId"},
		body:       figures{properties: 78, untyped: 1, maps: 2, rules: 1, enums: 12, values: 165},
		answer:     figures{properties: 78, untyped: 1, maps: 2, rules: 1, enums: 12, values: 165},
		statuses:   []string{""},
	},
	"update-offer-meta-info.2": {
		operation:     "PATCH /org/{orgId}/offer/{offerId}/metaInfo",
		parameters:    []string{"orgId", "offerId"},
		body:          figures{properties: 78, untyped: 1, maps: 2, rules: 1, enums: 12, values: 176},
		answer:        figures{properties: 78, untyped: 1, maps: 2, rules: 1, enums: 12, values: 176},
		statuses:      []string{"200", "400", "405", "500"},
		operations:    105,
		decodeExample: decode[gen.MetaInfo],
	},
	"notify-offer-contacts.1": {
		operation:     "POST /org/{orgId}/offer/{offerId}/notifyContacts",
		parameters:    []string{"orgId", "offerId"},
		answer:        figures{properties: 30, enums: 8, values: 130},
		statuses:      []string{"200", "400", "405", "500"},
		decodeExample: decode[gen.NotificationEvent],
	},
	"notify-offer-contacts.2": {
		operation:     "POST /org/{orgId}/offer/{offerId}/notifyContacts",
		parameters:    []string{"orgId", "offerId"},
		answer:        figures{properties: 31, untyped: 1, maps: 1, enums: 8, values: 139},
		statuses:      []string{"200", "400", "405", "500"},
		operations:    105,
		decodeExample: decode[gen.NotificationEvent],
	},
}

func decode[T any](data []byte) (any, error) {
	var v T
	err := json.Unmarshal(data, &v)
	return v, err
}

// TestFacts holds the committed facts to be complete.
func TestFacts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "testdata", "docs", "*.json"))
	require.NoError(t, err)
	var committed []string
	for _, file := range files {
		committed = append(committed, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	require.Equal(t, slices.Sorted(maps.Keys(pages)), committed)

	for name, want := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := facts(t, name)
			assert.Equal(t, want.operation, page.Method+" "+page.Path)
			var parameters, statuses []string
			for _, p := range page.Parameters {
				parameters = append(parameters, p.Name)
				assert.Equal(t, "path", p.In)
				assert.True(t, p.Required)
			}
			assert.Equal(t, want.parameters, parameters)
			for _, r := range page.Responses {
				statuses = append(statuses, r.Status)
			}
			assert.Equal(t, want.statuses, statuses)
			if page.Body != nil {
				assert.Equal(t, want.body, count(page.Body.Schema))
			} else {
				assert.Zero(t, want.body)
			}
			assert.Equal(t, want.answer, count(page.Responses[0].Schema))
			assert.Equal(t, want.open, countOpen(page.Responses[0].Schema))
			if page.Body != nil {
				assert.Zero(t, countOpen(page.Body.Schema))
			}
			operations := 0
			for _, group := range page.SideBar {
				operations += len(group.Operations)
			}
			assert.Equal(t, want.operations, operations)
			if example := page.Responses[0].Example; want.decodeExample != nil {
				assert.Equal(t, outlineOfExample(t, example), outlineOfSchema(page.Responses[0].Schema), "the example is nested like the tree")
			} else {
				assert.Empty(t, example)
			}
		})
	}
}

// outlineOfSchema returns the names in a tree, nested. A property without a type is not in an example.
func outlineOfSchema(s *docs.Schema) any {
	switch {
	case s.Items != nil:
		return []any{outlineOfSchema(s.Items)}
	case s.Type == "object":
		outline := map[string]any{}
		for _, p := range s.Properties {
			if p.Type != "" {
				outline[p.Name] = outlineOfSchema(p)
			}
		}
		return outline
	}
	return nil
}

func outlineOfExample(t *testing.T, example json.RawMessage) any {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(example, &v))
	var outline func(any) any
	outline = func(v any) any {
		switch v := v.(type) {
		case []any:
			return []any{outline(v[0])}
		case map[string]any:
			for name := range v {
				v[name] = outline(v[name])
			}
			return v
		}
		return nil
	}
	return outline(v)
}

// TestDescription holds the description to the pages.
func TestDescription(t *testing.T) {
	t.Parallel()
	doc := description(t)
	for name := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := facts(t, name)
			assert.Empty(t, docs.Drift(page, doc))

			item := doc.Paths.Value(page.Path)
			require.NotNil(t, item)
			op := item.GetOperation(page.Method)
			require.NotNil(t, op)
			assert.Equal(t, page.Title, op.Extensions["x-docs-page"])
		})
	}
}

// TestExamples holds the pages' examples to the description, and the generated types to lose nothing of them. Notifying
// contacts may also answer with an empty string, which the description allows as well.
func TestExamples(t *testing.T) {
	t.Parallel()
	doc := description(t)
	for name, want := range pages {
		if want.decodeExample == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := facts(t, name)
			example := page.Responses[0].Example
			content := doc.Paths.Value(page.Path).GetOperation(page.Method).Responses.Value("200").Value.Content
			var v any
			require.NoError(t, json.Unmarshal(example, &v))
			require.NoError(t, content.Get("application/json").Schema.Value.VisitJSON(v, openapi3.EnableFormatValidation()))

			decoded, err := want.decodeExample(example)
			require.NoError(t, err)
			encoded, err := json.Marshal(decoded)
			require.NoError(t, err)
			assert.JSONEq(t, string(example), string(encoded))
		})
	}
}
