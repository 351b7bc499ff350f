package docs

import (
	"encoding/json"
	"slices"
)

// shapes are the objects in the examples of pages, by the name of the property that holds them, and without a name those
// that are a whole body or answer of the operation. A section without an example of its own is read with their help.
type shapes map[string][]map[string]any

// addPage adds the objects in the examples of another page.
func (s shapes) addPage(other, page *Page) {
	whole := s[""]
	for _, m := range append([]*Message{other.Body}, other.Responses...) {
		s.addExample(m)
	}
	if other.Method != page.Method || other.Path != page.Path {
		s[""] = whole
	}
}

func (s shapes) addExample(m *Message) {
	var example any
	if m != nil && json.Unmarshal(m.Example, &example) == nil {
		s.add("", example)
	}
}

func (s shapes) add(name string, value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			s.add(name, item)
		}
	case map[string]any:
		s[name] = append(s[name], v)
		for name, value := range v {
			s.add(name, value)
		}
	}
}

// score says how well a property fits an object: that an example has it there counts most, then the alphabet, then that
// no example shows the object.
func (s shapes) score(l level, name string, isMap bool) (score int) {
	if isMap {
		if l.last == "" {
			return 3 // hardly any object is empty
		}
		return 2
	}
	known := s[l.name]
	if object, ok := l.example.(map[string]any); ok {
		known = []map[string]any{object}
	}
	has := func(object map[string]any) bool { _, ok := object[name]; return ok }
	switch {
	case slices.ContainsFunc(known, has):
		score = 4
	case known == nil:
		score = 1
	}
	if l.last < name {
		score += 2
	}
	return score
}

// fits returns the indices of the open objects that a property fits best.
func (r *treeReader) fits(name string, isMap bool) (fits []int) {
	most := 0
	for i, l := range r.top().open {
		if l.closed || l.schema.property(name) != nil {
			continue
		}
		score := r.shapes.score(l, name, isMap)
		if score > most {
			most, fits = score, nil
		}
		if score == most {
			fits = append(fits, i)
		}
	}
	return fits
}

// A placement is a property that was placed in a scope.
type placement struct {
	*Schema
	name string
	in   int   // the index of the object that it was placed in
	fits []int // those that it fits equally well
}

// settle notes on the properties of a scope in which other objects they may be. Of the objects that a property fits, those
// are impossible whose choice would leave no place for the next property, as the alphabet would be broken.
func (s *scope) settle() {
	for i := len(s.placed) - 1; i >= 0; i-- {
		p := &s.placed[i]
		after := s.placed[i+1:]
		next := slices.IndexFunc(after, func(q placement) bool { return q.in <= p.in })
		p.fits = slices.DeleteFunc(p.fits, func(in int) bool {
			return in != p.in && next >= 0 && !slices.ContainsFunc(after[next].fits, func(of int) bool {
				return of < in || of == in && p.name < after[next].name
			})
		})
		for _, in := range slices.Backward(p.fits) {
			if in < p.in {
				p.Up = append(p.Up, p.in-in)
			}
		}
	}
}
