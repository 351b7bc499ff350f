package readme

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	code        = regexp.MustCompile("`([^`]+)`")
	placeholder = regexp.MustCompile(`<[a-z]+>`)
	testRun     = regexp.MustCompile(`^go test ((?:\./\S+ ?)+)(?:.*-run (?:'([^']+)'|(\S+)))?`)
	testName    = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Example)\w*)\(`)
)

// TestContributingNamesWhatExists looks up every file, make target, package and test that CONTRIBUTING.md names.
func TestContributingNamesWhatExists(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.github/CONTRIBUTING.md")
	require.NoError(t, err)
	assert.Empty(t, missing(t, string(text)))
	assert.Len(t, regexp.MustCompile(`(?m)^## \d+\. `).FindAllString(string(text), -1), 10)
	assert.Len(t, regexp.MustCompile(`(?m)^Proof: `).FindAllString(string(text), -1), 10)
}

// A name that is wrong must be found, or the test above would prove nothing.
func TestMissingIsSeen(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{
		"api/nothing.go", "openapi/<tag>/nothing.yaml", "nothing/", ".ci/nothing", "make nothing", "make lint nothing", "go test ./nothing",
		"go test ./api ./nothing/...", "go test ./api -run TestNothing", "go test ./api -run 'Access|Nothing'", "go run ./nothing -x",
		"go vet ./nothing/...", "tests/nothing", "NOTHING.md",
	} {
		assert.Equal(t, []string{wrong}, missing(t, "`api/client.go` and `"+wrong+"`, `x-effect`, `make`, `make lint`"), wrong)
	}
}

// missing returns the code in a text that names something that is not there.
func missing(t *testing.T, text string) (wrong []string) {
	t.Helper()
	makefile, err := os.ReadFile("../../Makefile")
	require.NoError(t, err)
	exists := func(name string) bool {
		found, err := filepath.Glob(filepath.Join("../..", placeholder.ReplaceAllString(strings.TrimSuffix(name, "..."), "*")))
		return err == nil && len(found) > 0
	}
	for _, match := range code.FindAllStringSubmatch(text, -1) {
		ok, words := true, strings.Fields(match[1])
		switch {
		case words[0] == "make":
			for _, target := range words[1:] {
				ok = ok && (strings.Contains(target, "=") || regexp.MustCompile(`(?m)^`+target+`:`).Match(makefile))
			}
		case words[0] == "go":
			for _, word := range words[2:] {
				if strings.HasPrefix(word, "./") || strings.HasPrefix(word, "tests/") {
					ok = ok && exists(word)
				}
			}
			if run := testRun.FindStringSubmatch(match[1]); ok && run != nil {
				ok = hasTests(t, strings.Fields(run[1]), run[2]+run[3])
			}
		case strings.Contains(words[0], "/") || strings.HasSuffix(words[0], ".md"):
			ok = exists(words[0])
		}
		if !ok {
			wrong = append(wrong, match[1])
		}
	}
	return wrong
}

// hasTests reports whether each alternative of a pattern names a test in the packages.
func hasTests(t *testing.T, packages []string, pattern string) bool {
	t.Helper()
	var names []string
	for _, dir := range packages {
		files, err := filepath.Glob(filepath.Join("../..", dir, "*_test.go"))
		require.NoError(t, err)
		for _, file := range files {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, match := range testName.FindAllStringSubmatch(string(source), -1) {
				names = append(names, match[1])
			}
		}
	}
	for _, alternative := range strings.Split(pattern, "|") {
		if !regexp.MustCompile(alternative).MatchString(strings.Join(names, "\n")) {
			return false
		}
	}
	return true
}
