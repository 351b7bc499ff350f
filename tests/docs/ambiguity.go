package docs

import (
	"fmt"
	"slices"
	"strings"
)

// Ambiguities says what the page leaves open, one line for each place: which object properties belong to, and, where the
// names were lost, which property or parameter has a list of values.
func (p *Page) Ambiguities() []string {
	a := &ambiguities{}
	for _, parameter := range p.Parameters {
		if parameter.Name == "" {
			a.add("%s parameters: the page does not name them", parameter.In)
		}
		a.schema(strings.TrimSpace(parameter.In+" parameters "+parameter.Name), parameter.Schema, nil)
	}
	if p.Body != nil {
		a.schema("body", p.Body.Schema, nil)
	}
	for _, answer := range p.Responses {
		a.schema(strings.TrimSpace("answer "+answer.Status), answer.Schema, nil)
	}
	return a.found
}

type ambiguities struct{ found []string }

func (a *ambiguities) add(format string, args ...any) {
	a.found = append(a.found, fmt.Sprintf(format, args...))
}

// schema adds what is open in a tree. The places around it are those of the objects that its properties may belong to.
func (a *ambiguities) schema(where string, s *Schema, around []string) {
	if s == nil {
		return
	}
	if len(s.Enums) > 0 {
		a.add("%s: the page does not say whose %d lists of values are", where, len(s.Enums))
	}
	around = append(slices.Clip(around), where)
	for i := 0; i < len(s.Properties); {
		first := s.Properties[i]
		var names []string
		for ; i < len(s.Properties) && slices.Equal(s.Properties[i].Up, first.Up); i++ {
			names = append(names, s.Properties[i].Name)
		}
		if first.Up == nil {
			continue
		}
		a.add("%s: %s may as well belong to %s", where, strings.Join(names, ", "), further(around, first.Up))
	}
	if s.Values != nil && s.Values.Up != nil {
		a.add("%s: the values of a map may as well belong to %s", where, further(around, s.Values.Up))
	}
	for _, child := range s.Properties {
		a.schema(where+"."+child.Name, child, around)
	}
	a.schema(where+"[]", s.Items, nil)
	a.schema(where+"{}", s.Values, around)
}

// further names the objects that are so many places further out than the innermost.
func further(around []string, up []int) string {
	var names []string
	for _, n := range up {
		names = append(names, around[len(around)-1-n])
	}
	return strings.Join(names, " or ")
}
