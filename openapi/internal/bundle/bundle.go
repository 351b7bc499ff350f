package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// componentKinds says what the top-level names of a file are, by the file's base name. Every other file holds schemas.
var componentKinds = map[string]string{
	"parameters.yaml": "parameters",
	"responses.yaml":  "responses",
	"examples.yaml":   "examples",
	"paths.yaml":      "pathItems",
}

// kindOrder is the order of the kinds below components.
var kindOrder = []string{"schemas", "parameters", "responses", "examples"}

var pascalCase = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// definition is a top-level name of one of the files below the root.
type definition struct {
	file string
	name string
	node *yaml.Node
	used bool
}

func (d *definition) kind() string {
	if kind, ok := componentKinds[path.Base(d.file)]; ok {
		return kind
	}
	return "schemas"
}

// bundler joins the files of a description into one document.
type bundler struct {
	dir         string
	root        string
	definitions map[string]*definition // by name: names are unique in the whole tree
	files       map[string]bool
	components  map[string][]*definition // by kind, in the order of their first use
	queue       []*definition
	errs        []error
}

// Bundle reads the description whose root file is root, with every other YAML file below its directory but those in
// skip, and returns one document in which each reference points into the document itself. Order and literals are those
// of the source. Names that clash, references that lead nowhere and definitions that nothing uses are errors, all of
// them reported together.
func Bundle(root string, skip ...string) (*yaml.Node, error) {
	b := &bundler{
		dir:         filepath.Dir(root),
		root:        filepath.Base(root),
		definitions: map[string]*definition{},
		files:       map[string]bool{},
		components:  map[string][]*definition{},
	}
	doc, err := parseFile(root)
	if err != nil {
		return nil, err
	}
	if err := b.collect(skip); err != nil {
		return nil, err
	}
	b.walk(doc, b.root, position{})
	for len(b.queue) > 0 {
		d := b.queue[0]
		b.queue = b.queue[1:]
		b.walk(d.node, d.file, position{})
	}
	b.attachComponents(doc)
	b.reportUnused()
	return doc, errors.Join(b.errs...)
}

