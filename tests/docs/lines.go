package docs

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// A line is a line of a saved page, with its number in the file.
type line struct {
	number int
	text   string
}

// cleanLines returns the lines that hold text, without indentation, list bullets and encoding damage.
func cleanLines(text string) []line {
	var lines []line
	for i, s := range strings.Split(strings.ToValidUTF8(text, "\ufffd"), "\n") {
		s = strings.NewReplacer("\u200b", "", "\ufeff", "", "\u00a0", " ").Replace(repair(s))
		s = strings.TrimSpace(s)
		s = strings.TrimPrefix(s, "- ")
		s = strings.TrimSpace(strings.TrimPrefix(s, "•"))
		if s != "" {
			lines = append(lines, line{i + 1, s})
		}
	}
	return lines
}

// repair undoes the damage of UTF-8 that was read as Windows-1252 and written as UTF-8 again.
func repair(s string) string {
	if once, err := charmap.Windows1252.NewEncoder().String(s); err == nil && utf8.ValidString(once) {
		return once
	}
	return s
}
