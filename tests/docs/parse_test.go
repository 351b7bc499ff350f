package docs_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/docs"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ page, facts string }{
		"lines":    {linePage, linePageFacts},
		"words":    {wordPage, wordPageFacts},
		"nameless": {namelessPage, namelessPageFacts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for ending, text := range map[string]string{"LF": tt.page, "CRLF": strings.ReplaceAll(tt.page, "\n", "\r\n")} {
				page, err := docs.Parse(text, nil)
				require.NoError(t, err, ending)
				facts, err := page.JSON()
				require.NoError(t, err, ending)
				assert.Equal(t, tt.facts, string(facts), ending)
			}
		})
	}
}

// answerPage returns a page of the layout with lines of their own whose answer has the given lines.
func answerPage(lines ...string) string {
	return "get it\nGET\n/zoo/:zooId\nRequest\nPath Parameters\nzooId\nstring\nrequired\nResponses\n200\nOK\napplication/json\n" +
		"Schema\nExample (from schema)\nSchema\n" + strings.Join(lines, "\n")
}

// names lists the properties of a tree, each with its path.
func names(s *docs.Schema) []string {
	if s == nil {
		return nil
	}
	var list []string
	for _, p := range s.Properties {
		list = append(list, p.Name)
		for _, inner := range names(p) {
			list = append(list, p.Name+"."+inner)
		}
	}
	return append(append(list, names(s.Items)...), names(s.Values)...)
}

