package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// appendJSON writes a YAML node as indented JSON: keys in their order, numbers as they are written in the source.
func appendJSON(buf *bytes.Buffer, node *yaml.Node, indent string) error {
	switch node.Kind {
	case yaml.MappingNode:
		return appendItems(buf, node, indent, '{', '}')
	case yaml.SequenceNode:
		return appendItems(buf, node, indent, '[', ']')
	case yaml.ScalarNode:
		return appendScalar(buf, node)
	}
	return fmt.Errorf("line %d: no JSON for this YAML node", node.Line)
}

func appendItems(buf *bytes.Buffer, node *yaml.Node, indent string, open, end byte) error {
	buf.WriteByte(open)
	inner := indent + "  "
	step := 1
	if node.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i < len(node.Content); i += step {
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteString("\n" + inner)
		if step == 2 {
			if err := appendString(buf, node.Content[i].Value); err != nil {
				return err
			}
			buf.WriteString(": ")
		}
		if err := appendJSON(buf, node.Content[i+step-1], inner); err != nil {
			return err
		}
	}
	if len(node.Content) > 0 {
		buf.WriteString("\n" + indent)
	}
	buf.WriteByte(end)
	return nil
}

func appendScalar(buf *bytes.Buffer, node *yaml.Node) error {
	if err := checkScalar(node); err != nil {
		return err
	}
	if node.ShortTag() == "!!str" {
		return appendString(buf, node.Value)
	}
	buf.WriteString(node.Value)
	return nil
}

// checkScalar returns an error for a scalar that JSON writes in another way.
func checkScalar(node *yaml.Node) error {
	switch tag := node.ShortTag(); tag {
	case "!!str":
		return nil
	case "!!int", "!!float", "!!bool", "!!null":
		// YAML has forms that JSON lacks: 0x10, .5, True, nothing. Refusing them is better than changing the literal.
		if !json.Valid([]byte(node.Value)) {
			return fmt.Errorf("%q is not a JSON literal, write it as one or quote it", node.Value)
		}
		return nil
	default:
		return fmt.Errorf("%q is read as %s, quote it", node.Value, tag)
	}
}

func appendString(buf *bytes.Buffer, s string) error {
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return err
	}
	buf.Truncate(buf.Len() - 1) // the encoder ends with a line feed
	return nil
}
