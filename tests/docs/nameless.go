package docs

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// readLists reads the lists of values in a section that lost its names.
func readLists(lines []line) (lists [][]string, err error) {
	for i := 0; i < len(lines); i++ {
		if !strings.HasPrefix(lines[i].text, "Possible values:") {
			continue
		}
		values, n, err := readValues(lines[i:])
		if err != nil {
			return nil, err
		}
		if values.enum != nil {
			lists = append(lists, values.enum)
		}
		i += n - 1
	}
	return lists, nil
}

// readNameless reads a section that lost its names. The properties are those of the example. Each list of values
// belongs to the next string of the example that is the first of the list, unless that leaves a list over.
func readNameless(lines []line, example json.RawMessage) (*Schema, error) {
	lists, err := readLists(lines)
	if err != nil {
		return nil, err
	}
	if example == nil {
		hasName := func(l line) bool { return nameLine.MatchString(l.text) && !typeLine.MatchString(l.text) }
		if len(lists) > 0 || slices.ContainsFunc(lines, hasName) {
			return &Schema{Enums: lists}, nil // an object, of which nothing else can be told
		}
		return readTree(lines, false, nil, nil)
	}

	r := &exampleReader{dec: json.NewDecoder(bytes.NewReader(example))}
	r.dec.UseNumber()
	root, err := r.schema()
	if err != nil {
		return nil, err
	}
	var fits []*Schema // the string for each list
	for i, s := range r.strings {
		if n := len(fits); n < len(lists) && lists[n][0] == r.values[i] {
			fits = append(fits, s)
		}
	}
	if len(fits) < len(lists) {
		root.Enums = lists
		return root, nil
	}
	for i, s := range fits {
		s.Enum = lists[i]
	}
	return root, nil
}

// An exampleReader infers the schema of an example, and keeps the strings in it in their order.
type exampleReader struct {
	dec     *json.Decoder
	strings []*Schema
	values  []string
}

func (r *exampleReader) schema() (*Schema, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return r.object()
		}
		return r.array()
	case string:
		s := &Schema{Type: "string"}
		if _, err := time.Parse(time.RFC3339, v); err == nil {
			s.Format = "date-time"
		}
		r.strings, r.values = append(r.strings, s), append(r.values, v)
		return s, nil
	case json.Number:
		return &Schema{Type: "number"}, nil
	case bool:
		return &Schema{Type: "boolean"}, nil
	}
	return &Schema{}, nil
}

func (r *exampleReader) object() (*Schema, error) {
	s := &Schema{Type: "object"}
	for r.dec.More() {
		name, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		p, err := r.schema()
		if err != nil {
			return nil, err
		}
		p.Name, _ = name.(string)
		s.Properties = append(s.Properties, p)
	}
	_, err := r.dec.Token() // the closing brace
	return s, err
}

func (r *exampleReader) array() (*Schema, error) {
	s := &Schema{Type: "array"}
	for r.dec.More() {
		item, err := r.schema()
		if err != nil {
			return nil, err
		}
		if s.Items == nil {
			s.Items = item
		}
	}
	_, err := r.dec.Token() // the closing bracket
	return s, err
}
