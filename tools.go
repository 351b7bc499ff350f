// Package suger is the root of a Go client for the Suger API, generated from a hand-written OpenAPI description.
//
// It is empty: programs import package api (the client), package gen (the types) and package openapi (the
// description). The tools that "go generate" runs are pinned by the tool lines of go.mod. Each generated file of package gen has a
// folder of templates.
package suger

//go:generate go run ./openapi/internal/bundle openapi/openapi.yaml openapi/suger
//go:generate go tool oapi-codegen -config oapi-codegen.yaml -generate models -templates gen/templates/types -o gen/types.gen.go openapi/suger.yaml
//go:generate go tool oapi-codegen -config oapi-codegen.yaml -generate models -templates gen/templates/getters -o gen/getters.gen.go openapi/suger.yaml
//go:generate go tool oapi-codegen -config oapi-codegen.yaml -generate client -templates gen/templates/services -o gen/services.gen.go openapi/suger.yaml
