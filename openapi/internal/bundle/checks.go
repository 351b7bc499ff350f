package main

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// schemas is a set of schemas, wherever they stand, each with the place where it was met first.
type schemas struct {
	doc    *yaml.Node
	places map[*yaml.Node]string
	order  []*yaml.Node
}

// inBodies returns the schemas that the bodies of requests are made of.
func inBodies(doc *yaml.Node) *schemas {
	set := &schemas{doc: doc, places: map[*yaml.Node]string{}}
	for _, item := range pairs(get(doc, "paths")) {
		for method, op := range pairs(item) {
			for _, media := range pairs(get(op, "requestBody", "content")) {
				place := method.Value
				if id := get(op, "operationId"); id != nil {
					place = id.Value
				}
				set.add(get(media, "schema"), "body of "+place)
			}
		}
	}
	return set
}

// add adds a schema and all that it is made of.
func (s *schemas) add(schema *yaml.Node, place string) {
	if schema == nil || schema.Kind != yaml.MappingNode || s.places[schema] != "" {
		return
	}
	if ref := reference(schema); ref != nil {
		name := ref.Value[len("#/components/schemas/"):]
		s.add(get(s.doc, "components", "schemas", name), name)
		return
	}
	s.places[schema] = place
	s.order = append(s.order, schema)
	for name, property := range pairs(get(schema, "properties")) {
		s.add(property, place+"."+name.Value)
	}
	for _, word := range []string{"items", "additionalProperties", "not"} {
		s.add(get(schema, word), place)
	}
	for _, word := range []string{"allOf", "anyOf", "oneOf"} {
		if list := get(schema, word); list != nil {
			for _, one := range list.Content {
				s.add(one, place)
			}
		}
	}
}

// checkSchemas refuses what generated clients of other languages send unasked: defaults in bodies, and the empty object of
// additional properties that stand beside named ones.
func checkSchemas(doc *yaml.Node) error {
	var errs []error
	bodies := inBodies(doc)
	for _, schema := range bodies.order {
		if found := get(schema, "default"); found != nil {
			errs = append(errs, fmt.Errorf("%s: line %d: a default in a body is sent unasked by generated clients, say it in the description",
				bodies.places[schema], found.Line))
		}
	}
	for name, schema := range pairs(get(doc, "components", "schemas")) {
		if found := get(schema, "additionalProperties"); found != nil && get(schema, "properties") != nil {
			errs = append(errs, fmt.Errorf("%s: line %d: additionalProperties beside properties: objects are open without it", name.Value,
				found.Line))
		}
	}
	return errors.Join(errs...)
}
