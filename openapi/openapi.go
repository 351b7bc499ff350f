// Package openapi hands out the OpenAPI description of the Suger API, as one JSON document.
//
// The document is bundled from the YAML files beside this one, which are the source to edit. Programs that only call
// the API need package api, not this one.
package openapi

import (
	_ "embed"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed suger.json
var document []byte

// JSON returns the description as JSON (OpenAPI 3.0.3). The caller owns the bytes.
func JSON() []byte {
	return append([]byte(nil), document...)
}

// Load parses the description. Each call returns a document of its own, with all references resolved.
func Load() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromData(document)
}