// collect parses every file of the tree and registers its top-level names.
func (b *bundler) collect(skip []string) error {
	return filepath.WalkDir(b.dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(b.dir, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if entry.IsDir() {
			if entry.Name() == "internal" {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".yaml" || name == b.root || slices.Contains(skip, name) {
			return nil
		}
		doc, err := parseFile(file)
		if err != nil {
			return err
		}
		b.files[name] = true
		for key, value := range pairs(doc) {
			if !pascalCase.MatchString(key.Value) {
				b.errorf(name, key, "%q is not a PascalCase name", key.Value)
			}
			if other := b.definitions[key.Value]; other != nil {
				b.errorf(name, key, "%s is defined in %s too", key.Value, other.file)
				continue
			}
			b.definitions[key.Value] = &definition{file: name, name: key.Value, node: value}
		}
		return nil
	})
}

// position tells what the keys of a mapping are: names that the author chose or words of the OpenAPI specification.
type position struct {
	names bool
	paths bool
}

// nameMaps are the words below which the keys are names, so that a property called "example" is walked like any other.
var nameMaps = map[string]bool{
	"properties": true, "patternProperties": true, "schemas": true, "parameters": true, "responses": true,
	"examples": true, "headers": true, "content": true, "encoding": true, "securitySchemes": true, "paths": true,
}

// literals are the words below which nothing is a reference.
var literals = map[string]bool{"example": true, "value": true, "default": true, "enum": true}

// walk replaces the references below node, which stands in file.
func (b *bundler) walk(node *yaml.Node, file string, at position) {
	switch node.Kind {
	case yaml.MappingNode:
		if target := reference(node); target != nil && !at.names {
			b.resolve(node, target, file, at)
			return
		}
		for key, value := range pairs(node) {
			if !at.names && literals[key.Value] {
				continue
			}
			b.walk(value, file, position{
				names: !at.names && nameMaps[key.Value] && value.Kind == yaml.MappingNode,
				paths: at.names && at.paths || !at.names && key.Value == "paths",
			})
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			b.walk(item, file, position{})
		}
	case yaml.AliasNode:
		b.errorf(file, node, "anchors and aliases are not supported, use $ref")
	}
}

// reference returns the value of a mapping's $ref, nil if it has none.
func reference(node *yaml.Node) *yaml.Node {
	for key, value := range pairs(node) {
		if key.Value == "$ref" && value.Kind == yaml.ScalarNode {
			return value
		}
	}
	return nil
}

// resolve turns a reference between files into one inside the document; path items are put in place.
func (b *bundler) resolve(node, target *yaml.Node, file string, at position) {
	if len(node.Content) != 2 {
		b.errorf(file, node, "$ref has siblings, which OpenAPI 3.0 ignores: wrap it in allOf")
	}
	targetFile, pointer, found := strings.Cut(target.Value, "#/")
	if !found {
		b.errorf(file, target, "$ref %q has no #/Name", target.Value)
		return
	}
	if targetFile == "" {
		targetFile = file
	} else {
		targetFile = path.Join(path.Dir(file), targetFile)
	}
	d := b.definitions[pointer]
	switch {
	case !b.files[targetFile]:
		b.errorf(file, target, "$ref %q: no file %s", target.Value, targetFile)
		return
	case d == nil || d.file != targetFile:
		b.errorf(file, target, "$ref %q: no %s in %s", target.Value, pointer, targetFile)
		return
	}
	if kind := d.kind(); kind == "pathItems" {
		if !at.paths {
			b.errorf(file, target, "$ref %q: only the table of paths refers to path items", target.Value)
			return
		}
		d.used = true
		*node = *d.node
		b.walk(node, d.file, position{})
		return
	} else if !d.used {
		d.used = true
		b.components[kind] = append(b.components[kind], d)
		b.queue = append(b.queue, d)
	}
	target.Value = "#/components/" + d.kind() + "/" + d.name
}

// attachComponents adds what was collected to the components of the root, before those that the root has itself.
func (b *bundler) attachComponents(doc *yaml.Node) {
	var components *yaml.Node
	for key, value := range pairs(doc) {
		if key.Value == "components" {
			components = value
		}
	}
	if components == nil {
		components = &yaml.Node{Kind: yaml.MappingNode}
		doc.Content = append(doc.Content, stringNode("components"), components)
	}
	for _, kind := range kindOrder {
		defs := b.components[kind]
		if len(defs) == 0 {
			continue
		}
		slices.SortStableFunc(defs, b.byFileThenLine(defs))
		group := &yaml.Node{Kind: yaml.MappingNode}
		for _, d := range defs {
			group.Content = append(group.Content, stringNode(d.name), d.node)
		}
		components.Content = append(components.Content, stringNode(kind), group)
	}
}

// byFileThenLine keeps the files in the order in which they were first referred to, and the names in that of their file.
func (b *bundler) byFileThenLine(defs []*definition) func(x, y *definition) int {
	rank := map[string]int{}
	for _, d := range defs {
		if _, ok := rank[d.file]; !ok {
			rank[d.file] = len(rank)
		}
	}
	return func(x, y *definition) int {
		if x.file != y.file {
			return rank[x.file] - rank[y.file]
		}
		return x.node.Line - y.node.Line
	}
}

func (b *bundler) reportUnused() {
	var unused []*definition
	for _, d := range b.definitions {
		if !d.used {
			unused = append(unused, d)
		}
	}
	slices.SortFunc(unused, func(x, y *definition) int {
		return strings.Compare(x.file+" "+x.name, y.file+" "+y.name)
	})
	for _, d := range unused {
		b.errorf(d.file, d.node, "%s is used nowhere", d.name)
	}
}

func (b *bundler) errorf(file string, node *yaml.Node, format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf("%s:%d: %s", file, node.Line, fmt.Sprintf(format, args...)))
}

// parseFile returns the mapping at the top of a YAML file.
func parseFile(file string) (*yaml.Node, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: not a YAML mapping", file)
	}
	if err := checkKeys(doc.Content[0]); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return doc.Content[0], nil
}

// checkKeys refuses a key that stands twice in one mapping: a YAML node keeps both, and a reader would take either.
func checkKeys(node *yaml.Node) error {
	if node.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for key := range pairs(node) {
			if seen[key.Value] {
				return fmt.Errorf("line %d: key %q stands twice", key.Line, key.Value)
			}
			seen[key.Value] = true
		}
	}
	for _, child := range node.Content {
		if err := checkKeys(child); err != nil {
			return err
		}
	}
	return nil
}

// pairs iterates over the keys and values of a mapping, in order; over nothing for any other node.
func pairs(node *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

func stringNode(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}
