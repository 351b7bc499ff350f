package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// keywords are the words in CamelCase with which the constants of generated clients do not compile, and the language of each.
var keywords = map[string]string{
	"Class": "PHP", "Companion": "Kotlin", "False": "Python", "None": "Python", "Self": "Rust and Swift", "String": "Java",
	"True": "Python", "Type": "Swift",
}

// nameValues gives every enum a name for each of its values: the value in CamelCase, "Empty" for "". The source has a mapping
// from value to name for the exceptions. names says that the keys of node are names, not words of OpenAPI.
func nameValues(node *yaml.Node, names bool) error {
	if node.Kind == yaml.SequenceNode {
		for _, item := range node.Content {
			if err := nameValues(item, false); err != nil {
				return err
			}
		}
	}
	for key, value := range pairs(node) {
		if names || !literals[key.Value] {
			err := nameValues(value, !names && nameMaps[key.Value])
			if err != nil && names {
				err = fmt.Errorf("%s: %w", key.Value, err)
			}
			if err != nil {
				return err
			}
		}
	}
	values := get(node, "enum")
	if names || values == nil || values.Kind != yaml.SequenceNode {
		return nil
	}
	given := get(node, varnames)
	if given == nil {
		given = &yaml.Node{Kind: yaml.MappingNode}
	} else if given.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: %s is a mapping of values to names", given.Line, varnames)
	}
	for value := range pairs(given) {
		if !slices.ContainsFunc(values.Content, func(v *yaml.Node) bool { return v.Value == value.Value }) {
			return fmt.Errorf("line %d: %s names %q, which is no value of the enum", value.Line, varnames, value.Value)
		}
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: values.Style}
	for _, value := range values.Content {
		name := get(given, value.Value)
		switch {
		case name != nil:
			name = stringNode(name.Value)
		case value.Value == "":
			name = stringNode("Empty")
		default:
			name = stringNode(camelCase(value.Value))
		}
		if language := keywords[name.Value]; language != "" {
			return fmt.Errorf("line %d: the value %q is called %s, a word of %s: give it another name in %s", value.Line, value.Value,
				name.Value, language, varnames)
		}
		list.Content = append(list.Content, name)
	}
	set(node, "enum", varnames, list)
	return nil
}

var separators = regexp.MustCompile(`[^A-Za-z0-9]+`)

// camelCase returns AwsMarketplace for AWS_MARKETPLACE and aws-marketplace; it leaves a word of mixed case as it is.
func camelCase(value string) string {
	var name strings.Builder
	for _, word := range separators.Split(value, -1) {
		if word == "" {
			continue
		}
		if strings.ToUpper(word) == word {
			word = strings.ToLower(word)
		}
		name.WriteString(string(unicode.ToUpper(rune(word[0]))) + word[1:])
	}
	return name.String()
}
