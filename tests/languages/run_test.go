package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRunFindsLanguages runs the script over languages that are only a line of shell.
func TestRunFindsLanguages(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("run")
	require.NoError(t, err)
	const passes, fails = "#!/bin/sh\necho \"cobol: scenario: ok, $1\"\n", "#!/bin/sh\necho 'perl: scenario: FAILED'\nexit 1\n"
	for name, tt := range map[string]struct {
		languages map[string]string // their run, if they have one
		fails     bool
		want      string
	}{
		"found":       {map[string]string{"cobol": passes}, false, "cobol: scenario: ok, http://fake\n"},
		"failing":     {map[string]string{"cobol": passes, "perl": fails}, true, "perl: scenario: FAILED\n"},
		"without run": {map[string]string{"cobol": passes, "perl": ""}, true, "tests/languages/perl/ has no program \"run\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "tests", "languages")
			for language, run := range tt.languages {
				require.NoError(t, os.MkdirAll(filepath.Join(dir, language), 0o755))
				if run != "" {
					require.NoError(t, os.WriteFile(filepath.Join(dir, language, "run"), []byte(run), 0o755))
				}
			}
			require.NoError(t, os.WriteFile(filepath.Join(dir, "run"), script, 0o755))
			out, err := exec.CommandContext(t.Context(), filepath.Join(dir, "run"), "http://fake").CombinedOutput()
			assert.Equal(t, tt.fails, err != nil, "%s", out)
			assert.Contains(t, string(out), tt.want)
			assert.Contains(t, string(out), "cobol: scenario: ok", "the others run all the same")
		})
	}
}

// TestRunnable holds the folders to what the script wants, where nobody has the tools to run them.
func TestRunnable(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		info, err := os.Stat(filepath.Join(entry.Name(), "run"))
		if assert.NoError(t, err) {
			assert.NotZero(t, info.Mode()&0o100, "%s/run cannot be executed", entry.Name())
		}
	}
}
