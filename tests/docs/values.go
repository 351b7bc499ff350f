package docs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A valueSet is what stands after "Possible values:".
type valueSet struct {
	limits  []limit
	pattern string
	enum    []string
}

// A limit is a bound such as "<= 500 characters".
type limit struct {
	operator string
	bound    float64
	length   bool // of characters
}

var (
	limitText = regexp.MustCompile(`(<=|>=|<|>) *(-?\d[\d.eE+-]*)( characters?)?|non-empty`)
	continued = regexp.MustCompile(`^(and|,.*|\[.*|(?:<|>)=? *-?\d.*|non-empty.*)$`)
)

// readValues reads the values from the line with the label on, and returns how many lines they take.
func readValues(lines []line) (valueSet, int, error) {
	text, n := labelled(lines)
	if _, pattern, ok := strings.Cut(text, "regular expression"); ok {
		return valueSet{pattern: strings.Trim(pattern, " `")}, n, nil
	}
	for n < len(lines) && !strings.Contains(text, "[") && continued.MatchString(lines[n].text) {
		text += " " + lines[n].text
		n++
	}
	bounds, list, hasList := strings.Cut(text, "[")
	var set valueSet
	if hasList {
		var b strings.Builder
		b.WriteString(list)
		for ; !strings.Contains(list, "]"); n++ {
			if n == len(lines) {
				return set, n, fmt.Errorf("line %d: the list of values is not closed", lines[0].number)
			}
			list = lines[n].text
			b.WriteString(" " + list)
		}
		list, _, _ = strings.Cut(b.String(), "]")
		for value := range strings.SplitSeq(list, ",") {
			set.enum = append(set.enum, strings.Trim(strings.TrimSpace(value), "`"))
		}
	}
	unread := limitText.ReplaceAllStringFunc(bounds, func(s string) string {
		if s == "non-empty" {
			set.limits = append(set.limits, limit{operator: ">=", bound: 1, length: true})
			return ""
		}
		m := limitText.FindStringSubmatch(s)
		bound, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return s
		}
		set.limits = append(set.limits, limit{operator: m[1], bound: bound, length: m[3] != ""})
		return ""
	})
	unread = strings.ReplaceAll(unread, "and", "")
	if strings.Trim(unread, " ,`") != "" || len(set.limits) == 0 && !hasList {
		return set, n, fmt.Errorf("line %d: cannot read the possible values %q", lines[0].number, text)
	}
	return set, n, nil
}

// apply sets the values on the schema; a list of values is about the items of an array.
func (v valueSet) apply(s *Schema, at line) error {
	if v.pattern != "" {
		s.rule("pattern", v.pattern)
	}
	for _, l := range v.limits {
		noun := "imum"
		switch {
		case l.length:
			noun = "Length"
		case s.Type == "array":
			noun = "Items"
		}
		side := "min"
		if strings.HasPrefix(l.operator, "<") {
			side = "max"
		}
		s.rule(side+noun, l.bound)
		if len(l.operator) == 1 {
			if noun != "imum" {
				return fmt.Errorf("line %d: a limit %s on a length", at.number, l.operator)
			}
			s.rule("exclusive"+strings.ToUpper(side[:1])+side[1:]+noun, true)
		}
	}
	if v.enum != nil {
		for s.Items != nil {
			s = s.Items
		}
		s.Enum = v.enum
	}
	return nil
}

// labelled returns what follows the label at the first line, on that line or else on the next, and the lines it takes.
func labelled(lines []line) (text string, n int) {
	_, text, _ = strings.Cut(lines[0].text, ":")
	text, n = strings.TrimSpace(text), 1
	if text == "" && len(lines) > 1 {
		text, n = lines[1].text, 2
	}
	return text, n
}
