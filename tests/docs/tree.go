package docs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A level is an object that the next property may belong to.
type level struct {
	schema  *Schema
	name    string // of the property that is the object, or whose items are; empty for the whole section
	example any
	last    string // the name of the property placed last
	closed  bool   // the values of a map come last
}

// child returns the level of the property s.
func (l level) child(s *Schema) level {
	object, _ := l.example.(map[string]any)
	return level{schema: s, name: s.Name, example: object[s.Name]}
}

// items returns the level of the items of an array.
func (l level) items() level {
	if l.schema.Items == nil {
		l.schema.Type, l.schema.Items = "array", &Schema{}
	}
	items := level{schema: l.schema.Items, name: l.name}
	if list, _ := l.example.([]any); len(list) > 0 {
		items.example = list[0]
	}
	return items
}

// A scope is what stands between "Array [" and "]", or the whole section: the object and the objects open inside it.
type scope struct {
	line   int
	open   []level
	placed []placement
}

// A treeReader builds the tree of a section line by line.
type treeReader struct {
	lines   []line
	words   bool
	shapes  shapes
	scopes  []*scope
	current *Schema // the property that limits and lists of values belong to
	array   *level  // the array that "Array [" opens
}

// readTree reads the properties of a section. The section's example, then the objects of other examples, decide where
// the layout leaves open which object a property belongs to.
func readTree(lines []line, words bool, example any, shapes shapes) (*Schema, error) {
	root := level{schema: &Schema{}, example: example}
	r := &treeReader{lines: lines, words: words, shapes: shapes, scopes: []*scope{{open: []level{root}}}}
	for i := 0; i < len(lines); {
		n, err := r.read(i)
		if err != nil {
			return nil, err
		}
		i += n
	}
	if len(r.scopes) > 1 {
		return nil, fmt.Errorf("line %d: Array [ is not closed", r.top().line)
	}
	r.top().settle()
	return root.schema, nil
}

func (r *treeReader) top() *scope { return r.scopes[len(r.scopes)-1] }

// read takes in the line at i, with those that belong to it, and returns how many there are.
func (r *treeReader) read(i int) (int, error) {
	l := r.lines[i]
	if s, n := r.property(i); s != nil {
		if !r.place(s) {
			return 0, fmt.Errorf("line %d: no object is open that could have the property %q", l.number, s.Name)
		}
		return n, nil
	}
	base := r.top().open[0].schema
	switch {
	case l.text == "Array [":
		return 1, r.openArray(l)
	case l.text == "]":
		if len(r.scopes) == 1 {
			return 0, fmt.Errorf("line %d: ] closes nothing", l.number)
		}
		r.top().settle()
		r.scopes = r.scopes[:len(r.scopes)-1]
		r.current, r.array = nil, nil
	case strings.HasPrefix(l.text, "Possible values:"):
		values, n, err := readValues(r.lines[i:])
		if err == nil {
			err = values.apply(r.target(), l)
		}
		return n, err
	case strings.HasPrefix(l.text, "Default value:"):
		text, n := labelled(r.lines[i:])
		r.target().rule("default", typedValue(r.target().Type, strings.Trim(text, "`")))
		return n, nil
	case strings.HasPrefix(l.text, "Example:"):
		_, n := labelled(r.lines[i:])
		return n, nil
	case l.text == "required":
		r.target().Required = true
	case l.text == "nullable":
		r.target().rule("nullable", true)
	case l.text == "deprecated":
	case typeLine.MatchString(l.text):
		for base.Items != nil { // the layout without names has the type of the items after the "]"
			base = base.Items
		}
		if base.Type == "" {
			*base = *parseType(l.text)
		}
	case untypedLine.MatchString(l.text) && base.Type == "object":
		// A lone word in lower case is a property without a type; sentences have spaces or a capital.
		r.place(&Schema{Name: l.text})
	}
	return 1, nil
}

// property returns the property at line i and how many lines it takes, or nil.
func (r *treeReader) property(i int) (*Schema, int) {
	text := r.lines[i].text
	if i+1 < len(r.lines) && nameLine.MatchString(text) && typeLine.MatchString(r.lines[i+1].text) {
		s := parseType(r.lines[i+1].text)
		s.Name = text
		return s, 2
	}
	m := nameTypeLine.FindStringSubmatch(text)
	if !r.words || m == nil {
		return nil, 0
	}
	s := parseType(m[2])
	s.Name, s.Required = m[1], m[3] != ""
	if m[4] != "" {
		s.rule("nullable", true)
	}
	return s, 1
}

// target is the schema that limits and lists of values belong to.
func (r *treeReader) target() *Schema {
	if r.current != nil {
		return r.current
	}
	return r.top().open[0].schema
}

// place adds a property to the innermost of the open objects that it fits best, and closes those inside it.
func (r *treeReader) place(s *Schema) bool {
	isMap := s.Name == "property name*"
	fits := r.fits(s.Name, isMap)
	if fits == nil {
		return false
	}
	in, scope := slices.Max(fits), r.top()
	place := placement{s, s.Name, in, fits}
	if isMap {
		place.name = "\xff" // it sorts after every name
	}
	scope.placed = append(scope.placed, place)
	scope.open = scope.open[:in+1]
	l := &scope.open[in]
	l.last = s.Name
	if l.schema.Type == "" {
		l.schema.Type = "object"
	}
	child := l.child(s)
	if isMap {
		s.Name, l.closed, l.schema.Values = "", true, s
	} else {
		l.schema.Properties = append(l.schema.Properties, s)
	}
	r.current, r.array = s, nil
	switch s.Type {
	case "object":
		scope.open = append(scope.open, child)
	case "array":
		r.array = &child
	}
	return true
}

// openArray enters the items of the array placed last, or makes an array of the section.
func (r *treeReader) openArray(l line) error {
	array := r.array
	if array == nil {
		array = &r.top().open[0]
		if len(array.schema.Properties) > 0 || array.schema.Values != nil {
			return fmt.Errorf("line %d: Array [ does not follow a property that is an array", l.number)
		}
	}
	r.scopes = append(r.scopes, &scope{line: l.number, open: []level{array.items()}})
	r.current, r.array = nil, nil
	return nil
}

// parseType returns the schema of a type as the pages print it.
func parseType(text string) *Schema {
	if item, ok := strings.CutSuffix(text, "[]"); ok {
		return &Schema{Type: "array", Items: parseType(item)}
	}
	switch text {
	case "any":
		return &Schema{}
	case "date-time", "binary":
		return &Schema{Type: "string", Format: text}
	case "int32", "int64":
		return &Schema{Type: "integer", Format: text}
	case "float", "double":
		return &Schema{Type: "number", Format: text}
	}
	if name, typ, ok := strings.Cut(text, " ("); ok {
		return &Schema{Type: strings.TrimSuffix(typ, ")"), Named: name}
	}
	return &Schema{Type: text}
}

// typedValue returns the JSON value that a default stands for.
func typedValue(typ, text string) any {
	var v any
	if typ != "string" && json.Unmarshal([]byte(text), &v) == nil {
		return v
	}
	return text
}
