package sugertest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

var wordStart = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// snake returns the name of a property as queries have it: buyer_id for buyerID.
func snake(name string) string {
	return strings.ToLower(wordStart.ReplaceAllString(name, "${1}_${2}"))
}

// calledIn returns the property that a query calls by a name in snake_case, the first one by its own name if there are several.
func calledIn(properties openapi3.Schemas, name string) string {
	for _, property := range slices.Sorted(maps.Keys(properties)) {
		if snake(property) == name {
			return property
		}
	}
	return ""
}

// queried returns the property of a type that a query calls by a name. It has to be a text, a number or a boolean.
func queried(typ, name string) (string, error) {
	properties := schemaOf(typ).Properties
	if property := calledIn(properties, name); property != "" {
		ref := properties[property]
		for _, kind := range []string{openapi3.TypeString, openapi3.TypeNumber, openapi3.TypeInteger, openapi3.TypeBoolean} {
			if flatten(ref.Value).Type.Is(kind) {
				return property, nil
			}
		}
		return "", fmt.Errorf("%s is no text, number or boolean", name)
	}
	return "", fmt.Errorf("there is no %.50q, want the name of a property of %s in snake_case", name, typ)
}

// orderIn returns the comparison of objects that the parameter s asks for, nil for none.
func orderIn(c *call) (func(a, b object) int, error) {
	if !c.op.isQuery() || c.query.Get("s") == "" {
		return nil, nil
	}
	compare, err := parseOrder(c.op.typ, c.query.Get("s"))
	if err != nil {
		return nil, badRequest("query parameter s: %v", err)
	}
	return compare, nil
}

// fieldsIn returns the paths of properties that the parameter fields asks for, nil for all.
func fieldsIn(c *call) ([][]string, error) {
	if !c.op.isQuery() || c.query.Get("fields") == "" {
		return nil, nil
	}
	paths, err := parseFields(c.op.typ, c.query.Get("fields"))
	if err != nil {
		return nil, badRequest("query parameter fields: %v", err)
	}
	return paths, nil
}

// selected returns an object with no more than the properties at some paths, or as it is without paths.
func selected(o object, paths [][]string) object {
	if paths == nil {
		return o
	}
	some := object{}
	for _, path := range paths {
		if value := at(o, path...); value != nil {
			some = set(some, value, path...)
		}
	}
	return some
}

// parseOrder returns the comparison of objects that an order such as creation_time:desc,name:asc or -creation_time,name says.
func parseOrder(typ, source string) (func(a, b object) int, error) {
	var keys []func(a, b object) int
	for part := range strings.SplitSeq(source, ",") {
		name, descends := strings.CutPrefix(strings.TrimSpace(part), "-")
		if !descends {
			name, descends = strings.CutSuffix(name, ":desc")
		}
		if !descends {
			name = strings.TrimSuffix(name, ":asc")
		}
		property, err := queried(typ, name)
		if err != nil {
			return nil, err
		}
		keys = append(keys, func(a, b object) int {
			if descends {
				a, b = b, a
			}
			if a[property] == nil || b[property] == nil { // as if it were the greatest
				return strings.Compare(fmt.Sprint(a[property] == nil), fmt.Sprint(b[property] == nil))
			}
			return compare(a[property], b[property])
		})
	}
	return func(a, b object) int {
		for _, key := range keys {
			if order := key(a, b); order != 0 {
				return order
			}
		}
		return 0
	}, nil
}

// parseFields returns the paths of properties in a list such as id,info.buyerNotes. Their names may be in snake_case.
func parseFields(typ, source string) ([][]string, error) {
	var paths [][]string
	for field := range strings.SplitSeq(source, ",") {
		var path []string
		schema := schemaOf(typ)
		for name := range strings.SplitSeq(strings.TrimSpace(field), ".") {
			property := name
			if schema.Properties[name] == nil {
				property = calledIn(schema.Properties, name)
			}
			if property == "" {
				return nil, fmt.Errorf("%s has no property %.50q", typ, field)
			}
			path, schema = append(path, property), flatten(schema.Properties[property].Value)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// compare compares two values of a property. Texts that are times or dates compare as these.
func compare(a, b any) int {
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	switch a.(type) {
	case string:
		if x == "" || x[0] < '0' || x[0] > '9' { // no time begins with it
			return strings.Compare(x, y)
		}
		from, err := parseTime("", x)
		to, err2 := parseTime("", y)
		if err == nil && err2 == nil {
			return from.Compare(to)
		}
		return strings.Compare(x, y)
	case bool:
		return strings.Compare(x, y) // false comes first
	}
	return decimal(a).Cmp(decimal(b))
}
