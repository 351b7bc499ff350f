package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
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
	key  *yaml.Node // the name
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
// of the source. Names that clash, here or in generated clients, references that lead nowhere and definitions that nothing uses are errors, all of
// them reported together.
func Bundle(root string, skip ...string) (*yaml.Node, error) {
	b := &bundler{
		dir:         filepath.Dir(root),
		root:        filepath.Base(root),
		definitions: map[string]*definition{},
		files:       map[string]bool{filepath.Base(root): true},
		components:  map[string][]*definition{},
	}
	doc, err := b.parse(b.root)
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
	b.checkNames(doc)
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
		doc, err := b.parse(name)
		if err != nil {
			return err
		}
		b.files[name] = true
		for key, value := range pairs(doc) {
			if !pascalCase.MatchString(key.Value) {
				b.errorf(name, key, "%q is not a PascalCase name", key.Value)
			}
			if other := b.definitions[key.Value]; other != nil {
				b.errorf(name, key, "%s is defined at %s:%d too", key.Value, other.file, other.key.Line)
				continue
			}
			b.definitions[key.Value] = &definition{file: name, key: key, node: value}
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
		if d.used {
			b.errorf(file, target, "$ref %q: another path has this path item already", target.Value)
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
	target.Value = "#/components/" + d.kind() + "/" + d.key.Value
}

// attachComponents adds what was collected to the components of the root, after those that the root has itself.
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
			group.Content = append(group.Content, stringNode(d.key.Value), d.node)
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
		return x.key.Line - y.key.Line
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
		return cmp.Or(strings.Compare(x.file, y.file), x.key.Line-y.key.Line)
	})
	for _, d := range unused {
		b.errorf(d.file, d.key, "%s is used nowhere", d.key.Value)
	}
}

func (b *bundler) errorf(file string, node *yaml.Node, format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf("%s:%d: %s", file, node.Line, fmt.Sprintf(format, args...)))
}

// parse returns the mapping at the top of a file of the tree.
func (b *bundler) parse(file string) (*yaml.Node, error) {
	data, err := os.ReadFile(filepath.Join(b.dir, file))
	if err != nil {
		return nil, err
	}
	var doc, next yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: not a YAML mapping", file)
	}
	if err := dec.Decode(&next); err != io.EOF {
		return nil, fmt.Errorf("%s: more than one YAML document", file)
	}
	b.check(doc.Content[0], file)
	return doc.Content[0], nil
}

// check returns an error for YAML that JSON cannot express, and for a key that stands twice in one mapping: a YAML node keeps
// both, and it depends on the reader which one counts.
func (b *bundler) check(node *yaml.Node, file string) {
	switch node.Kind {
	case yaml.MappingNode:
		seen := map[string]bool{}
		for key, value := range pairs(node) {
			switch {
			case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
				b.errorf(file, key, "a key must be a plain word")
			case seen[key.Value]:
				b.errorf(file, key, "key %q stands twice", key.Value)
			}
			seen[key.Value] = true
			b.check(value, file)
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			b.check(item, file)
		}
	case yaml.ScalarNode:
		if err := checkScalar(node); err != nil {
			b.errorf(file, node, "%v", err)
		}
	case yaml.AliasNode:
		b.errorf(file, node, "anchors and aliases are not supported, use $ref")
	}
}

// pairs iterates over the keys and values of a mapping, in order; over nothing for any other node, and for none.
func pairs(node *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
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
