package docs_test

import (
	"encoding/json"
	"strings"
	"testing"

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
				page, err := docs.Parse(text)
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

// keeper are the lines of an object with one property.
var keeper = []string{"keeper", "object", "name", "string"}

// nestings are the lines of an answer, which do not say where an object ends, and the properties that are read from them.
var nestings = map[string]struct {
	lines []string
	other string // the example of another page of the operation
	want  []string
	open  []string
}{
	"the alphabet ends an object": {
		lines: append(keeper, "lake", "object", "depth", "number"),
		want:  []string{"keeper", "keeper.name", "lake", "lake.depth"},
	},
	"the innermost object, if nothing tells": {
		lines: append(keeper, "opened", "string"),
		want:  []string{"keeper", "keeper.name", "keeper.opened"},
		open:  []string{"answer 200.keeper: name, opened may as well belong to answer 200"},
	},
	"what comes later tells": {
		lines: append(keeper, "opened", "string", "lake", "string"),
		want:  []string{"keeper", "keeper.name", "keeper.opened", "lake"},
	},
	"one of three objects": {
		lines: []string{"a", "object", "b", "object", "c", "string", "d", "string"},
		want:  []string{"a", "a.b", "a.b.c", "a.b.d"},
		open: []string{
			"answer 200.a: b may as well belong to answer 200",
			"answer 200.a.b: c, d may as well belong to answer 200.a or answer 200",
		},
	},
	"the example ends an object": {
		lines: append(keeper, "opened", "string", `{`, `"keeper": {"name": ""}, "opened": ""`, `}`),
		want:  []string{"keeper", "keeper.name", "opened"},
	},
	"the example of another page ends an object": {
		lines: append(keeper, "opened", "string"),
		other: `[{"keeper": {"name": ""}, "opened": ""}]`,
		want:  []string{"keeper", "keeper.name", "opened"},
	},
	"an object in the example of another page is left": {
		lines: []string{"zoo", "object", "keeper", "object", "name", "string", "opened", "string"},
		other: `{"staff": [{"keeper": {"name": ""}}]}`,
		want:  []string{"zoo", "zoo.keeper", "zoo.keeper.name", "zoo.opened"},
	},
	"the example overrules that of another page": {
		lines: append(keeper, "opened", "string", `{`, `"keeper": {"name": "", "opened": ""}`, `}`),
		other: `{"keeper": {"name": ""}, "opened": ""}`,
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
	"a map does not end the object around it": {
		lines: []string{"cage", "object", "bars", "string", "property name*", "string", "door", "string"},
		want:  []string{"cage", "cage.bars", "door"},
	},
	"a map that may be of either object": {
		lines: []string{"cage", "object", "bars", "string", "property name*", "string"},
		want:  []string{"cage", "cage.bars"},
		open:  []string{"answer 200.cage: the values of a map may as well belong to answer 200"},
	},
	"a whole body or answer is no value of a map": {
		lines: []string{"cage", "object", "property name*", "object", "x", "string"},
		other: `{"cage": {}, "x": ""}`,
		want:  []string{"cage", "x"},
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

func TestParseNesting(t *testing.T) {
	t.Parallel()
	for name, tt := range nestings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := &docs.Page{Method: "GET", Path: "/zoo/{zooId}", Body: &docs.Message{Example: json.RawMessage(tt.other)}}
			page, err := docs.Parse(answerPage(tt.lines...), other)
			require.NoError(t, err)
			assert.Equal(t, tt.want, names(page.Responses[0].Schema))
			assert.Equal(t, tt.open, page.Ambiguities())
		})
	}
}

// The example of another operation helps with the objects that have a name, not with a whole body or answer.
func TestParseWithAnotherOperation(t *testing.T) {
	t.Parallel()
	lines := answerPage("cage", "object", "door", "object", "lock", "string", "open", "string")
	other := &docs.Page{Method: "GET", Path: "/cage", Responses: []*docs.Message{{Example: json.RawMessage(`{"door": {"lock": ""}, "open": ""}`)}}}
	page, err := docs.Parse(lines, other)
	require.NoError(t, err)
	assert.Equal(t, []string{"answer 200.cage: door, open may as well belong to answer 200"}, page.Ambiguities())
	other.Path = "/zoo/{zooId}"
	page, err = docs.Parse(lines, other)
	require.NoError(t, err)
	assert.Equal(t, []string{"cage", "door", "door.lock", "open"}, names(page.Responses[0].Schema))
}

// The example of an answer tells the nesting of the body.
func TestParseBodyByAnswer(t *testing.T) {
	t.Parallel()
	tree := "Schema\ncage\nobject\nbars\nstring\ndoor\nstring\n"
	page, err := docs.Parse("set it\nPUT /zoo\nRequest\nBody\n" + tree + "Responses\n200\nlib_v2.Zoo object\napplication/json\n" + tree +
		"{\n\"cage\": {\"bars\": \"\"}, \"door\": \"\"\n}")
	require.NoError(t, err)
	assert.Equal(t, []string{"cage", "cage.bars", "door"}, names(page.Body.Schema))
	assert.Empty(t, page.Ambiguities())
	assert.Equal(t, "lib_v2.Zoo", page.Responses[0].Schema.Named)
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
			page, err := docs.Parse(answerPage(tt.lines...))
			require.NoError(t, err)
			tt.want.Name = "x"
			assert.Equal(t, []*docs.Schema{&tt.want}, page.Responses[0].Schema.Properties)
		})
	}
}

