// Command bundle joins the files of the description into one document and writes it as YAML and as JSON.
//
//	go run ./openapi/internal/bundle openapi/openapi.yaml openapi/suger.yaml openapi/suger.json
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
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: bundle openapi.yaml bundle.yaml bundle.json")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes both bundles, or neither if the description has a fault.
func run(root, yamlFile, jsonFile string) error {
	doc, err := Bundle(root, filepath.Base(yamlFile))
	if err != nil {
		return err
	}
	asYAML, err := encodeYAML(doc)
	if err != nil {
		return err
	}
	if err := validate(asYAML); err != nil { // derive follows references, and a circle of them would have no end
		return fmt.Errorf("%s: %w", yamlFile, err)
	}
	if err := derive(doc); err != nil {
		return err
	}
	if asYAML, err = encodeYAML(doc); err != nil {
		return err
	}
	var asJSON bytes.Buffer
	if err := appendJSON(&asJSON, doc, ""); err != nil {
		return err
	}
	asJSON.WriteByte('\n')
	if err := validate(asYAML); err != nil {
		return fmt.Errorf("%s: %w", yamlFile, err)
	}
	if err := validate(asJSON.Bytes()); err != nil {
		return fmt.Errorf("%s: %w", jsonFile, err)
	}
	if err := os.WriteFile(yamlFile, asYAML, 0o644); err != nil {
		return err
	}
	return os.WriteFile(jsonFile, asJSON.Bytes(), 0o644)
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
