// Package openapi hands out the OpenAPI description of the Suger API, as one JSON document: as it is, and open, for generators and
// validators that refuse what a description does not list.
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

//go:embed suger-open.json
var openDocument []byte

// JSON returns the description as JSON (OpenAPI 3.0.3). The caller owns the bytes.
func JSON() []byte {
	return append([]byte(nil), document...)
}

// OpenJSON returns the open form of the description as JSON (OpenAPI 3.0.3). Its enums are plain strings, with the values that are
// known in the description and in x-known-values, and what is only received has no limits: generated code and validators that
// are strict take values from the future with it. The caller owns the bytes.
func OpenJSON() []byte {
	return append([]byte(nil), openDocument...)
}

// Load parses the description that JSON returns. Each call returns a document of its own, with all references resolved.
func Load() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromData(document)
}
