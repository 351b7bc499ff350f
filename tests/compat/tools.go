package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	description = "openapi/suger.json"
	module      = "github.com/suger-go/suger"
)

// packages are the packages that others import.
var packages = []string{"api", "api/sugertest", "api/usage", "api/webhook", "gen", "openapi"}

// tools are the paths of the tools that compare. Their versions are pinned in the module in tools.
type tools struct{ oasdiff, apidiff string }

func findTools() (*tools, error) {
	oasdiff, err := command("go", "-C", "tests/compat/tools", "tool", "-n", "oasdiff")
	if err != nil {
		return nil, err
	}
	apidiff, err := command("go", "-C", "tests/compat/tools", "tool", "-n", "apidiff")
	return &tools{oasdiff, apidiff}, err
}

// compareDescriptions lists the breaking changes between the descriptions of two trees.
func (t *tools) compareDescriptions(base, current string) ([]string, error) {
	out, err := command(t.oasdiff, "breaking", "--format=json", "--severity-levels=tests/compat/levels.txt",
		filepath.Join(base, description), filepath.Join(current, description))
	if err != nil {
		return nil, err
	}
	var changes []struct {
		ID, Text, Operation, Path string
		Level                     int
	}
	if err := json.Unmarshal([]byte(out), &changes); err != nil {
		return nil, fmt.Errorf("oasdiff: %w", err)
	}
	var breaks []string
	for _, c := range changes {
		if c.Level == levelError {
			breaks = append(breaks, fmt.Sprintf("%s %s: %s [%s]", c.Operation, c.Path, strings.TrimSpace(c.Text), c.ID))
		}
	}
	return breaks, nil
}

// levelError is oasdiff's number for what breaks callers.
const levelError = 3

// comparePackages lists the incompatible changes between Go packages of two trees.
func (t *tools) comparePackages(base, current string, packages ...string) ([]string, error) {
	var breaks []string
	for _, name := range packages {
		if !isDir(base, name) {
			continue
		}
		if !isDir(current, name) {
			breaks = append(breaks, fmt.Sprintf("package %s: removed", name))
			continue
		}
		file := filepath.Join(base, strings.ReplaceAll(name, "/", "-")+".export")
		path := module + "/" + name
		if _, err := commandIn(base, t.apidiff, "-w", file, path); err != nil {
			return nil, err
		}
		out, err := commandIn(current, t.apidiff, "-incompatible", file, path)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(out) {
			if change, ok := strings.CutPrefix(line, "- "); ok {
				breaks = append(breaks, fmt.Sprintf("package %s: %s", name, strings.TrimSpace(change)))
			}
		}
	}
	return breaks, nil
}

func isDir(tree, name string) bool {
	info, err := os.Stat(filepath.Join(tree, name))
	return err == nil && info.IsDir()
}
