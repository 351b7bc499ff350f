package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Drift compares a page with the description and returns what the page has that the description lacks or contradicts,
// one finding a line, each with its place. The description may have more: other properties, enum values, answers.
func Drift(p *Page, doc *openapi3.T) []string {
	c := &comparison{page: p}
	byTitle := operations(doc)
	c.sideBar(byTitle)
	if op := find(doc, p); op != nil {
		c.operation(op)
	} else if op := byTitle[titleKey(p.Title)]; op != nil {
		c.report("operation", "described as %s %s", op.method, op.path)
	} else {
		c.report("operation", "%q is missing", p.Title)
	}
	return c.findings
}

// A comparison collects the findings about a page.
type comparison struct {
	page     *Page
	findings []string
}

func (c *comparison) report(where, format string, args ...any) {
	c.findings = append(c.findings, fmt.Sprintf("%s %s: %s: %s", c.page.Method, c.page.Path, where, fmt.Sprintf(format, args...)))
}

// sideBar looks for each operation of the side bar, under a tag that begins like its group: Offers for Offer.
func (c *comparison) sideBar(byTitle map[string]*described) {
	for _, group := range c.page.SideBar {
		for _, title := range group.Operations {
			op := byTitle[titleKey(title)]
			if op == nil {
				c.report("side bar", "operation %q is missing", title)
			} else if !hasTag(op, group.Name) {
				c.report("side bar", "operation %q is in the group %s, described with the tags %s", title, group.Name, op.Tags)
			}
		}
	}
}

func hasTag(op *described, group string) bool {
	return slices.ContainsFunc(op.Tags, func(tag string) bool {
		return strings.HasPrefix(strings.ToLower(tag), strings.ToLower(group))
	})
}

func (c *comparison) operation(op *described) {
	p := c.page
	if titleKey(op.title()) != titleKey(p.Title) {
		c.report("title", "%q, described as %q", p.Title, op.title())
	}
	if p.Tag != "" && !hasTag(op, p.Tag) {
		c.report("tag", "%s, described as %s", p.Tag, op.Tags)
	}
	for _, parameter := range p.Parameters {
		c.parameter(parameter, op)
	}
	if p.Body != nil {
		if op.RequestBody == nil && (p.Method == "GET" || p.Method == "HEAD") && p.Body.saysNothing() {
			// The vendor's generator gives some of these an empty body, which no client sends.
		} else if op.RequestBody == nil {
			c.report("body", "missing")
		} else {
			c.required("body", p.Body.Schema.Required, op.RequestBody.Value.Required)
			c.message("body", p.Body, op.RequestBody.Value.Content)
		}
	}
	for _, answer := range p.Responses {
		where := strings.TrimSpace("answer " + answer.Status)
		if have := op.response(answer.Status); have == nil {
			c.report(where, "missing")
		} else {
			c.message(where, answer, have.Content)
		}
	}
}

// parameter compares a parameter, or, where the page lost the names, the lists of values of those in one place.
func (c *comparison) parameter(p Parameter, op *described) {
	where := p.In + " parameter " + p.Name
	if p.Name != "" {
		if have := op.parameter(p.In, p.Name); have == nil {
			c.report(where, "missing")
		} else {
			c.required(where, p.Required, have.Required)
			c.schema(where, p.Schema, facetsOf(have.Schema), nil)
		}
		return
	}
	where = p.In + " parameters"
	have := op.parameters(p.In)
	if have == nil {
		c.report(where, "missing")
	}
	c.lists(where+" (one of them)", p.Enums, have)
}

func (c *comparison) message(where string, m *Message, content openapi3.Content) {
	switch f, ok := contentSchema(content, m.Media); {
	case m.Schema == nil:
	case !ok:
		c.report(where, "media type %s is missing", m.Media)
	default:
		c.schema(where, m.Schema, f, nil)
	}
}

func (c *comparison) required(where string, page, described bool) {
	if page && !described {
		c.report(where, "required, described as optional")
	}
	if described && !page && !c.page.Nameless {
		c.report(where, "optional, described as required")
	}
}

// An object is one that the properties of a tree may belong to.
type object struct {
	where string
	facets
}

