// Command bundle joins the files of the description into one document and writes it as YAML and as JSON, twice: as it is, and
// open, for generators and validators that refuse what a description does not list.
//
//	go run ./openapi/internal/bundle openapi/openapi.yaml openapi/suger
//
// writes openapi/suger.yaml, openapi/suger.json, openapi/suger-open.yaml and openapi/suger-open.json.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

const header = "# Code generated from openapi.yaml by openapi/internal/bundle. DO NOT EDIT.\n"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bundle openapi.yaml bundle")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes all bundles, whose names begin with name, or none if the description has a fault.
func run(root, name string) error {
	doc, err := Bundle(root, filepath.Base(name)+".yaml", filepath.Base(name)+"-open.yaml")
	if err != nil {
		return err
	}
	asYAML, err := encodeYAML(doc)
	if err != nil {
		return err
	}
	if err := validate(asYAML); err != nil { // derive follows references, and a circle of them would have no end
		return fmt.Errorf("%s.yaml: %w", name, err)
	}
	if err := derive(doc); err != nil {
		return err
	}
	open := opened(doc)
	if err := checkOpen(open, "", false); err != nil {
		return err
	}
	files := map[string][]byte{}
	for file, doc := range map[string]*yaml.Node{name: doc, name + "-open": open} {
		if files[file+".yaml"], err = encodeYAML(doc); err != nil {
			return err
		}
		if files[file+".json"], err = encodeJSON(doc); err != nil {
			return err
		}
	}
	for file, data := range files {
		if err := validate(data); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for file, data := range files {
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func encodeJSON(doc *yaml.Node) ([]byte, error) {
	var buf bytes.Buffer
	if err := appendJSON(&buf, doc, ""); err != nil {
		return nil, err
	}
	buf.WriteByte('\n')
	return buf.Bytes(), nil
}

func encodeYAML(doc *yaml.Node) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(header)
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	if err := enc.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// validate reads a bundle back, with references to other files forbidden, and checks it and its examples.
func validate(data []byte) error {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	doc, err := loader.LoadFromData(data)
	if err != nil {
		return err
	}
	return doc.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableMultiError())
}
