package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// version is a semantic version without a pre-release part.
type version struct{ major, minor, patch int }

var semantic = regexp.MustCompile(`^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$`)

func parseVersion(text string) (version, error) {
	var v version
	if !semantic.MatchString(text) {
		return v, fmt.Errorf("version %q is not like 1.2.3", text)
	}
	_, err := fmt.Sscanf(text, "%d.%d.%d", &v.major, &v.minor, &v.patch)
	return v, err
}

func (v version) String() string { return fmt.Sprintf("%d.%d.%d", v.major, v.minor, v.patch) }

func (v version) compare(other version) int {
	return cmp.Or(cmp.Compare(v.major, other.major), cmp.Compare(v.minor, other.minor), cmp.Compare(v.patch, other.patch))
}

// nextBreaking returns the first version after v that may break its callers: the next major one, before 1.0.0 the next
// minor one.
func (v version) nextBreaking() version {
	if v.major == 0 {
		return version{0, v.minor + 1, 0}
	}
	return version{v.major + 1, 0, 0}
}

// mayBreak reports whether v may break callers of the version before.
func (v version) mayBreak(before version) bool { return v.compare(before.nextBreaking()) >= 0 }

// readVersion returns the version of a tree, which is that of its description.
func readVersion(tree string) (version, error) {
	data, err := os.ReadFile(filepath.Join(tree, description))
	if err != nil {
		return version{}, err
	}
	var doc struct{ Info struct{ Version string } }
	if err := json.Unmarshal(data, &doc); err != nil {
		return version{}, err
	}
	return parseVersion(doc.Info.Version)
}
