package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJudge(t *testing.T) {
	t.Chdir(t.TempDir())
	base := t.TempDir()
	write := func(dir, file, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
	}
	const silent, said = "## [0.1.0]\n\n- New: a thing.\n", "## [0.1.0]\n\n- **Breaking:** a thing.\n"
	one := []string{"Thing is gone"}
	for name, test := range map[string]struct {
		now      string
		released bool
		breaks   []string
		log      string
		want     string
	}{
		"no break":                 {"0.1.0", true, nil, silent, ""},
		"of a release":             {"0.1.0", true, one, said, "this cannot be version 0.1.0, but 0.2.0"},
		"before the first":         {"0.1.0", false, one, said, ""},
		"before, and unsaid":       {"0.1.0", false, one, silent, "say so in CHANGELOG.md under 0.1.0"},
		"an earlier version":       {"0.0.9", false, nil, "## [0.0.9]\n\n- A thing.\n", "version 0.0.9 comes before the 0.1.0"},
		"of a release, next minor": {"0.2.0", true, one, "## [0.2.0]\n\n- **Breaking:** a thing.\n", ""},
	} {
		write(base, description, `{"info": {"version": "0.1.0"}}`)
		write(".", description, `{"info": {"version": "`+test.now+`"}}`)
		write(".", "CHANGELOG.md", test.log)
		err := judge("HEAD", base, test.released, test.breaks)
		if test.want == "" {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorContains(t, err, test.want, name)
		}
	}
}
