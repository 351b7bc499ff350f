package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// DecodeStrict decodes JSON that a person wrote, such as an offer in a file, into v, which points to a type of package gen or
// to any other value that package json decodes into. The types of package gen take every property, as an answer of the server
// may have new ones; in a file an unknown name is a typing error, and DecodeStrict reports each of them at every depth:
//
//	api: info.dimensons[0]: unknown property, did you mean "dimensions"?
//
// A name in another case (NAME for name), a name that comes twice in one object, a value of the wrong type and anything after
// the value are errors as well. The error joins all that were found, see [errors.Join], and v is not changed then. Without an
// error, v is what [json.Unmarshal] makes of it, which leaves alone what the JSON does not name.
//
// Values of type any, json.RawMessage and maps take every name. A type with its own UnmarshalJSON takes what that method takes.
func DecodeStrict(data []byte, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("api: DecodeStrict: want a pointer that is not nil, have %T", v)
	}
	// Package json looks through an interface that holds a pointer.
	for e := target.Elem(); e.Kind() == reflect.Interface && e.Elem().Kind() == reflect.Pointer && !e.Elem().IsNil(); e = target.Elem() {
		target = e.Elem()
	}
	var whole json.RawMessage // checks the syntax, and that no more than one value is there
	if err := json.Unmarshal(data, &whole); err != nil {
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			return fmt.Errorf("api: line %d: %w", 1+bytes.Count(data[:e.Offset], []byte("\n")), err)
		}
		return fmt.Errorf("api: %w", err)
	}
	s := strictDecoder{tokens: json.NewDecoder(bytes.NewReader(data)), fields: map[reflect.Type][]jsonField{}}
	s.tokens.UseNumber()
	s.value(target.Type())
	if len(s.errs) > 0 {
		return errors.Join(s.errs...)
	}
	if err := json.Unmarshal(data, reflect.New(target.Type().Elem()).Interface()); err != nil {
		return fmt.Errorf("api: %w", err)
	}
	return json.Unmarshal(data, target.Interface())
}

// strictDecoder walks valid JSON along a type and collects what does not fit.
type strictDecoder struct {
	tokens *json.Decoder
	fields map[reflect.Type][]jsonField
	path   []byte // of the value at hand, empty for the whole
	errs   []error
}

func (s *strictDecoder) report(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if len(s.path) > 0 {
		err = fmt.Errorf("%s: %w", s.path, err)
	}
	s.errs = append(s.errs, fmt.Errorf("api: %w", err))
}

var anyType = reflect.TypeFor[any]()

// value walks the next value.
func (s *strictDecoder) value(t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[json.RawMessage]() {
		t = anyType
	}
	if t != anyType && isLeaf(t) {
		s.leaf(t)
		return
	}
	token, _ := s.tokens.Token() // no error is possible: the syntax was checked
	switch token {
	case json.Delim('{'):
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			s.report("want an array, have an object")
			t = anyType
		}
		s.object(t)
	case json.Delim('['):
		if t.Kind() == reflect.Struct || t.Kind() == reflect.Map {
			s.report("want an object, have an array")
			t = anyType
		}
		s.array(t)
	case nil: // null
	default:
		if _, ok := token.(string); ok && t != anyType {
			s.report("want %s, have a string", typeName(t))
		} else if t != anyType {
			s.report("want %s, have %v", typeName(t), token)
		}
	}
}

// leaf lets package json decode the next value, to see whether it can.
func (s *strictDecoder) leaf(t reflect.Type) {
	var raw json.RawMessage
	s.tokens.Decode(&raw)
	if string(raw) == "null" {
		return
	}
	err := json.Unmarshal(raw, reflect.New(t).Interface())
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field == "" {
		want := typeName(t)
		switch t.Kind() {
		case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array:
			want = "a " + t.String() // a type with its own UnmarshalJSON decides itself which JSON it takes
		}
		s.report("want %s, have %s", want, valueName(string(raw)))
	} else if err != nil {
		s.report("%w", err)
	}
}

func (s *strictDecoder) array(t reflect.Type) {
	element, length := anyType, len(s.path)
	if t != anyType {
		element = t.Elem()
	}
	for i := 0; s.tokens.More(); i++ {
		s.path = append(strconv.AppendInt(append(s.path, '['), int64(i), 10), ']')
		s.value(element)
		s.path = s.path[:length]
	}
	s.tokens.Token()
}

func (s *strictDecoder) object(t reflect.Type) {
	seen, length := map[string]bool{}, len(s.path)
	for s.tokens.More() {
		token, _ := s.tokens.Token()
		name, _ := token.(string)
		s.path = appendName(s.path, name)
		if seen[name] {
			s.report("the property is there twice")
		}
		seen[name] = true
		value := anyType
		switch t.Kind() {
		case reflect.Map:
			value = t.Elem()
		case reflect.Struct:
			fields := s.fieldsOf(t)
			if i := slices.IndexFunc(fields, func(f jsonField) bool { return f.name == name }); i >= 0 {
				value = fields[i].typ
			} else if near := nearest(name, fields); near != "" {
				s.report("unknown property, did you mean %q?", near)
			} else {
				s.report("unknown property")
			}
		}
		s.value(value)
		s.path = s.path[:length]
	}
	s.tokens.Token()
}

func (s *strictDecoder) fieldsOf(t reflect.Type) []jsonField {
	fields, ok := s.fields[t]
	if !ok {
		fields = jsonFields(t)
		s.fields[t] = fields
	}
	return fields
}

// appendName adds the name of a property to a path: as it is if that is unambiguous, otherwise quoted in brackets.
func appendName(path []byte, name string) []byte {
	plain := name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if !plain {
		return append(strconv.AppendQuote(append(path, '['), name), ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}

// isLeaf reports whether package json decodes a type in one piece. A generated struct that keeps AdditionalProperties has an
// UnmarshalJSON for these only and is walked like any other.
func isLeaf(t reflect.Type) bool {
	if t.Kind() == reflect.Struct {
		for field := range t.Fields() {
			if field.Name == "AdditionalProperties" && field.Type.Kind() == reflect.Map && field.Tag.Get("json") == "-" {
				return false
			}
		}
	}
	pointer := reflect.PointerTo(t)
	if pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return true
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Array:
		return false
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Uint8 // base64
	}
	return true
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "an integer (" + t.Kind().String() + ")"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.String:
		return "a string"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "an array"
	}
	return "a " + t.String()
}

// valueName describes a JSON value for an error: its kind, or the value itself if it is a number, true or false.
func valueName(raw string) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	}
	if len(raw) > 40 {
		return "a number of " + strconv.Itoa(len(raw)) + " characters"
	}
	return raw
}