// schema compares one node of a tree, and then its children. The objects around it are those that a property of it may
// belong to as well.
func (c *comparison) schema(where string, s *Schema, f facets, around []object) {
	if !c.sameType(s, f) {
		c.report(where, "type %s, described as %s", typeName(s.Type, s.Format), typeName(f.types()...))
		return
	}
	if s.Named != "" && !f.isNamed(s.Named) {
		c.report(where, "type %s, described as %s", s.Named, typeName(f.names()...))
	}
	for _, keyword := range slices.Sorted(maps.Keys(s.Rules)) {
		value, _ := json.Marshal(s.Rules[keyword]) // came out of JSON or is a plain number
		if !f.any(func(have *openapi3.Schema) bool {
			return reflect.DeepEqual(rule(have, keyword), s.Rules[keyword]) || keyword == "default" && saysDefault(have, value)
		}) {
			c.report(where, "%s %s is missing", keyword, value)
		}
	}
	c.enum(where, s.Enum, f.enum())
	c.lists(where+" (some property)", s.Enums, f)
	around = append(slices.Clip(around), object{where, f})
	for _, child := range s.Properties {
		around = c.property(child, around)
	}
	if s.Items != nil {
		c.schema(where+"[]", s.Items, f.items(), nil)
	}
	if s.Values != nil {
		c.values(s.Values, around)
	}
}

// property compares a property with that of the innermost object that it may belong to and that has it. It returns the
// objects for the next property: those further inside have ended.
func (c *comparison) property(p *Schema, around []object) []object {
	last := len(around) - 1
	var lacking []string
	for _, up := range append([]int{0}, p.Up...) {
		o := around[last-up]
		have := o.property(p.Name)
		if have == nil {
			if o.where != "" {
				lacking = append(lacking, o.where+"."+p.Name)
			}
			continue
		}
		around = slices.Clone(around)
		clear(around[len(around)-up:])
		where := o.where + "." + p.Name
		required := o.any(func(s *openapi3.Schema) bool { return slices.Contains(s.Required, p.Name) })
		c.required(where, p.Required, required)
		c.schema(where, p, have, around)
		return around
	}
	c.report(strings.Join(lacking, " or "), "property is missing")
	return around
}

// values compares the values of a map with those of the innermost object that may be the map and is one.
func (c *comparison) values(s *Schema, around []object) {
	last := len(around) - 1
	for _, up := range append([]int{0}, s.Up...) {
		if have := around[last-up].values(); have != nil {
			c.schema(around[last-up].where+"{}", s, have, around)
			return
		}
	}
	c.report(around[last].where, "additionalProperties are missing")
}

// sameType reports whether the schema is described with the type of the page. The description may add a format to a
// number, which no page shows, but not to a string.
func (c *comparison) sameType(s *Schema, f facets) bool {
	types := f.types()
	if s.Type == "" {
		return c.page.Nameless || len(types) == 0
	}
	return slices.ContainsFunc(types, func(have string) bool {
		typ, format, _ := strings.Cut(have, " ")
		if c.page.Nameless && s.Type == "number" && typ == "integer" {
			return true // an example does not show which of the two it is
		}
		exact := s.Format != "" || s.Type == "string" && !c.page.Nameless
		return typ == s.Type && (format == s.Format || !exact)
	})
}

func typeName(parts ...string) string {
	if name := strings.TrimSpace(strings.Join(parts, " ")); name != "" {
		return name
	}
	return "any"
}

// rule returns the value of a keyword as JSON has it.
func rule(s *openapi3.Schema, keyword string) any {
	data, err := json.Marshal(s)
	if err != nil {
		return nil
	}
	var keywords map[string]any
	if err := json.Unmarshal(data, &keywords); err != nil {
		return nil
	}
	return keywords[keyword]
}

// saysDefault reports whether the description of a schema ends a clause with the value "by default". Bodies have their defaults in
// prose, as generated clients would send them unasked.
func saysDefault(s *openapi3.Schema, value []byte) bool {
	return regexp.MustCompile("(^|[ `])" + regexp.QuoteMeta(strings.Trim(string(value), `"`)) + "`? by default\\b").MatchString(s.Description)
}

func (c *comparison) enum(where string, want []string, have []any) {
	for _, value := range want {
		if !slices.ContainsFunc(have, func(v any) bool { return fmt.Sprint(v) == value }) {
			c.report(where, "enum value %q is missing", value)
		}
	}
}

// lists compares the lists of values that a page has without saying which property or parameter each belongs to.
func (c *comparison) lists(where string, lists [][]string, f facets) {
	for _, list := range lists {
		c.enum(where, list, closest(list, f, map[*openapi3.Schema]bool{}))
	}
}

// closest returns the enum in the tree under f that has most of the wanted values.
func closest(want []string, f facets, seen map[*openapi3.Schema]bool) (best []any) {
	most := 0
	consider := func(values []any) {
		n := 0
		for _, v := range values {
			if slices.Contains(want, fmt.Sprint(v)) {
				n++
			}
		}
		if n > most {
			best, most = values, n
		}
	}
	consider(f.enum())
	for _, ref := range f {
		if seen[ref.Value] {
			continue
		}
		seen[ref.Value] = true
		for _, name := range slices.Sorted(maps.Keys(ref.Value.Properties)) {
			consider(closest(want, f.property(name), seen))
		}
		consider(closest(want, facetsOf(ref.Value.Items), seen))
	}
	return best
}
