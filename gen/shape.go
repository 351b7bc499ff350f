package gen

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// shape describes the known properties of a type at every depth, so that unknown ones can be found, and where numbers have to
// keep their digits. Structs with AdditionalProperties have one, and lists and maps of them. For all other types, such as those
// with an UnmarshalJSON of their own, it is nil.
type shape struct {
	open   byte           // the byte that the JSON starts with, '{' or '['
	list   []field        // of a struct, in its order
	fields map[string]int // their places in the list, by the name of the property
	extra  int            // the index of AdditionalProperties in the struct, -1 if it has none and drops unknown properties
	elem   *shape         // of a list or a map
	any    bool           // whether it is of any type, or a list or a map of such
}

type field struct {
	name  string
	index int // in the struct
	shape *shape
}

var shapes sync.Map // *shape by reflect.Type

// shapeOf returns the shape of a struct type.
func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := structShape(t, map[reflect.Type]*shape{})
	shapes.Store(t, s)
	return s
}

func structShape(t reflect.Type, seen map[reflect.Type]*shape) *shape {
	if s, ok := seen[t]; ok { // a type may be part of itself
		return s
	}
	s := &shape{open: '{', fields: map[string]int{}, extra: -1}
	seen[t] = s
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "AdditionalProperties" {
			s.extra = i
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		s.fields[name] = len(s.list)
		s.list = append(s.list, field{name, i, partShape(f.Type, seen)})
	}
	return s
}

func partShape(t reflect.Type, seen map[reflect.Type]*shape) *shape {
	switch t.Kind() {
	case reflect.Interface:
		return &shape{any: true}
	case reflect.Pointer:
		return partShape(t.Elem(), seen)
	case reflect.Slice, reflect.Map:
		elem := partShape(t.Elem(), seen)
		if elem != nil && elem.any {
			return elem
		}
		if elem != nil {
			open := byte('{')
			if t.Kind() == reflect.Slice {
				open = '['
			}
			return &shape{open: open, elem: elem}
		}
	case reflect.Struct:
		if _, keeps := t.FieldByName("AdditionalProperties"); keeps && !decodesItself(t) {
			return structShape(t, seen)
		}
	}
	return nil
}

func decodesItself(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

// knowsAll reports whether data is a value of the shape with known properties only, as almost all are, and whether there may be
// numbers in values of any type, in one pass that allocates nothing. For valid JSON the result is right, except that an escaped
// name counts as unknown. For invalid JSON it may be wrong, which does no harm: decoding fails with the same error either way.
func (s *shape) knowsAll(data []byte) (all, numbers bool) {
	end, ok := s.scan(data, 0, &numbers)
	return ok && end == len(data), numbers
}

// scan returns where the value ends that starts at i.
func (s *shape) scan(data []byte, i int, numbers *bool) (end int, ok bool) {
	if s == nil || i >= len(data) || s.any || data[i] != s.open {
		end, ok = skipValue(data, i)
		if s != nil && s.any && ok && hasNumber(data[i:end]) {
			*numbers = true
		}
		return end, ok
	}
	next := 0 // the field that comes next if they come in order, as they mostly do
	i = skipSpace(data, i+1)
	for i < len(data) && data[i] != s.open+2 { // in ASCII ']' is '[' + 2 and '}' is '{' + 2
		part := s.elem
		if s.open == '{' {
			if data[i] != '"' {
				return 0, false
			}
			end, escaped := skipText(data, i)
			if end > len(data) {
				return 0, false
			}
			if s.elem == nil {
				name := data[i+1 : end-1]
				if next >= len(s.list) || s.list[next].name != string(name) {
					var known bool
					if next, known = s.fields[string(name)]; !known || escaped {
						if s.extra >= 0 || escaped {
							return 0, false
						}
						next = len(s.list)
					}
				}
				if next < len(s.list) {
					part = s.list[next].shape
				}
				next++
			}
			if i = skipSpace(data, end); i >= len(data) || data[i] != ':' {
				return 0, false
			}
			i = skipSpace(data, i+1)
		}
		if i, ok = part.scan(data, i, numbers); !ok {
			return 0, false
		}
		if i = skipSpace(data, i); i < len(data) && data[i] == ',' {
			i = skipSpace(data, i+1)
		}
	}
	return i + 1, i < len(data)
}

// skipValue returns where the value ends that starts at i.
func skipValue(data []byte, i int) (end int, ok bool) {
	start, depth := i, 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			end, _ := skipText(data, i)
			i = end - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return i, i > start
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i, i > start
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1, i < len(data)
		}
	}
	return i, depth == 0 && i > start
}

// hasNumber reports whether there is a number in valid JSON.
func hasNumber(data []byte) bool {
	for i := 0; i < len(data); i++ {
		switch {
		case data[i] == '"':
			end, _ := skipText(data, i)
			i = end - 1
		case '0' <= data[i] && data[i] <= '9':
			return true
		}
	}
	return false
}

// skipText returns where the text ends that starts at i, after its quote: beyond data if there is none.
func skipText(data []byte, i int) (end int, escaped bool) {
	for i++; i < len(data) && data[i] != '"'; i++ {
		if data[i] == '\\' {
			escaped = true
			i++
		}
	}
	if i >= len(data) {
		return len(data) + 1, escaped
	}
	return i + 1, escaped
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}
