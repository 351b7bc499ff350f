package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// client is a package api that is small enough to be built in no time, with the User-Agent that a test wants.
const client = `package api

import (
	"context"
	"net/http"
)

type offers struct{ transport http.RoundTripper }

type Client struct{ Offers offers }

type transport struct{ http.RoundTripper }

func WithAPIKey(string) any                        { return nil }
func WithTransport(t http.RoundTripper) any        { return transport{t} }
func New(_ string, _, t any) (*Client, error)      { return &Client{offers{t.(transport)}}, nil }
func (o offers) Get(context.Context, string) (any, error) {
	_, err := o.transport.RoundTrip(&http.Request{Header: http.Header{"User-Agent": {%q}}})
	return nil, err
}
`

// releasable makes a repository whose version 0.3.0 can be released.
func releasable(t *testing.T) (tree string, files map[string]string) {
	t.Helper()
	tree = t.TempDir()
	files = map[string]string{
		"go.mod": "module github.com/suger-go/suger\n\ngo 1.26\n", "go.sum": "",
		"openapi/openapi.yaml": "info: {version: 0.3.0}\n", description: `{"info": {"version": "0.3.0"}}`,
		changelogFile: "# Changelog\n\n## [0.3.0] - 2026-01-31\n", "api/client.go": fmt.Sprintf(client, "suger-go/0.3.0"),
	}
	git(t, tree, "init", "--quiet")
	return tree, files
}

func git(t *testing.T, tree string, args ...string) {
	t.Helper()
	_, err := commandIn(tree, "git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...)
	require.NoError(t, err)
}

func write(t *testing.T, tree string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Join(tree, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(tree, name), []byte(text), 0o644))
	}
}

func TestReleaseSeesEachDisagreement(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change map[string]string
		tags   []string
		after  map[string]string // not committed
		want   string
	}{
		"none":         {nil, []string{"v0.3.0", "another"}, nil, ""},
		"source":       {map[string]string{"openapi/openapi.yaml": "info: {version: 0.4.0}\n"}, []string{"v0.3.0"}, nil, "openapi/openapi.yaml 0.4.0: run make generate"},
		"bundle":       {map[string]string{description: `{"info": {"version": "0.4.0"}}`}, []string{"v0.4.0"}, nil, "has version 0.4.0, openapi/openapi.yaml 0.3.0"},
		"change log":   {map[string]string{changelogFile: "## [0.2.0] - 2026-01-31\n"}, []string{"v0.3.0"}, nil, "topmost entry of CHANGELOG.md is 0.2.0"},
		"date":         {map[string]string{changelogFile: "## [0.3.0] - unreleased\n"}, []string{"v0.3.0"}, nil, `"## [0.3.0] - unreleased" has no date`},
		"no tag":       {nil, nil, nil, "has the tags [], want v0.3.0 alone"},
		"another tag":  {nil, []string{"v0.2.0"}, nil, `has the tags ["v0.2.0"], want v0.3.0 alone`},
		"two tags":     {nil, []string{"v0.2.0", "v0.3.0"}, nil, `has the tags ["v0.2.0" "v0.3.0"], want v0.3.0 alone`},
		"changed":      {nil, []string{"v0.3.0"}, map[string]string{"go.sum": " "}, "not committed:\n M go.sum"},
		"User-Agent":   {map[string]string{"api/client.go": fmt.Sprintf(client, "suger-go/0.2.0")}, []string{"v0.3.0"}, nil, `send the User-Agent "suger-go/0.2.0", want "suger-go/0.3.0"`},
		"does not run": {map[string]string{"api/client.go": "package api"}, []string{"v0.3.0"}, nil, "undefined: api.New"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, files := releasable(t)
			write(t, tree, files)
			write(t, tree, tt.change)
			git(t, tree, "add", ".")
			git(t, tree, "commit", "--quiet", "--message=x")
			for _, tag := range tt.tags {
				git(t, tree, "tag", tag)
			}
			write(t, tree, tt.after)
			err := release(tree)
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
			if name != "bundle" && name != "does not run" { // where one thing is wrong, one is named
				assert.Len(t, strings.Split(strings.ReplaceAll(err.Error(), ":\n M", ": M"), "\n"), 2, "%v", err)
			}
		})
	}
}
