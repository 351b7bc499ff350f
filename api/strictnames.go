package api

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// jsonField is a property that package json decodes into a field of a struct.
type jsonField struct {
	name   string
	typ    reflect.Type
	tagged bool // whether the name is from the tag
}

// jsonFields returns the properties of a struct by the rules of package json: fields of embedded structs are the struct's own,
// of several with one name the least deep wins, then the one with a tag; if several remain, none has the name.
func jsonFields(t reflect.Type) []jsonField {
	var fields []jsonField
	taken, walked := map[string]bool{}, map[reflect.Type]bool{}
	for level := []reflect.Type{t}; len(level) > 0; {
		var here []jsonField
		var deeper []reflect.Type
		for _, t := range level {
			for field := range t.Fields() {
				property, embedded := fieldProperty(field)
				if embedded != nil && !walked[embedded] {
					deeper = append(deeper, embedded)
				} else if embedded == nil && property.name != "" && !taken[property.name] {
					here = append(here, property)
				}
			}
			walked[t] = true
		}
		for _, property := range here {
			if !taken[property.name] {
				taken[property.name] = true
				if winner, ok := dominant(here, property.name); ok {
					fields = append(fields, winner)
				}
			}
		}
		level = deeper
	}
	return fields
}

// fieldProperty returns the property of a field, without a name if there is none, or the struct whose fields it embeds.
func fieldProperty(field reflect.StructField) (jsonField, reflect.Type) {
	typ := field.Type
	if field.Anonymous && typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	embeds := field.Anonymous && typ.Kind() == reflect.Struct
	tag := field.Tag.Get("json")
	if tag == "-" || !field.IsExported() && !embeds {
		return jsonField{}, nil
	}
	name, options, _ := strings.Cut(tag, ",")
	if !isPropertyName(name) {
		name = ""
	}
	if name == "" && embeds {
		return jsonField{}, typ
	}
	property := jsonField{name, field.Type, name != ""}
	if name == "" {
		property.name = field.Name
	}
	if slices.Contains(strings.Split(options, ","), "string") {
		property.typ = anyType // a string with the value in it, which is left to package json
	}
	return property, nil
}

// dominant returns the field that package json decodes a name into, of several that have it, and whether there is one.
func dominant(fields []jsonField, name string) (jsonField, bool) {
	var all, tagged []jsonField
	for _, field := range fields {
		if field.name == name {
			all = append(all, field)
			if field.tagged {
				tagged = append(tagged, field)
			}
		}
	}
	if len(tagged) > 0 {
		all = tagged
	}
	return all[0], len(all) == 1
}

// isPropertyName reports whether package json takes a name from a tag.
func isPropertyName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r)
	})
}

// nearest returns the known name that somebody who wrote name may have meant, "" if none is near. Case, hyphens and underscores
// make no difference, and up to three letters may be wrong, a third of a short name at most.
func nearest(name string, fields []jsonField) string {
	written, best, least := letters(name), "", 4
	for _, field := range fields {
		known := letters(field.name)
		bound := min(least-1, len(known)/3)
		if d := len(written) - len(known); len(known) == 0 || d > bound || -d > bound {
			continue
		}
		if d := editDistance(written, known); d <= bound {
			best, least = field.name, d
		}
	}
	return best
}

var noSeparators = strings.NewReplacer("-", "", "_", "")

func letters(name string) []rune { return []rune(strings.ToLower(noSeparators.Replace(name))) }

// editDistance counts the letters that are to be inserted, deleted, replaced or swapped with the next to make b of a.
func editDistance(a, b []rune) int {
	var before []int // the row before the last one
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
