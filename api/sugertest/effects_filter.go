package sugertest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// deepestFilter is how deep the expressions of a filter may nest.
const deepestFilter = 32

// filterParser reads a filter in prefix notation, such as (and (= status "ACTIVE") (ilike name "%acme%")).
type filterParser struct {
	typ    string // of the objects
	source string
	tokens [][]int // those to come: where they start and end
}

var (
	filterTokens = regexp.MustCompile(`[()]|"(?:[^"\\]|\\.)*"?|[^\s()"]+`)
	filterText   = regexp.MustCompile(`^"((?:[^"\\]|\\["\\])*)"$`) // \" and \\ are its only escapes
	unescape     = strings.NewReplacer(`\"`, `"`, `\\`, `\`)
)

// parseFilter returns the filter for objects of a type that a parameter q asks for.
func parseFilter(typ, source string) (filter, error) {
	p := &filterParser{typ, source, filterTokens.FindAllStringIndex(source, -1)}
	passes, err := p.expression(1)
	if err != nil {
		return nil, err
	}
	return passes, p.expect("")
}

// peek returns the next token, "" at the end.
func (p *filterParser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.source[p.tokens[0][0]:p.tokens[0][1]]
}

func (p *filterParser) skip() {
	if len(p.tokens) > 0 {
		p.tokens = p.tokens[1:]
	}
}

// refuse returns the error for the next token, which it names by its place.
func (p *filterParser) refuse(format string, args ...any) error {
	place := len(p.source)
	if len(p.tokens) > 0 {
		place = p.tokens[0][0]
	}
	return badRequest("query parameter q: at byte %d: %s", place+1, fmt.Sprintf(format, args...))
}

// expect skips a token, or the end, which is "".
func (p *filterParser) expect(token string) error {
	if next := p.peek(); next != token {
		return p.refuse("want %s, not %.50s", cmp.Or(token, "the end"), cmp.Or(next, "the end"))
	}
	p.skip()
	return nil
}

// expression reads an operator and what it applies to, in parentheses.
func (p *filterParser) expression(depth int) (passes filter, err error) {
	if depth > deepestFilter {
		return nil, p.refuse("expressions nest deeper than %d", deepestFilter)
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	switch operator := p.peek(); operator {
	case "and", "or", "not":
		passes, err = p.connective(operator, depth)
	case "=", "!=", "<", ">", "in", "like", "ilike":
		passes, err = p.comparison(operator)
	default:
		return nil, p.refuse("unknown operator %.50q, want =, !=, <, >, in, like, ilike, and, or or not", operator)
	}
	if err != nil {
		return nil, err
	}
	return passes, p.expect(")")
}

func (p *filterParser) connective(operator string, depth int) (filter, error) {
	p.skip()
	var parts []filter
	for len(parts) == 0 || operator != "not" && p.peek() == "(" {
		part, err := p.expression(depth + 1)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return joined(operator, parts), nil
}

// joined returns the filter that an object passes if it passes all parts ("and"), one of them ("or") or none ("not").
func joined(operator string, parts []filter) filter {
	return func(o object) bool {
		decisive := operator != "and" // the answer of a single part that settles the whole
		found := slices.ContainsFunc(parts, func(passes filter) bool { return passes(o) == decisive })
		return found == (operator == "or")
	}
}

func (p *filterParser) comparison(operator string) (filter, error) {
	p.skip()
	name, err := queried(p.typ, p.peek())
	if err != nil {
		return nil, p.refuse("%v", err)
	}
	p.skip()
	var values []any
	isNested := operator == "in" && p.peek() == "("
	if isNested {
		p.skip()
	}
	for len(values) == 0 || operator == "in" && p.peek() != ")" {
		value, err := p.value(name)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	if isNested {
		err = p.expect(")")
	}
	pattern := likeness(operator, values[0])
	if _, isText := values[0].(string); pattern != nil && !isText {
		return nil, p.refuse("%s is no text", snake(name))
	}
	return func(o object) bool {
		value := o[name]
		if value == nil {
			return operator == "!="
		}
		switch operator {
		case "like", "ilike":
			return pattern.MatchString(fmt.Sprint(value))
		case "<":
			return compare(value, values[0]) < 0
		case ">":
			return compare(value, values[0]) > 0
		}
		found := slices.ContainsFunc(values, func(want any) bool { return compare(value, want) == 0 })
		return found == (operator != "!=")
	}, err
}

// value reads a value of the kind that a property has.
func (p *filterParser) value(name string) (any, error) {
	token := p.peek()
	value, _ := decode([]byte(token))
	isOfType := false
	switch schema := flatten(schemaOf(p.typ).Properties[name].Value); {
	case schema.Type.Is("string"):
		if quoted := filterText.FindStringSubmatch(token); quoted != nil {
			value, isOfType = unescape.Replace(quoted[1]), true
		}
	case schema.Type.Is("boolean"):
		_, isOfType = value.(bool)
	default:
		number, _ := value.(json.Number)
		_, err := number.Float64()
		isOfType = err == nil
	}
	if !isOfType {
		return nil, p.refuse("%.50s is no value of %s", token, snake(name))
	}
	p.skip()
	return value, nil
}

// likeness returns the regular expression for a pattern of like or ilike, nil for other operators. In a pattern % stands for any
// text, _ for one character, and \ before one of them for the character itself.
func likeness(operator string, pattern any) *regexp.Regexp {
	if operator != "like" && operator != "ilike" {
		return nil
	}
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	if operator == "ilike" {
		b.WriteString("(?i)")
	}
	isLiteral := false
	for _, r := range fmt.Sprint(pattern) {
		switch {
		case isLiteral, !strings.ContainsRune(`%_\`, r):
			b.WriteString(regexp.QuoteMeta(string(r)))
			isLiteral = false
		case r == '%':
			b.WriteString(".*")
		case r == '_':
			b.WriteString(".")
		default:
			isLiteral = true
		}
	}
	return regexp.MustCompile(b.String() + `\z`)
}
