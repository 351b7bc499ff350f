package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

const changelogFile = "CHANGELOG.md"

// breakingMark starts the items of the change log that break callers.
const breakingMark = "**Breaking:**"

// entry is what the change log says of a version.
type entry string

func (e entry) saysBreaking() bool {
	return strings.Contains(string(e), "- "+breakingMark)
}

// readEntry returns the topmost entry of the change log, which must be that of the version.
func readEntry(v version) (entry, error) {
	data, err := os.ReadFile(changelogFile)
	if err != nil {
		return "", err
	}
	return parseEntry(string(data), v)
}

var heading = regexp.MustCompile(`(?m)^## \[(.*)\].*$`)

func parseEntry(changelog string, v version) (entry, error) {
	found := heading.FindAllStringSubmatchIndex(changelog, 2)
	if found == nil {
		return "", fmt.Errorf("CHANGELOG.md has no entry like ## [%v]", v)
	}
	if top := changelog[found[0][2]:found[0][3]]; top != v.String() {
		return "", fmt.Errorf("the description has version %v, the topmost entry of CHANGELOG.md is %s", v, top)
	}
	end := len(changelog)
	if len(found) > 1 {
		end = found[1][0]
	}
	return entry(changelog[found[0][1]:end]), nil
}
