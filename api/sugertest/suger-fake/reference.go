package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/openapi"
)

// newReference returns the handlers of the reference: its page, its scripts, and the description that it shows. Nothing of
// it comes from another host.
func newReference(org, key string) ([]sugertest.Option, error) {
	description, err := localDescription(org)
	if err != nil {
		return nil, err
	}
	viewer := v5emb.NewHandlerWithConfig(swgui.Config{
		Title:              "Suger API, fake server",
		SwaggerJSON:        "/openapi.json",
		BasePath:           "/reference/",
		PrependHTML:        `<p style="margin: 0; padding: 12px 20px; font: 15px sans-serif"><a href="/">← Fake Suger</a></p>`,
		PreAuthorizeApiKey: map[string]string{"ApiKey": "Key " + key},
		SettingsUI: map[string]string{
			"docExpansion": `"none"`, "filter": "true", "tryItOutEnabled": "true", "persistAuthorization": "false",
			"showExtensions": "false", "defaultModelExpandDepth": "0", "syntaxHighlight": "{activated: false}",
		},
	})
	page := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'") // no other page shows this one
		viewer.ServeHTTP(w, r)
	}
	document := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(description) // a client that went away is no concern of the server
	}
	return []sugertest.Option{
		sugertest.Handle("GET /reference/", http.HandlerFunc(page)),
		sugertest.Handle("GET /openapi.json", http.HandlerFunc(document)),
	}, nil
}

// localDescription returns the description with this server as the only one and the organization filled in.
func localDescription(org string) ([]byte, error) {
	var doc map[string]any
	decoder := json.NewDecoder(bytes.NewReader(openapi.JSON()))
	decoder.UseNumber()
	if err := decoder.Decode(&doc); err != nil {
		return nil, fmt.Errorf("description: %w", err)
	}
	doc["servers"] = []any{map[string]any{"url": "/", "description": "This server"}}
	components, _ := doc["components"].(map[string]any)
	parameters, _ := components["parameters"].(map[string]any)
	orgID, ok := parameters["OrgId"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("description: no parameter OrgId")
	}
	orgID["example"] = org
	return json.Marshal(doc)
}