func TestParseNesting(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi": "3.0.3", "info": {"title": "Zoo", "version": "1"},
		"paths": {"/zoo/{zooId}": {"get": {"responses": {"200": {"description": "A zoo", "content": {"application/json": {"schema": {
			"properties": {"keeper": {"allOf": [{"properties": {"name": {"type": "string"}}}]}, "opened": {}, "owner": {}}}}}}}}}}}`))
	require.NoError(t, err)

	keeper := []string{"keeper", "object", "name", "string"}
	tests := map[string]struct {
		lines []string
		doc   *openapi3.T
		want  []string
	}{
		"the alphabet ends an object": {
			lines: append(keeper, "lake", "object", "depth", "number"),
			want:  []string{"keeper", "keeper.name", "lake", "lake.depth"},
		},
		"the innermost object, if nothing tells": {
			lines: append(keeper, "opened", "string"),
			want:  []string{"keeper", "keeper.name", "keeper.opened"},
		},
		"the example ends an object": {
			lines: append(keeper, "opened", "string", `{`, `"keeper": {"name": ""}, "opened": ""`, `}`),
			want:  []string{"keeper", "keeper.name", "opened"},
		},
		"the description ends an object": {
			lines: append(keeper, "opened", "string"),
			doc:   doc,
			want:  []string{"keeper", "keeper.name", "opened"},
		},
		"the example overrules the description": {
			lines: append(keeper, "opened", "string", `{`, `"keeper": {"name": "", "opened": ""}`, `}`),
			doc:   doc,
			want:  []string{"keeper", "keeper.name", "keeper.opened"},
		},
		"a name that an object has already": {
			lines: append(keeper, "name", "string"),
			want:  []string{"keeper", "keeper.name", "name"},
		},
		"a word that is a sentence": {
			lines: append(keeper, "Deprecated", "name", "opened:", "name"),
			want:  []string{"keeper", "keeper.name", "name"},
		},
		"the values of a map are last": {
			lines: []string{"keepers", "object", "property name*", "string", "visitors", "number"},
			want:  []string{"keepers", "visitors"},
		},
		"arrays of arrays": {
			lines: []string{"grid", "object[][]", "Array [", "Array [", "x", "number", "]", "]", "opened", "string"},
			want:  []string{"grid", "grid.x", "opened"},
		},
		"properties that are named like words of the page": {
			lines: []string{"Responses", "string", "required", "boolean", "string", "string", "type", "object"},
			want:  []string{"Responses", "required", "string", "type"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := docs.Parse(answerPage(tt.lines...), tt.doc)
			require.NoError(t, err)
			assert.Equal(t, tt.want, names(page.Responses[0].Schema))
		})
	}
}

func TestParseValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lines []string
		want  docs.Schema
	}{
		"length":           {[]string{"x", "string", "Possible values: >= 2 characters and <= 3 characters"}, docs.Schema{Type: "string", Rules: map[string]any{"minLength": 2.0, "maxLength": 3.0}}},
		"items":            {[]string{"x", "string[]", "Possible values:", "<= 10"}, docs.Schema{Type: "array", Items: &docs.Schema{Type: "string"}, Rules: map[string]any{"maxItems": 10.0}}},
		"limit and list":   {[]string{"x", "string", "Possible values:", "non-empty", ",", "[", "A", ",", "B", "]"}, docs.Schema{Type: "string", Rules: map[string]any{"minLength": 1.0}, Enum: []string{"A", "B"}}},
		"negative":         {[]string{"x", "integer", "Possible values: > -5 and < 5"}, docs.Schema{Type: "integer", Rules: map[string]any{"minimum": -5.0, "exclusiveMinimum": true, "maximum": 5.0, "exclusiveMaximum": true}}},
		"pattern":          {[]string{"x", "string", "Possible values: Value must match regular expression ^[a-z]+ and <= 3$"}, docs.Schema{Type: "string", Rules: map[string]any{"pattern": "^[a-z]+ and <= 3$"}}},
		"default string":   {[]string{"x", "string", "Default value: `10`"}, docs.Schema{Type: "string", Rules: map[string]any{"default": "10"}}},
		"default boolean":  {[]string{"x", "boolean", "Default value:", "true"}, docs.Schema{Type: "boolean", Rules: map[string]any{"default": true}}},
		"an example value": {[]string{"x", "string", "Example:", "word"}, docs.Schema{Type: "string"}},
		"numbers as list":  {[]string{"x", "integer", "Possible values: [1, 2]"}, docs.Schema{Type: "integer", Enum: []string{"1", "2"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := docs.Parse(answerPage(tt.lines...), nil)
			require.NoError(t, err)
			tt.want.Name = "x"
			assert.Equal(t, []*docs.Schema{&tt.want}, page.Responses[0].Schema.Properties)
		})
	}
}

// The lists of a nameless page go to the example only if all of them fit.
func TestParseNamelessLists(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse(strings.Replace(namelessPage, "Possible values: [SMALL]", "Possible values: [LARGE]", 1), nil)
	require.NoError(t, err)
	answer := page.Responses[0].Schema
	assert.Equal(t, [][]string{{"", "HAY", "FISH"}, {"LARGE"}}, answer.Enums)
	assert.Empty(t, answer.Properties[0].Enum)

	page, err = docs.Parse(strings.Replace(namelessPage, "array\nWhat to give", "dish\nobject\nPossible values: [A, B]", 1), nil)
	require.NoError(t, err)
	assert.Equal(t, &docs.Schema{Enums: [][]string{{"A", "B"}}}, page.Body.Schema)
}

// A property may have the name of a section.
func TestParseSectionNames(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("set it\nPUT /zoo/:id\nPath Parameters\nid\nstring\nBody\nBody\nstring\nExamples\nnumber\nResponses\nobject\nResponses\n204\n", nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"Body", "Examples", "Responses"}, names(page.Body.Schema))
	assert.Equal(t, []*docs.Message{{Status: "204"}}, page.Responses)
}

// Neither the description of the next answer nor the foot of the page belongs to an answer.
func TestParseEndOfAnswer(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse(answerPage("x", "string", "wrong", "application/json", "Schema", "y", "string", "Loading...", "next"), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"x"}, names(page.Responses[0].Schema))
	page, err = docs.Parse(answerPage("x", "string", "Loading...", "next"), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"x"}, names(page.Responses[0].Schema))
}

// A success without content leaves open whose the other answers are.
func TestParseAnswerWithoutContent(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("get it\nGET /zoo\nRequest\nResponses\n200\n204\n400\nOK\napplication/json\nSchema\nstring\nWrong\napplication/json\nSchema\nstring", nil)
	require.NoError(t, err)
	assert.Equal(t, []*docs.Message{
		{Status: "200", Media: "application/json", Schema: &docs.Schema{Type: "string"}}, {Status: "204"}, {Status: "400"},
	}, page.Responses)
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ page, want string }{
		"empty":          {"", "line 1: the page ends without a method and a path: it is not the page of an operation"},
		"another page":   {"Pricing\n\nGET in touch\n/sales\n", "line 4: the page ends without a method and a path: it is not the page of an operation"},
		"no title":       {"\nGET /zoo\nResponses\n", "line 2: no title above the method GET"},
		"cut off":        {"get it\nGET /zoo\n\nRequest", "line 4: the page ends without the section Responses"},
		"array open":     {answerPage("list", "object[]", "Array [", "x", "string"), "line 18: Array [ is not closed"},
		"array closed":   {answerPage("x", "string", "]"), "line 18: ] closes nothing"},
		"array of what":  {answerPage("x", "string", "Array [", "]"), "line 18: Array [ does not follow a property that is an array"},
		"list open":      {answerPage("x", "string", "Possible values:", "[A", ","), "line 18: the list of values is not closed"},
		"unknown values": {answerPage("x", "string", "Possible values: up to 5"), `line 18: cannot read the possible values "up to 5"`},
		"no values":      {answerPage("x", "string", "Possible values:"), `line 18: cannot read the possible values ""`},
		"odd limit":      {answerPage("x", "string", "Possible values: < 5 characters"), "line 18: a limit < on a length"},
		"twice":          {answerPage("x", "string", "x", "number"), `line 18: no object is open that could have the property "x"`},
		"example":        {answerPage("x", "string", "{", `"x":`, "}"), "line 18: the example is not JSON: invalid character '}' looking for beginning of value"},
		"nameless list":  {"get it\nGET /zoo/:id\nRequest\nResponses\n200\nOK\napplication/json\nPossible values: [A\n", "line 8: the list of values is not closed"},
		"parameter":      {"get it\nGET /zoo/:id\nPath Parameters\nid\nstring\n]\nResponses", "line 6: ] closes nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := docs.Parse(tt.page, nil)
			assert.EqualError(t, err, tt.want)
		})
	}
}

// FuzzParse looks for panics and hangs, and for facts that do not survive encoding.
func FuzzParse(f *testing.F) {
	for _, page := range []string{linePage, wordPage, namelessPage, answerPage("grid", "object[][]", "Array [", "Array [", "]", "]")} {
		f.Add(page)
		f.Add(strings.ReplaceAll(page, "\n", "\r\n"))
		f.Add(page[:len(page)/2])
	}
	f.Add(strings.Replace(wordPage, "/zoo/:zooId/animal", "/org/:orgId/offer/:offerId/metaInfo", 1))
	doc := description(f)
	f.Fuzz(func(t *testing.T, text string) {
		page, err := docs.Parse(text, doc)
		if err != nil {
			assert.Nil(t, page)
			assert.Regexp(t, `^line \d+: `, err.Error())
			return
		}
		assert.NotEmpty(t, page.Title)
		assert.Regexp(t, `^/`, page.Path)
		facts, err := page.JSON()
		require.NoError(t, err)
		var again docs.Page
		require.NoError(t, json.Unmarshal(facts, &again))
		assert.Equal(t, docs.Drift(page, doc), docs.Drift(&again, doc))
	})
}
