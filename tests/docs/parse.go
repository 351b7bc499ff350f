package docs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// typePattern matches a type as the pages print it. Of the formats, which stand in place of their type, it knows those
// that no sentence ends with.
const typePattern = `(?:string|integer|number|boolean|object|any|array|date-time|binary|int32|int64|float|double|` +
	`[\w.-]+ \((?:string|integer|number|boolean|object)\))(?:\[\])*`

var (
	methodLine    = regexp.MustCompile(`^(GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS) *(?:https?://[^\s/]+)?(/\S*)?$`)
	pathLine      = regexp.MustCompile(`^(?:https?://[^\s/]+)?(/.*)$`)
	pathParameter = regexp.MustCompile(`:(\w+)`)
	inBraces      = regexp.MustCompile(`\{(\w+)\}`)
	typeLine      = regexp.MustCompile(`^` + typePattern + `$`)
	nameLine      = regexp.MustCompile(`^(?:[A-Za-z_][\w-]*|property name\*)$`)
	nameTypeLine  = regexp.MustCompile(`^([A-Za-z_]\w*|property name\*) (` + typePattern + `)(required)?(nullable)?$`)
	untypedLine   = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	parameterLine = regexp.MustCompile(`^(Path|Query|Header|Cookie) Parameters$`)
	bodyLine      = regexp.MustCompile(`^Body ?(object|array)? ?(required)?$`)
	mediaLine     = regexp.MustCompile(`^(application|text|multipart|image)/\S+$`)
	statusLine    = regexp.MustCompile(`^([1-5]\d\d|default)$`)
	exampleLine   = regexp.MustCompile(`^Example( \(.*\))?$`)
	namedObject   = regexp.MustCompile(`^((?:[\w-]+\.)*[A-Z]\w*) object$`)
)

// Parse reads the text of a saved page. It knows three layouts: names and types on lines of their own, "name type" on
// one line, and the one that lost the names.
//
// No layout shows where the properties of an object end. Parse goes by the example, by the alphabet, whose order the
// properties of an object are in, and by the examples of other pages. What they leave open is noted at the property, and
// [Page.Ambiguities] says it.
func Parse(text string, others ...*Page) (*Page, error) {
	lines := cleanLines(text)
	p := &parser{page: &Page{}, shapes: shapes{}}
	start, err := p.head(lines)
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		p.shapes.addPage(other, p.page)
	}
	last := lines[len(lines)-1]
	lines = lines[start:]
	responses := -1
	for i, l := range lines {
		// A property can have this name, too.
		if l.text == "Responses" && (i+1 == len(lines) || !typeLine.MatchString(lines[i+1].text)) {
			responses = i
			break
		}
	}
	if responses < 0 {
		return nil, fmt.Errorf("line %d: the page ends without the section Responses", last.number)
	}
	request := lines[:responses]
	body := slices.IndexFunc(request, func(l line) bool { return bodyLine.MatchString(l.text) })
	if body < 0 {
		body = len(request)
	}
	if err := p.parameters(request[:body]); err != nil {
		return nil, err
	}
	answers := lines[responses+1:]
	if end := slices.IndexFunc(answers, func(l line) bool { return l.text == "Loading..." }); end >= 0 {
		answers = answers[:end]
	}
	// The answers come first: their examples help to read the body, which has none in most pages.
	if err := p.responses(answers); err != nil {
		return nil, err
	}
	if err := p.body(request, body); err != nil {
		return nil, err
	}
	return p.page, nil
}

// A parser reads a page section by section.
type parser struct {
	page   *Page
	shapes shapes
	words  bool // the layout with "name type" on one line
}

// head reads what stands up to the path, and returns the index of the line after it.
func (p *parser) head(lines []line) (int, error) {
	for i, l := range lines {
		m := methodLine.FindStringSubmatch(l.text)
		if m == nil {
			continue
		}
		path, end := m[2], i+1
		if path == "" && end < len(lines) {
			if m := pathLine.FindStringSubmatch(lines[end].text); m != nil {
				path, end = m[1], end+1
			}
		}
		if path == "" {
			continue
		}
		if i == 0 {
			return 0, fmt.Errorf("line %d: no title above the method %s", l.number, m[1])
		}
		p.page.Method = m[1]
		p.page.Path = pathParameter.ReplaceAllString(path, "{$1}")
		p.page.Title = lines[i-1].text
		// The full page repeats the title as the last of its bread crumbs, after the tag.
		if i >= 3 && lines[i-2].text == p.page.Title {
			p.page.Tag = lines[i-3].text
			p.sideBar(lines[:i-3])
		}
		return end, nil
	}
	last := 1
	if len(lines) > 0 {
		last = lines[len(lines)-1].number
	}
	return 0, fmt.Errorf("line %d: the page ends without a method and a path: it is not the page of an operation", last)
}

// sideBar reads the list of operations, which stands between the line Introduction and the bread crumbs.
func (p *parser) sideBar(lines []line) {
	start := slices.IndexFunc(lines, func(l line) bool { return l.text == "Introduction" })
	if start < 0 {
		return
	}
	for _, l := range lines[start+1:] {
		bar := p.page.SideBar
		switch {
		case strings.ToLower(l.text[:1]) != l.text[:1]:
			p.page.SideBar = append(bar, Group{Name: l.text})
		case len(bar) > 0:
			bar[len(bar)-1].Operations = append(bar[len(bar)-1].Operations, l.text)
		}
	}
	// The first bread crumb is the name of the site, which looks like a group without operations.
	p.page.SideBar = slices.DeleteFunc(p.page.SideBar, func(g Group) bool { return len(g.Operations) == 0 })
}

