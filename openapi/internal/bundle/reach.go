package main

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// schemaSet is a set of schemas, each with the place where it was met first.
type schemaSet struct {
	doc    *yaml.Node
	places map[*yaml.Node]string
	order  []*yaml.Node
}

func newSchemaSet(doc *yaml.Node) *schemaSet {
	return &schemaSet{doc: doc, places: map[*yaml.Node]string{}}
}

// inBodies returns the schemas that the bodies of requests are made of.
func inBodies(doc *yaml.Node) *schemaSet {
	set := newSchemaSet(doc)
	for _, item := range pairs(get(doc, "paths")) {
		for _, op := range pairs(item) {
			for _, media := range pairs(get(op, "requestBody", "content")) {
				set.add(get(media, "schema"), "a body")
			}
		}
	}
	return set
}

// inRequests returns the schemas of bodies and of parameters.
func inRequests(doc *yaml.Node) *schemaSet {
	set := inBodies(doc)
	for _, parameter := range pairs(get(doc, "components", "parameters")) {
		set.add(get(parameter, "schema"), "a parameter")
	}
	for _, item := range pairs(get(doc, "paths")) {
		set.addParameters(get(item, "parameters"))
		for _, op := range pairs(item) {
			set.addParameters(get(op, "parameters"))
		}
	}
	return set
}

func (s *schemaSet) addParameters(list *yaml.Node) {
	if list == nil {
		return
	}
	for _, parameter := range list.Content {
		s.add(get(parameter, "schema"), "a parameter")
	}
}

// inDocument returns all schemas of the document.
func inDocument(doc *yaml.Node) *schemaSet {
	set := newSchemaSet(doc)
	for name, schema := range pairs(get(doc, "components", "schemas")) {
		set.add(schema, name.Value)
	}
	for _, more := range inRequests(doc).order {
		set.add(more, "a request")
	}
	responses := []*yaml.Node{get(doc, "components", "responses")}
	for _, item := range pairs(get(doc, "paths")) {
		for _, op := range pairs(item) {
			responses = append(responses, get(op, "responses"))
		}
	}
	for _, group := range responses {
		for _, response := range pairs(group) {
			for _, media := range pairs(get(response, "content")) {
				set.add(get(media, "schema"), "an answer")
			}
		}
	}
	return set
}

// add adds a schema and all that it is made of.
func (s *schemaSet) add(schema *yaml.Node, place string) {
	if schema == nil || schema.Kind != yaml.MappingNode || s.places[schema] != "" {
		return
	}
	if ref := reference(schema); ref != nil {
		name := strings.TrimPrefix(ref.Value, "#/components/schemas/")
		s.add(get(s.doc, "components", "schemas", name), name)
		return
	}
	s.places[schema] = place
	s.order = append(s.order, schema)
	for name, property := range pairs(get(schema, "properties")) {
		s.add(property, place+"."+name.Value)
	}
	s.add(get(schema, "items"), place+"[]")
	s.add(get(schema, "additionalProperties"), place+"{}")
	for _, word := range []string{"allOf", "anyOf", "oneOf"} {
		if list := get(schema, word); list != nil {
			for _, one := range list.Content {
				s.add(one, place)
			}
		}
	}
}
