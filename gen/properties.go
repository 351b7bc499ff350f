package gen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
)

// decodeObject decodes JSON into the struct that x points to. plain points to the same struct as a type without methods, so
// that decoding does not call UnmarshalJSON again. Unknown properties, at every depth, are kept in AdditionalProperties.
func decodeObject(data []byte, x, plain any) error {
	value := reflect.ValueOf(x).Elem()
	s := shapeOf(value.Type())
	data = bytes.TrimSpace(data)
	var more *unknown
	all, numbers := s.knowsAll(data)
	if !all {
		var err error
		if data, more, err = s.split(data); err != nil {
			return err
		}
	}
	if s.extra >= 0 {
		value.Field(s.extra).SetZero()
	}
	unmarshal := Unmarshal
	if numbers || !all {
		unmarshal = unmarshalNumbers
	}
	err := unmarshal(data, plain)
	more.put(s, value) // also if another property has the wrong type
	return err
}

// unmarshalNumbers is json.Unmarshal, except that numbers in values of type any become json.Number and so keep every digit.
func unmarshalNumbers(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	err := dec.Decode(v)
	if _, syntax := err.(*json.SyntaxError); err == io.EOF || err == io.ErrUnexpectedEOF || syntax || dec.InputOffset() < int64(len(data)) {
		return json.Unmarshal(data, v) // which, unlike a Decoder, refuses data after the value
	}
	return err
}

// unknown are the unknown properties of a value and of its parts, by the name of the property or the index in the list.
type unknown struct {
	properties map[string]any
	parts      map[string]*unknown
}

// split returns the JSON without its unknown properties, and these separately, nil if there are none. Unknown properties have
// to be removed before decoding because encoding/json ignores case and would take "ID" for "id".
func (s *shape) split(data []byte) ([]byte, *unknown, error) {
	if s == nil || s.any || len(data) == 0 || data[0] != s.open {
		return data, nil, nil
	}
	if s.open == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, nil, err
		}
		var all unknown
		for i := range list {
			if err := all.split(s.elem, strconv.Itoa(i), &list[i]); err != nil {
				return nil, nil, err
			}
		}
		return all.without(data, list)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, nil, err
	}
	var all unknown
	for name, value := range object {
		part := s.elem
		if part == nil {
			at, known := s.fields[name]
			if !known && s.extra >= 0 {
				var v any
				if err := unmarshalNumbers(value, &v); err != nil {
					return nil, nil, err
				}
				if all.properties == nil {
					all.properties = map[string]any{}
				}
				all.properties[name] = v
				delete(object, name)
				continue
			}
			if known {
				part = s.list[at].shape
			}
		}
		if err := all.split(part, name, &value); err != nil {
			return nil, nil, err
		}
		object[name] = value
	}
	return all.without(data, object)
}

// split removes the unknown properties from the JSON of a part.
func (u *unknown) split(s *shape, name string, data *json.RawMessage) error {
	rest, part, err := s.split(*data)
	if part != nil {
		if u.parts == nil {
			u.parts = map[string]*unknown{}
		}
		u.parts[name] = part
		*data = rest
	}
	return err
}

// without returns the JSON of the known properties, which is data itself if there are no others.
func (u *unknown) without(data []byte, left any) ([]byte, *unknown, error) {
	if u.properties == nil && u.parts == nil {
		return data, nil, nil
	}
	data, err := json.Marshal(left)
	return data, u, err
}

// put sets the AdditionalProperties of a value and of its parts.
func (u *unknown) put(s *shape, value reflect.Value) {
	for value.Kind() == reflect.Pointer && !value.IsNil() {
		value = value.Elem()
	}
	if u == nil {
		return
	}
	switch value.Kind() {
	case reflect.Struct:
		if u.properties != nil {
			value.Field(s.extra).Set(reflect.ValueOf(u.properties))
		}
		for name, part := range u.parts {
			f := s.list[s.fields[name]]
			part.put(f.shape, value.Field(f.index))
		}
	case reflect.Slice:
		for index, part := range u.parts {
			if i, err := strconv.Atoi(index); err == nil && i < value.Len() { // shorter if decoding failed within the list
				part.put(s.elem, value.Index(i))
			}
		}
	case reflect.Map:
		for name, part := range u.parts {
			key := reflect.ValueOf(name).Convert(value.Type().Key())
			if at := value.MapIndex(key); at.IsValid() {
				changed := reflect.New(at.Type()).Elem() // a value in a map is not addressable, so a changed copy replaces it
				changed.Set(at)
				part.put(s.elem, changed)
				value.SetMapIndex(key, changed)
			}
		}
	}
}

// encodeObject encodes a struct of the type that is named, given as a type without methods, and its additional properties as one
// object.
func encodeObject(name string, plain any, properties map[string]any) ([]byte, error) {
	if len(properties) == 0 {
		return json.Marshal(plain)
	}
	t := reflect.TypeOf(plain)
	for _, f := range shapeOf(t).list {
		if _, twice := properties[f.name]; twice {
			return nil, fmt.Errorf("gen: AdditionalProperties of %s has %q, which is the field %s", name, f.name, t.Field(f.index).Name)
		}
	}
	object, err := json.Marshal(plain)
	if err != nil {
		return nil, err
	}
	more, err := json.Marshal(properties)
	if err != nil || len(object) == len("{}") {
		return more, err
	}
	object[len(object)-1] = ','
	return append(object, more[1:]...), nil
}
