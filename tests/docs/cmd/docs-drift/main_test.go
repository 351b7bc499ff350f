package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/openapi"
	"github.com/suger-go/suger/tests/docs"
)

const page = `list api clients
GET /org/:orgId/apiClient
Request
Path Parameters
orgId stringrequired
Responses
OK
Schema
Array [
id string
]
`

const usage = "usage: docs-drift [-facts dir [-write]] page.txt ...\n" +
	"  -facts directory\n    \tthe directory with the facts of known pages\n" +
	"  -write\n    \twrite the facts of the pages there\n"

// load loads the description once: it takes seconds with the race detector.
var load = sync.OnceValues(openapi.Load)

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	save := func(name, text string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	clean := save("clean.txt", page)
	changed := save("changed.txt", strings.Replace(page, "id string", "id number\nnickName string", 1))
	other := save("other.txt", "Pricing\nof everything\n")
	open := save("open.txt", strings.Replace(page, "id string", "aim\nobject\nname string", 1))
	aim := open + ": GET /org/{orgId}/apiClient: answer[].aim: property is missing\n"
	known, broken := filepath.Join(dir, "known"), filepath.Join(dir, "broken")
	require.NoError(t, os.Mkdir(known, 0o700))
	require.NoError(t, os.Mkdir(broken, 0o700))
	save("known/page.json", `{"responses": [{"example": {"aim": {"name": ""}}}]}`)
	save("broken/x.json", "{")
	finding := changed + ": GET /org/{orgId}/apiClient: answer[].id: type number, described as string\n" +
		changed + ": GET /org/{orgId}/apiClient: answer[].nickName: property is missing\n"
	unreadable := "docs-drift: " + other + ": line 2: the page ends without a method and a path: it is not the page of an operation\n"
	missing := filepath.Join(dir, "missing.txt")

	for name, tt := range map[string]struct {
		args   []string
		status int
		stdout string
		stderr string
	}{
		"clean":            {[]string{clean}, 0, "", ""},
		"changed":          {[]string{changed}, 1, finding, ""},
		"unreadable":       {[]string{other}, 2, "", unreadable},
		"several":          {[]string{other, changed, clean}, 2, finding, unreadable},
		"several readable": {[]string{changed, clean}, 1, finding, ""},
		"missing":          {[]string{missing}, 2, "", "docs-drift: open " + missing + ": no such file or directory\n"},
		"no page":          {nil, 2, "", usage},
		"write nowhere":    {[]string{"-write", clean}, 2, "", usage},
		"facts nowhere":    {[]string{"-facts", missing, clean}, 2, "", "docs-drift: open " + missing + ": no such file or directory\n"},
		"no facts":         {[]string{"-facts", broken, clean}, 2, "", "docs-drift: " + filepath.Join(broken, "x.json") + ": unexpected end of JSON input\n"},
		"open":             {[]string{open}, 1, aim, open + ": open: answer[].aim: name may as well belong to answer[]\n"},
		"told by facts":    {[]string{"-facts", known, open}, 1, aim, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			assert.Equal(t, tt.status, run(tt.args, load, &stdout, &stderr))
			assert.Equal(t, tt.stdout, stdout.String())
			assert.Equal(t, tt.stderr, stderr.String())
		})
	}
}

func TestRunHelp(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 0, run([]string{"-h"}, load, &stdout, &stderr))
	assert.Equal(t, usage, stderr.String())
	assert.Equal(t, 2, run([]string{"-x"}, load, &stdout, &stderr))
}

func TestRunFacts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	saved, facts := filepath.Join(t.TempDir(), "page.txt"), filepath.Join(dir, "page.json")
	require.NoError(t, os.WriteFile(saved, []byte(page), 0o600))
	var stdout, stderr bytes.Buffer
	require.Equal(t, 0, run([]string{"-facts", dir, "-write", saved}, load, &stdout, &stderr), stderr.String())
	data, err := os.ReadFile(facts)
	require.NoError(t, err)
	var got docs.Page
	require.NoError(t, json.Unmarshal(data, &got))
	want, err := docs.Parse(page)
	require.NoError(t, err)
	assert.Equal(t, want, &got)
}
