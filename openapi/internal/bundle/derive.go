package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// raw is the extension of a value whose documented type is in doubt: Go keeps its JSON.
const raw = "x-raw-json"

// The extensions that derive adds to a bundle. What the source writes down itself wins.
const (
	varnames = "x-enum-varnames"  // the name of a constant for each value of an enum
	method   = "x-sdk-method"     // the name of the client's method for an operation
	keeps    = "x-keeps-unknown"  // the Go type has AdditionalProperties
	decodes  = "x-decodes-itself" // the Go type has an UnmarshalJSON
)

// derive adds to a bundle what follows from the rest of it.
func derive(doc *yaml.Node) error {
	if err := checkSchemas(doc); err != nil {
		return err
	}
	if err := nameValues(doc, false); err != nil {
		return err
	}
	schemas := get(doc, "components", "schemas")
	bodies, answers := types{schemas, map[string]bool{}}, types{schemas, map[string]bool{}}
	own := map[string]bool{} // the types that are a body or an answer, alone or in a list
	for _, item := range pairs(get(doc, "paths")) {
		for _, op := range pairs(item) {
			nameMethod(op)
			media := get(op, "requestBody", "content", "application/json")
			for _, name := range bodies.parts(get(media, "schema")) {
				own[name] = true
				bodies.reach(name)
			}
			for _, response := range pairs(get(op, "responses")) {
				for _, media := range pairs(get(response, "content")) {
					for _, name := range answers.parts(get(media, "schema")) {
						own[name] = true
						answers.reach(name)
					}
				}
			}
		}
	}
	bodies.mark(answers, own)
	return nil
}

// nameMethod names the method of an operation: its operationId without the noun of its service, which is the tag without its
// plural, so that listOffers is list where the service is Offers.
func nameMethod(op *yaml.Node) {
	id, tags := get(op, "operationId"), get(op, "tags")
	if id == nil || tags == nil || len(tags.Content) == 0 || get(op, method) != nil {
		return
	}
	noun := strings.TrimSuffix(tags.Content[0].Value, "s")
	first, rest := regexp.QuoteMeta(noun[:1]), regexp.QuoteMeta(noun[1:])
	name := id.Value
	if at := regexp.MustCompile(first + "(?i:" + rest + ")s?").FindStringIndex(name); at != nil {
		name = name[:at[0]] + name[at[1]:]
	}
	set(op, "operationId", method, stringNode(name))
}

// types is a set of schemas with properties, which become structs in Go.
type types struct {
	schemas *yaml.Node
	names   map[string]bool
}

// reach adds a type and all types that it is made of.
func (t types) reach(name string) {
	if t.names[name] {
		return
	}
	t.names[name] = true
	for _, property := range pairs(get(t.schemas, name, "properties")) {
		for _, part := range t.parts(property) {
			t.reach(part)
		}
	}
}

// parts returns the names of the types that a schema is, or that its items or values are.
func (t types) parts(schema *yaml.Node) []string {
	if schema == nil {
		return nil
	}
	if ref := reference(schema); ref != nil {
		name := strings.TrimPrefix(ref.Value, "#/components/schemas/")
		if target := get(t.schemas, name); get(target, "properties") == nil {
			return t.parts(target)
		}
		return []string{name}
	}
	names := append(t.parts(get(schema, "items")), t.parts(get(schema, "additionalProperties"))...)
	for _, word := range []string{"allOf", "anyOf", "oneOf"} {
		if list := get(schema, word); list != nil {
			for _, one := range list.Content {
				names = append(names, t.parts(one)...)
			}
		}
	}
	return names
}

// mark decides which Go types keep unknown properties, and which have an UnmarshalJSON. Every type that a body reaches keeps
// them, so that an object which is read, changed and sent back loses nothing. An UnmarshalJSON is for those of them that are a
// body or an answer themselves or part of an answer that keeps nothing, and for types with values of any type, whose numbers
// keep their digits. The others go without, as package json reads the JSON of a type that has one twice more.
func (bodies types) mark(answers types, own map[string]bool) {
	decoded := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(answers.names)) {
		for _, property := range pairs(get(bodies.schemas, name, "properties")) {
			for _, part := range answers.parts(property) {
				decoded[part] = decoded[part] || bodies.names[part] && !bodies.names[name]
			}
		}
	}
	for name, schema := range pairs(bodies.schemas) {
		if bodies.names[name.Value] && get(schema, keeps) == nil {
			schema.Content = append(schema.Content, stringNode(keeps), boolNode())
		}
		itself := decoded[name.Value] || own[name.Value] && bodies.names[name.Value] || bodies.holdsAny(schema)
		if itself && get(schema, decodes) == nil {
			schema.Content = append(schema.Content, stringNode(decodes), boolNode())
		}
	}
}

// holdsAny reports whether a property of a type, or its items or values, may be of any type.
func (t types) holdsAny(schema *yaml.Node) bool {
	for _, property := range pairs(get(schema, "properties")) {
		if t.isAny(property) {
			return true
		}
	}
	return false
}

func (t types) isAny(schema *yaml.Node) bool {
	if ref := reference(schema); ref != nil {
		return t.isAny(get(t.schemas, strings.TrimPrefix(ref.Value, "#/components/schemas/")))
	}
	if get(schema, raw) != nil {
		return false // kept as it came
	}
	if all := get(schema, "allOf"); all != nil && len(all.Content) == 1 {
		return t.isAny(all.Content[0])
	}
	if items := get(schema, "items"); items != nil {
		return t.isAny(items)
	}
	kind, values := get(schema, "type"), get(schema, "additionalProperties")
	if values != nil && values.Kind == yaml.MappingNode {
		return t.isAny(values)
	}
	if kind != nil && kind.Value != "object" {
		return false
	}
	for _, word := range []string{"properties", "allOf", "anyOf", "oneOf"} {
		if get(schema, word) != nil {
			return false
		}
	}
	return true
}

// get returns the value below a node at the path of keys, nil if there is none.
func get(node *yaml.Node, keys ...string) *yaml.Node {
	for _, want := range keys {
		if node == nil {
			return nil
		}
		var found *yaml.Node
		for key, value := range pairs(node) {
			if key.Value == want {
				found = value
			}
		}
		node = found
	}
	return node
}

// set gives a mapping a key behind another, or a new value to the key that it has.
func set(node *yaml.Node, behind, name string, value *yaml.Node) {
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			node.Content[i+1] = value
			return
		}
	}
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == behind {
			node.Content = slices.Insert(node.Content, i+2, stringNode(name), value)
			return
		}
	}
}

func boolNode() *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}
}
