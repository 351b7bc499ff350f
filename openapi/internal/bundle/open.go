package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// known is the extension of an open description with the values that a text is known to have.
const known = "x-known-values"

// limits are the words that bound a value.
var limits = []string{
	"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "minItems",
	"maxItems", "uniqueItems", "minProperties", "maxProperties",
}

// opened returns the description for generators and validators that refuse what a description does not list: enums are plain
// texts, with the values that are known in the description and in an extension, what is only received has no limits, values
// whose documented type is in doubt have none, and the marks for the Go types are left out.
func opened(doc *yaml.Node) *yaml.Node {
	doc = clone(doc)
	sent := inRequests(doc)
	for _, schema := range inDocument(doc).order {
		for _, word := range []string{keeps, decodes} {
			remove(schema, word)
		}
		if sent.places[schema] == "" {
			for _, word := range limits {
				remove(schema, word)
			}
		}
		if get(schema, raw) != nil {
			for _, word := range []string{raw, "type", "items"} {
				remove(schema, word)
			}
		}
		openEnum(schema)
	}
	return doc
}

// openEnum turns an enum into its type, and says in words and in an extension what was in the list.
func openEnum(schema *yaml.Node) {
	values := get(schema, "enum")
	if values == nil {
		return
	}
	remove(schema, "enum")
	remove(schema, varnames)
	schema.Content = append(schema.Content, stringNode(known), values)
	var quoted []string
	for _, value := range values.Content {
		if value.Value != "" { // the empty text is no word for prose
			quoted = append(quoted, "`"+value.Value+"`")
		}
	}
	if description := get(schema, "description"); description != nil && len(quoted) > 0 {
		description.Value += " Known values: " + strings.Join(quoted, ", ") + "."
	}
}

// checkOpen refuses an enum anywhere in an open description. names says that the keys of node are names, not words of OpenAPI.
func checkOpen(node *yaml.Node, place string, names bool) error {
	var errs []error
	if values := get(node, "enum"); !names && values != nil && values.Kind == yaml.SequenceNode {
		errs = append(errs, fmt.Errorf("%s: line %d: an enum closes the open description", strings.TrimPrefix(place, "."), values.Line))
	}
	for key, value := range pairs(node) {
		if names || !literals[key.Value] && !strings.HasPrefix(key.Value, "x-") {
			errs = append(errs, checkOpen(value, place+"."+key.Value, !names && nameMaps[key.Value] && value.Kind == yaml.MappingNode))
		}
	}
	if node.Kind == yaml.SequenceNode {
		for i, item := range node.Content {
			errs = append(errs, checkOpen(item, fmt.Sprintf("%s.%d", place, i), false))
		}
	}
	return errors.Join(errs...)
}

// clone returns a copy that shares nothing with the node. Bundles have no aliases.
func clone(node *yaml.Node) *yaml.Node {
	copied := *node
	copied.Content = slices.Clone(node.Content)
	for i, child := range copied.Content {
		copied.Content[i] = clone(child)
	}
	return &copied
}

// remove takes a key and its value out of a mapping.
func remove(node *yaml.Node, name string) {
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			node.Content = slices.Delete(node.Content, i, i+2)
			return
		}
	}
}