// The lists of a nameless page go to the example only if all of them fit.
func TestParseNamelessLists(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse(strings.Replace(namelessPage, "Possible values: [SMALL]", "Possible values: [LARGE]", 1))
	require.NoError(t, err)
	answer := page.Responses[0].Schema
	assert.Equal(t, [][]string{{"", "HAY", "FISH"}, {"LARGE"}}, answer.Enums)
	assert.Empty(t, answer.Properties[0].Enum)

	page, err = docs.Parse(strings.Replace(namelessPage, "array\nWhat to give", "dish\nobject\nPossible values: [A, B]", 1))
	require.NoError(t, err)
	assert.Equal(t, &docs.Schema{Enums: [][]string{{"A", "B"}}}, page.Body.Schema)
}

// The method and the path may stand with the host, on one line or on two.
func TestParseHost(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"PATCHhttps://api.example/org/:orgId", "PATCH https://api.example/org/:orgId", "PATCH\nhttps://api.example/org/:orgId",
		"PATCH/org/:orgId", "PATCH\n/org/:orgId",
	} {
		page, err := docs.Parse("set it\n" + text + "\nRequest\nResponses\n200\n")
		require.NoError(t, err, text)
		assert.Equal(t, []string{"PATCH", "/org/{orgId}"}, []string{page.Method, page.Path}, text)
	}
	_, err := docs.Parse("set it\nPATCHhttps://api.example\nResponses\n")
	assert.ErrorContains(t, err, "without a method and a path")
}

// A section of parameters that lost its names keeps its lists of values.
func TestParseNamelessParameters(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse(strings.Replace(namelessPage, "- application/json\nBody",
		"Query Parameters\nPossible values: [HAY\n, FISH\n]\nThe food\nHow much\nPossible values: >= 1\nPossible values: [A, B]\n- application/json\nBody", 1))
	require.NoError(t, err)
	assert.True(t, page.Nameless)
	assert.Equal(t, []docs.Parameter{
		{In: "path", Schema: &docs.Schema{Name: "zooId", Required: true}},
		{In: "query", Schema: &docs.Schema{Enums: [][]string{{"HAY", "FISH"}, {"A", "B"}}}},
	}, page.Parameters)
	assert.Equal(t, []string{
		"query parameters: the page does not name them", "query parameters: the page does not say whose 2 lists of values are",
	}, page.Ambiguities())
}

// A property may have the name of a section.
func TestParseSectionNames(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("set it\nPUT /zoo/:id\nPath Parameters\nid\nstring\nBody\nBody\nstring\nExamples\nnumber\nResponses\nobject\nResponses\n204\n")
	require.NoError(t, err)
	assert.Equal(t, []string{"Body", "Examples", "Responses"}, names(page.Body.Schema))
	assert.Equal(t, []*docs.Message{{Status: "204"}}, page.Responses)
}

// Neither the description of the next answer nor the foot of the page belongs to an answer.
func TestParseEndOfAnswer(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse(answerPage("x", "string", "wrong", "application/json", "Schema", "y", "string", "Loading...", "next"))
	require.NoError(t, err)
	assert.Equal(t, []string{"x"}, names(page.Responses[0].Schema))
	page, err = docs.Parse(answerPage("x", "string", "Loading...", "next"))
	require.NoError(t, err)
	assert.Equal(t, []string{"x"}, names(page.Responses[0].Schema))
}

// If the success has no content, the page does not show which status the other answers belong to.
func TestParseAnswerWithoutContent(t *testing.T) {
	t.Parallel()
	page, err := docs.Parse("get it\nGET /zoo\nRequest\nResponses\n200\n204\n400\nOK\napplication/json\nSchema\nstring\nWrong\napplication/json\nSchema\nstring")
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
		"nameless query": {"get it\nGET /zoo\nQuery Parameters\nPossible values: [A\nResponses", "line 4: the list of values is not closed"},
		"parameter":      {"get it\nGET /zoo/:id\nPath Parameters\nid\nstring\n]\nResponses", "line 6: ] closes nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := docs.Parse(tt.page)
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
		page, err := docs.Parse(text)
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