// body reads the body of the request, whose heading is at the given index.
func (p *parser) body(lines []line, heading int) error {
	if heading == len(lines) {
		return nil
	}
	p.page.Body = &Message{}
	if heading > 0 && mediaLine.MatchString(lines[heading-1].text) {
		p.page.Body.Media = lines[heading-1].text
	}
	m := bodyLine.FindStringSubmatch(lines[heading].text)
	typ, required := m[1], m[2] != ""
	at := lines[heading].number
	lines = lines[heading+1:]
	if len(lines) > 0 && lines[0].text == "required" {
		required, lines = true, lines[1:]
	}
	if typ != "" {
		lines = append([]line{{at, typ}}, lines...)
	}
	err := p.content(p.page.Body, lines)
	if p.page.Body.Schema != nil {
		p.page.Body.Schema.Required = required
	}
	return err
}

// parameters reads the sections of parameters. A section without a name lost them: those in the path are known from it.
func (p *parser) parameters(lines []line) error {
	for i := 0; i < len(lines); i++ {
		m := parameterLine.FindStringSubmatch(lines[i].text)
		if m == nil {
			continue
		}
		end := i + 1
		for end < len(lines) && !parameterLine.MatchString(lines[end].text) {
			p.words = p.words || nameTypeLine.MatchString(lines[end].text)
			end++
		}
		in, section := strings.ToLower(m[1]), lines[i+1:end]
		list, err := readTree(section, p.words, nil, nil)
		if err != nil {
			return err
		}
		for _, s := range list.Properties {
			p.page.Parameters = append(p.page.Parameters, Parameter{In: in, Schema: s})
		}
		if list.Properties == nil && in != "path" && len(section) > 0 {
			p.page.Nameless = true
			lists, err := readLists(section)
			if err != nil {
				return err
			}
			p.page.Parameters = append(p.page.Parameters, Parameter{In: in, Schema: &Schema{Enums: lists}})
		}
		i = end - 1
	}
	named := func(p Parameter) bool { return p.Name != "" }
	if !slices.ContainsFunc(p.page.Parameters, named) {
		var path []Parameter
		for _, m := range inBraces.FindAllStringSubmatch(p.page.Path, -1) {
			p.page.Nameless = true
			path = append(path, Parameter{In: "path", Schema: &Schema{Name: m[1], Required: true}})
		}
		p.page.Parameters = append(path, p.page.Parameters...)
	}
	return nil
}

// responses reads the status codes and the answers. An answer begins with its media type; the line before that is its
// description. The layout with "name type" on one line shows neither codes nor media types, and one answer only.
func (p *parser) responses(lines []line) error {
	var codes []string
	for len(lines) > 0 && statusLine.MatchString(lines[0].text) {
		codes = append(codes, lines[0].text)
		lines = lines[1:]
	}
	var starts []int
	for i, l := range lines {
		if mediaLine.MatchString(l.text) && (i == 0 || !mediaLine.MatchString(lines[i-1].text)) {
			starts = append(starts, i)
		}
	}
	if len(starts) == 0 {
		if i := slices.IndexFunc(lines, func(l line) bool { return l.text == "Schema" }); i >= 0 {
			starts = append(starts, i)
		}
	}
	for i, start := range starts {
		end := len(lines)
		if i+1 < len(starts) {
			end = max(start+1, starts[i+1]-1)
		}
		answer := &Message{}
		section := lines[start:end]
		if mediaLine.MatchString(section[0].text) {
			answer.Media, section = section[0].text, section[1:]
		}
		// An answer without content has no section, so only equal numbers tell which code is whose.
		if i < len(codes) && (i == 0 || len(codes) == len(starts)) {
			answer.Status = codes[i]
		} else if i > 0 {
			break
		}
		if err := p.content(answer, section); err != nil {
			return err
		}
		if start > 0 && answer.Schema != nil {
			if m := namedObject.FindStringSubmatch(lines[start-1].text); m != nil {
				answer.Schema.Named = m[1]
			}
		}
		p.page.Responses = append(p.page.Responses, answer)
	}
	for _, code := range codes[min(len(p.page.Responses), len(codes)):] {
		p.page.Responses = append(p.page.Responses, &Message{Status: code})
	}
	return nil
}

// content reads a body or an answer: its properties, then its example.
func (p *parser) content(m *Message, lines []line) error {
	for len(lines) > 0 && (lines[0].text == "Schema" || exampleLine.MatchString(lines[0].text)) {
		lines = lines[1:]
	}
	if i := exampleStart(lines); i >= 0 {
		var text strings.Builder
		for _, l := range lines[i:] {
			text.WriteString(l.text + "\n")
		}
		if err := json.NewDecoder(strings.NewReader(text.String())).Decode(&m.Example); err != nil {
			return fmt.Errorf("line %d: the example is not JSON: %w", lines[i].number, err)
		}
		lines = lines[:i]
		p.shapes.addExample(m)
	}
	var err error
	if p.page.Nameless {
		m.Schema, err = readNameless(lines, m.Example)
		return err
	}
	var example any
	if m.Example != nil {
		if err := json.Unmarshal(m.Example, &example); err != nil {
			return err
		}
	}
	m.Schema, err = readTree(lines, p.words, example, p.shapes)
	return err
}

// exampleStart returns the index of the line that opens the example, or -1.
func exampleStart(lines []line) int {
	for i, l := range lines {
		switch l.text {
		case "{", "{}", "[]":
			return i
		case "[": // opens a list of values, too
			if i == 0 || lines[i-1].text != "Possible values:" && lines[i-1].text != "," {
				return i
			}
		}
	}
	return -1
}
