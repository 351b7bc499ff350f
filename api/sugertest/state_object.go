package sugertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// object is a JSON object with its numbers as they were written. Objects are never changed once they are in the store, only
// replaced, so that one may be answered while another call goes on.
type object = map[string]any

// at returns what is in an object at a path of properties, nil if there is nothing.
func at(o object, path ...string) any {
	var value any = o
	for _, name := range path {
		o, _ := value.(object)
		value = o[name]
	}
	return value
}

func text(o object, path ...string) string {
	value, _ := at(o, path...).(string)
	return value
}

func list(o object, path ...string) []any {
	value, _ := at(o, path...).([]any)
	return value
}

func inner(o object, path ...string) object {
	value, _ := at(o, path...).(object)
	return value
}

// objects returns the objects in a list.
func objects(o object, path ...string) []object {
	var objects []object
	for _, value := range list(o, path...) {
		if o, ok := value.(object); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

// set returns a copy of an object with another value at a path of properties.
func set(o object, value any, path ...string) object {
	o = merged(o, nil)
	if len(path) > 1 {
		value = set(inner(o, path[0]), value, path[1:]...)
	}
	o[path[0]] = value
	return o
}

// appended returns a copy of an object with one more value in the list at a path of properties.
func appended(o object, value any, path ...string) object {
	return set(o, append(slices.Clone(list(o, path...)), value), path...)
}

// merged returns a copy of an object with other values for some properties.
func merged(o, changes object) object {
	o = maps.Clone(o)
	if o == nil {
		o = object{}
	}
	maps.Copy(o, changes)
	return o
}

// filtered returns a copy of an object that has some of its properties.
func filtered(o object, keep func(name string, value any) bool) object {
	o = merged(o, nil)
	maps.DeleteFunc(o, func(name string, value any) bool { return !keep(name, value) })
	return o
}

// picked returns those properties of an object that a type has, too.
func picked(o object, typ string) object {
	return filtered(o, func(name string, _ any) bool { return schemaOf(typ).Properties[name] != nil })
}

func without(o object, names ...string) object {
	return filtered(o, func(name string, _ any) bool { return !slices.Contains(names, name) })
}

func keeping(o object, names ...string) object {
	return filtered(o, func(name string, _ any) bool { return slices.Contains(names, name) })
}

// given returns an object without the properties that are nil or an empty text.
func given(o object) object {
	return filtered(o, func(_ string, value any) bool { return value != nil && value != "" })
}

// toJSON turns a value into what its JSON decodes to.
func toJSON(value any) (any, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return decode(data)
}

// decode reads one JSON value and keeps its numbers as they are written.
func decode(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// decimal returns the exact value of a number, so that amounts add up without rounding, and 0 for any other value.
func decimal(value any) *big.Rat {
	if r, ok := new(big.Rat).SetString(fmt.Sprint(value)); ok {
		return r
	}
	return new(big.Rat)
}

// number writes an exact number for JSON, rounded to twelve digits after the point.
func number(r *big.Rat) json.Number {
	digits := r.FloatString(12)
	return json.Number(strings.TrimRight(strings.TrimRight(digits, "0"), "."))
}

// sum adds numbers up.
func sum(values ...any) json.Number {
	total := new(big.Rat)
	for _, value := range values {
		total.Add(total, decimal(value))
	}
	return number(total)
}

// negative returns the number with the other sign.
func negative(value any) json.Number { return number(new(big.Rat).Neg(decimal(value))) }

// product multiplies two numbers.
func product(a, b any) json.Number { return number(new(big.Rat).Mul(decimal(a), decimal(b))) }

// check returns the error that answers 400 unless an object fits its type.
func check(typ string, o object) error {
	if err := schemaOf(typ).VisitJSON(o); err != nil {
		return badRequest("%s", locate("body", err.Error(), err))
	}
	return nil
}

// locate says where and why a value does not fit its schema: what the innermost schema says of it.
func locate(field, reason string, err error) string {
	place := field
	for e, ok := errors.AsType[*openapi3.SchemaError](err); ok; e, ok = errors.AsType[*openapi3.SchemaError](e.Origin) {
		place, reason = strings.Join(append([]string{field}, e.JSONPointer()...), "/"), e.Reason
	}
	return place + ": " + reason
}
