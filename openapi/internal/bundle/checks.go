package main

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// checkSchemas refuses what generated clients of other languages suffer from: defaults in bodies, which they send unasked,
// additionalProperties: true beside named properties, of which some send an empty object, and enums without a name.
func checkSchemas(doc *yaml.Node) error {
	var errs []error
	refuse := func(place string, node *yaml.Node, why string) {
		errs = append(errs, fmt.Errorf("%s: line %d: %s", place, node.Line, why))
	}
	bodies, all := inBodies(doc), inDocument(doc)
	named := map[*yaml.Node]bool{}
	for _, schema := range pairs(get(doc, "components", "schemas")) {
		named[schema] = true
	}
	for _, schema := range all.order {
		place := all.places[schema]
		if found := get(schema, "default"); found != nil && bodies.places[schema] != "" {
			refuse(place, found, "generated clients send a default of a body unasked: say it in the description")
		}
		if found := get(schema, "additionalProperties"); found != nil && get(schema, "properties") != nil {
			refuse(place, found, "additionalProperties beside properties: objects are open without it")
		}
		if found := get(schema, "enum"); found != nil && !named[schema] {
			refuse(place, found, "an enum inside of another schema: make it a component, which has a name")
		}
	}
	return errors.Join(errs...)
}
