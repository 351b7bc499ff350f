package docs

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A described is an operation of the description.
type described struct {
	method, path string
	item         *openapi3.PathItem
	*openapi3.Operation
}

// operations returns the operations of the description by the title keys of their pages.
func operations(doc *openapi3.T) map[string]*described {
	byTitle := map[string]*described{}
	for at, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d := &described{method, at, item, op}
			byTitle[titleKey(d.title())] = d
		}
	}
	return byTitle
}

// find returns the operation with the method and path of a page, or nil.
func find(doc *openapi3.T, p *Page) *described {
	if item := doc.Paths.Value(p.Path); item != nil {
		if op := item.Operations()[p.Method]; op != nil {
			return &described{p.Method, p.Path, item, op}
		}
	}
	return nil
}

// title returns the title of the operation's page in the documentation.
func (d *described) title() string {
	title, _ := d.Extensions["x-docs-page"].(string)
	return title
}

// titleKey makes titles equal that differ in a full stop, which some have in one place and not in another.
func titleKey(title string) string { return strings.TrimSuffix(title, ".") }

// parameter returns the parameter of the given place and name, or nil.
func (d *described) parameter(in, name string) *openapi3.Parameter {
	if p := d.Parameters.GetByInAndName(in, name); p != nil {
		return p
	}
	return d.item.Parameters.GetByInAndName(in, name)
}

// parameters returns the schemas of the parameters in the given place, as if they were one.
func (d *described) parameters(in string) facets {
	var refs []*openapi3.SchemaRef
	for _, p := range slices.Concat(d.item.Parameters, d.Parameters) {
		if p.Value.In == in {
			refs = append(refs, p.Value.Schema)
		}
	}
	return facetsOf(refs...)
}

// response returns the answer with the given status code, which is that of success if it is empty.
func (d *described) response(status string) *openapi3.Response {
	codes := []string{status}
	if status == "" {
		codes = []string{"200", "201", "202", "204"}
	}
	for _, code := range codes {
		if r := d.Responses.Value(code); r != nil {
			return r.Value
		}
	}
	return nil
}

// contentSchema returns the schema of a media type. Where the page does not show which, it is the only one or JSON.
func contentSchema(content openapi3.Content, media string) (facets, bool) {
	if media == "" {
		media = "application/json"
		if len(content) == 1 {
			media = slices.Collect(maps.Keys(content))[0]
		}
	}
	m, ok := content[media]
	if !ok {
		return nil, false
	}
	return facetsOf(m.Schema), true
}

// facets are a schema of the description with everything that it is composed of by allOf, anyOf and oneOf.
type facets []*openapi3.SchemaRef

func facetsOf(refs ...*openapi3.SchemaRef) facets {
	var f facets
	for _, ref := range refs {
		if ref == nil || ref.Value == nil {
			continue
		}
		f = append(f, ref)
		f = append(f, facetsOf(slices.Concat(ref.Value.AllOf, ref.Value.AnyOf, ref.Value.OneOf)...)...)
	}
	return f
}

// any reports whether one of the facets has what the test looks for.
func (f facets) any(has func(*openapi3.Schema) bool) bool {
	return slices.ContainsFunc(f, func(ref *openapi3.SchemaRef) bool { return has(ref.Value) })
}

func (f facets) property(name string) facets {
	var refs []*openapi3.SchemaRef
	for _, ref := range f {
		refs = append(refs, ref.Value.Properties[name])
	}
	return facetsOf(refs...)
}

func (f facets) items() facets {
	var refs []*openapi3.SchemaRef
	for _, ref := range f {
		refs = append(refs, ref.Value.Items)
	}
	return facetsOf(refs...)
}

// values returns the schema of the values of a map.
func (f facets) values() facets {
	var refs []*openapi3.SchemaRef
	for _, ref := range f {
		values := ref.Value.AdditionalProperties
		if values.Has != nil && *values.Has {
			refs = append(refs, &openapi3.SchemaRef{Value: &openapi3.Schema{}})
		}
		refs = append(refs, values.Schema)
	}
	return facetsOf(refs...)
}

// names returns the names of the components that make up the schema.
func (f facets) names() []string {
	var names []string
	for _, ref := range f {
		if ref.Ref != "" {
			names = append(names, path.Base(ref.Ref))
		}
	}
	return names
}

// isNamed reports whether one of the components has the name, or is what the vendor calls so: a page may leave out the
// package before the last full stop.
func (f facets) isNamed(name string) bool {
	return slices.ContainsFunc(f, func(ref *openapi3.SchemaRef) bool {
		published, _ := ref.Value.Extensions["x-published-name"].(string)
		return ref.Ref != "" && (path.Base(ref.Ref) == name || published == name || strings.HasSuffix(published, "."+name))
	})
}

// types returns the types and formats of the schema, such as "string" and "string date-time".
func (f facets) types() []string {
	var types []string
	for _, ref := range f {
		for _, t := range ref.Value.Type.Slice() {
			types = append(types, strings.TrimSpace(t+" "+ref.Value.Format))
		}
	}
	return types
}

// enum returns the values that the schema lists.
func (f facets) enum() []any {
	var values []any
	for _, ref := range f {
		values = append(values, ref.Value.Enum...)
	}
	return values
}
