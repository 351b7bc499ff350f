package sugertest

import (
	"fmt"
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

// queried returns the property of a type that a query calls by a name. It has to be a text, a number or a boolean.
func queried(typ, name string) (string, error) {
	for property, ref := range schemaOf(typ).Properties {
		if snake(property) != name {
			continue
		}
		for _, kind := range []string{openapi3.TypeString, openapi3.TypeNumber, openapi3.TypeInteger, openapi3.TypeBoolean} {
			if flatten(ref.Value).Type.Is(kind) {
				return property, nil
			}
		}
		return "", fmt.Errorf("%s is no text, number or boolean", name)
	}
	return "", fmt.Errorf("there is no %.50q, want the name of a property of %s in snake_case", name, typ)
}

// arranged returns items in the order that the parameter s asks for, with the properties that the parameter fields does.
func arranged(c *call, items []any) ([]any, error) {
	order, err := parseOrder(c.op.typ, c.query.Get("s"))
	if err != nil {
		return nil, badRequest("query parameter s: %v", err)
	}
	slices.SortStableFunc(items, func(a, b any) int { return order(a.(object), b.(object)) })
	if c.query.Get("fields") == "" {
		return items, nil
	}
	paths, err := parseFields(c.op.typ, c.query.Get("fields"))
	if err != nil {
		return nil, badRequest("query parameter fields: %v", err)
	}
	for i, item := range items {
		some := object{}
		for _, path := range paths {
			if value := at(item.(object), path...); value != nil {
				some = set(some, value, path...)
			}
		}
		items[i] = some
	}
	return items, nil
}

// parseOrder returns the comparison of objects that an order such as creation_time:desc,name:asc or -creation_time,name says.
func parseOrder(typ, source string) (func(a, b object) int, error) {
	var keys []func(a, b object) int
	for part := range strings.SplitSeq(source, ",") {
		if source == "" {
			break
		}
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
			property := ""
			for known := range schema.Properties {
				if known == name || snake(known) == name {
					property = known
				}
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
