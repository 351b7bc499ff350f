package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tool is a line of the table in README.md. The version comes from the file that pins it, and the description from the commands.
type tool struct {
	folder, language string
	tools            []pinned
	setting          []string // as the commands, or the file that a command names, have it
	instead          string   // what the cell says if there is none
}

// pinned is a tool, its page, and the file and the name by which its version is pinned.
type pinned struct{ name, page, file, as string }

var openAPIGenerator = []pinned{{"openapi-generator", "https://openapi-generator.tech", "../openapi-generator.xml", "openapi-generator-cli"}}

var tools = []tool{
	{"typescript", "TypeScript", []pinned{
		{"openapi-typescript", "https://openapi-ts.dev", "package-lock.json", "openapi-typescript"},
		{"openapi-fetch", "https://openapi-ts.dev/openapi-fetch/", "package-lock.json", "openapi-fetch"},
	}, nil, "none"},
	{"typescript-hey-api", "TypeScript", []pinned{
		{"hey-api", "https://heyapi.dev", "package-lock.json", "@hey-api/openapi-ts"},
	}, nil, "none"},
	{"python", "Python", []pinned{
		{"openapi-python-client", "https://github.com/openapi-generators/openapi-python-client", "requirements.txt", "openapi-python-client"},
	}, []string{"--custom-template-path templates"}, ""},
	{"python-pydantic", "Python", []pinned{
		{"datamodel-code-generator", "https://github.com/koxudaxi/datamodel-code-generator", "requirements.txt", "datamodel-code-generator"},
		{"pydantic", "https://docs.pydantic.dev", "requirements.txt", "pydantic"},
	}, []string{"--extra-fields allow", "--use-annotated", "exclude_unset=True"}, ""},
	{"java", "Java", openAPIGenerator, []string{"enumUnknownDefaultCase=true", "openApiNullable=false", "containerDefaultToNull=true"}, ""},
	{"kotlin", "Kotlin", openAPIGenerator, nil, "none"},
	{"csharp", "C#", openAPIGenerator, nil, "generated only, not compiled"},
	{"php", "PHP", openAPIGenerator, nil, "none"},
	{"ruby", "Ruby", openAPIGenerator, []string{"auth_settings"}, ""},
	{"rust", "Rust", []pinned{
		{"progenitor", "https://github.com/oxidecomputer/progenitor", "Cargo.lock", "progenitor"},
	}, []string{"build.rs"}, ""},
	{"go-oapi-codegen", "Go", []pinned{
		{"oapi-codegen", "https://github.com/oapi-codegen/oapi-codegen", "go.mod", "github.com/oapi-codegen/oapi-codegen/v2"},
	}, nil, "none"},
	{"go-ogen", "Go", []pinned{
		{"ogen", "https://ogen.dev", "go.mod", "github.com/ogen-go/ogen"},
	}, []string{"ErrSkipClientSecurity"}, ""},
	{"restish", "command line", []pinned{
		{"restish", "https://rest.sh", "go.mod", "github.com/rest-sh/restish"},
	}, []string{"RSH_RETRY=0"}, ""},
	{"agents", "AI agents", []pinned{
		{"FastMCP", "https://gofastmcp.com", "requirements.txt", "fastmcp"},
	}, []string{`"x-effect"`}, ""},
}

// TestTable compares each cell of the table with what is run.
func TestTable(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	var want []string
	for _, tool := range tools {
		want = append(want, tool.row(t))
	}
	_, table, found := strings.Cut(string(readme), "| language | tool | version | description | setting |\n|---|---|---|---|---|\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	assert.Equal(t, strings.Join(want, "\n"), table)
}

// TestEveryLanguageIsInTheTable wants a line for each folder that is run.
func TestEveryLanguageIsInTheTable(t *testing.T) {
	t.Parallel()
	runs, err := filepath.Glob("*/run")
	require.NoError(t, err)
	var folders []string
	for _, tool := range tools {
		folders = append(folders, tool.folder+"/run")
	}
	assert.ElementsMatch(t, runs, folders)
}

func (l tool) row(t *testing.T) string {
	t.Helper()
	var names, versions, settings []string
	for _, tool := range l.tools {
		names = append(names, fmt.Sprintf("[%s](%s)", tool.name, tool.page))
		versions = append(versions, tool.version(t, l.folder))
	}
	commands := l.commands(t)
	for _, setting := range l.setting {
		assert.Contains(t, commands, setting, "%s does not run with its setting", l.folder)
		settings = append(settings, "`"+setting+"`")
	}
	for _, set := range regexp.MustCompile(`\w+=(?:true|false)`).FindAllString(commands, -1) {
		assert.Contains(t, l.setting, set, "%s runs with a setting that the table does not have", l.folder)
	}
	return fmt.Sprintf("| [%s](tests/languages/%s/README.md) | %s | %s | `%s` | %s |", l.language, l.folder, strings.Join(names, ", "),
		strings.Join(versions, ", "), regexp.MustCompile(`suger(?:-open)?\.(?:yaml|json)`).FindString(commands),
		cmp.Or(strings.Join(settings, ", "), l.instead))
}

var (
	mark  = regexp.MustCompile("(?m)^<!-- conformance: (\\w+) -->\n```\\w+\n")
	fence = regexp.MustCompile("(?m)^```\\w+\n")
)

// commands returns the blocks of the language's page, all of which its program has to run, and the build script that Rust has.
func (l tool) commands(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(l.folder, "README.md"))
	require.NoError(t, err)
	run, err := os.ReadFile(filepath.Join(l.folder, "run"))
	require.NoError(t, err)
	marks := mark.FindAllStringSubmatchIndex(string(page), -1)
	require.NotEmpty(t, marks, l.folder)
	assert.Len(t, fence.FindAllString(string(page), -1), len(marks), "%s/README.md has a block that is not run", l.folder)
	var commands strings.Builder
	for _, at := range marks {
		assert.Contains(t, string(run), "readme "+string(page[at[2]:at[3]]), l.folder)
		block, _, _ := strings.Cut(string(page[at[1]:]), "\n```")
		commands.WriteString(block + "\n")
	}
	if slices.Contains(l.setting, "build.rs") {
		script, err := os.ReadFile(filepath.Join(l.folder, "build.rs"))
		require.NoError(t, err)
		commands.WriteString("build.rs\n" + string(script))
	}
	return commands.String()
}

// version returns what the file pins, by the notation that its ecosystem has for it.
func (p pinned) version(t *testing.T, folder string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, p.file))
	require.NoError(t, err)
	name := regexp.QuoteMeta(p.as)
	pattern := map[string]string{
		"package-lock.json":        `"node_modules/` + name + `": \{\s+"version": "([^"]+)"`,
		"requirements.txt":         `(?m)^` + name + `==(\S+)`,
		"../openapi-generator.xml": `<artifactId>` + name + `</artifactId>\s+<version>([^<]+)<`,
		"Cargo.lock":               `name = "` + name + `"\nversion = "([^"]+)"`,
		"go.mod":                   `(?m)\b` + name + ` v(\S+)`,
	}[p.file]
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	require.NotNil(t, found, "%s/%s pins no %s", folder, p.file, p.as)
	return string(found[1])
}
