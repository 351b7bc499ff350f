package robustness

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the licences that TestLicences finds into its list")

const licenceList = "../testdata/licences.txt"

// TestLicences compares the modules that are in use, their licences and who gets them with a list that is kept by hand: a
// new dependency must be seen.
func TestLicences(t *testing.T) {
	t.Parallel()
	users := map[string]string{} // by module, those who get the most win
	dirs := map[string]string{}
	for _, list := range []struct {
		user     string
		patterns []string
	}{
		{"api", []string{"./api", "./api/webhook", "./api/usage"}},
		{"sugertest", []string{"./api/sugertest"}},
		{"development", []string{"-test", "-tags=postgres", "./...", "tool"}},
	} {
		for path, dir := range modules(t, list.patterns...) {
			if users[path] == "" {
				users[path], dirs[path] = list.user, dir
			}
		}
	}
	var found strings.Builder
	for _, path := range slices.Sorted(maps.Keys(users)) {
		fmt.Fprintf(&found, "%s\t%s\t%s\n", path, licence(t, dirs[path]), users[path])
	}
	if *update {
		require.NoError(t, os.WriteFile(licenceList, []byte(found.String()), 0o644))
	}
	want, err := os.ReadFile(licenceList)
	require.NoError(t, err)
	assert.Equal(t, string(want), found.String(), "look at what changed, then run this test with -update")
}

// modules returns the directories of the modules whose packages the packages need, by their paths.
func modules(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, patterns...)...)
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	dirs := map[string]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			Module *struct {
				Path, Dir string
				Main      bool
			}
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return dirs
		} else {
			require.NoError(t, err)
		}
		if pkg.Module != nil && !pkg.Module.Main {
			dirs[pkg.Module.Path] = pkg.Module.Dir
		}
	}
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)(\.\w+)?$`)

// licences are sentences of their texts, in lower case and with single spaces.
var licences = []struct{ id, has, hasNot string }{
	{"Apache-2.0", "apache license, version 2.0", ""},
	{"BSD-2-Clause", "redistribution and use in source and binary forms", "neither the name"},
	{"BSD-3-Clause", "neither the name of", "all advertising materials"},
	{"BSD-3-Clause", "neither the names of the authors nor the names of the contributors", "all advertising materials"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose", ""},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy", ""},
	{"MPL-2.0", "mozilla public license version 2.0", ""},
}

// licence returns the SPDX ids of the licences in a module's directory.
func licence(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	var ids []string
	for _, file := range files {
		if !licenceFile.MatchString(file.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, file.Name()))
		require.NoError(t, err)
		text := strings.ToLower(strings.Join(strings.Fields(string(data)), " "))
		text = strings.ReplaceAll(text, "apache license version 2.0", "apache license, version 2.0") // the heading of its text
		for _, l := range licences {
			if strings.Contains(text, l.has) && (l.hasNot == "" || !strings.Contains(text, l.hasNot)) && !slices.Contains(ids, l.id) {
				ids = append(ids, l.id)
			}
		}
	}
	if ids == nil {
		return "unknown"
	}
	return strings.Join(ids, " AND ")
}
