// Package docs reads saved pages of the vendor's documentation and holds the description to them.
//
// [Parse] turns the text of a page into facts: the operation, its parameters, the trees of its bodies, the example and
// the side bar, without a sentence of the page. [Drift] names every fact that the description lacks or contradicts.
// [Page.Ambiguities] names what the page leaves open: nothing but pages decides how a page is read, so that a description
// which is wrong cannot make a page agree with it. Where the page leaves two objects open, Drift takes either.
// The facts of the known pages are in tests/testdata/docs, written by the command docs-drift with its flag -write.
package docs

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
)

// A Page is what a page says about one operation.
type Page struct {
	Title  string `json:"title"`
	Tag    string `json:"tag,omitempty"` // the group in the side bar, where the page shows it
	Method string `json:"method"`
	Path   string `json:"path"` // in the form /org/{orgId}

	// Nameless is set when the saved text lost the names of parameters and properties. The parameters are then those
	// of the path, and an answer is read from its example, which knows nothing of required, named types and limits.
	Nameless bool `json:"nameless,omitempty"`

	Parameters []Parameter `json:"parameters,omitempty"`
	Body       *Message    `json:"body,omitempty"`
	Responses  []*Message  `json:"responses"`
	SideBar    []Group     `json:"sideBar,omitempty"`
}

// A Parameter is a parameter of the operation.
type Parameter struct {
	In string `json:"in"` // path, query, header or cookie
	*Schema
}

// A Message is the body of a request or an answer. The first answer of a page is the one of success.
type Message struct {
	Status  string          `json:"status,omitempty"` // empty for a request, and where the page does not show it
	Media   string          `json:"media,omitempty"`
	Schema  *Schema         `json:"schema,omitempty"`
	Example json.RawMessage `json:"example,omitempty"`
}

// saysNothing reports whether all that the page has of the message is that it is an object.
func (m *Message) saysNothing() bool {
	return m.Example == nil && (m.Schema == nil || reflect.DeepEqual(*m.Schema, Schema{Type: m.Schema.Type}))
}

// A Schema is the shape of a parameter, a body or a property, in the terms of OpenAPI.
type Schema struct {
	Name       string         `json:"name,omitempty"`
	Type       string         `json:"type,omitempty"` // empty for any
	Format     string         `json:"format,omitempty"`
	Named      string         `json:"named,omitempty"` // the name of the type, such as Partner
	Required   bool           `json:"required,omitempty"`
	Rules      map[string]any `json:"rules,omitempty"` // limits, default and nullable, by OpenAPI keyword
	Enum       []string       `json:"enum,omitempty"`
	Properties []*Schema      `json:"properties,omitempty"` // of an object, in the order of the page
	Items      *Schema        `json:"items,omitempty"`      // of an array
	Values     *Schema        `json:"values,omitempty"`     // of a map
	Enums      [][]string     `json:"enums,omitempty"`      // enum lists of a nameless page that have no known property
	Up         []int          `json:"up,omitempty"`         // how many objects further out a property may as well belong to
}

// A Group is a heading of the side bar with the titles of its operations.
type Group struct {
	Name       string   `json:"name"`
	Operations []string `json:"operations"`
}

// property returns the property of the given name, or nil.
func (s *Schema) property(name string) *Schema {
	for _, p := range s.Properties {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// rule sets a keyword.
func (s *Schema) rule(keyword string, value any) {
	if s.Rules == nil {
		s.Rules = map[string]any{}
	}
	s.Rules[keyword] = value
}

var (
	smallObject = regexp.MustCompile(`\[[\d,\s]+\]|\{[^{}]*(?:\{[^{}]*\}[^{}]*)?\}`)
	inBrackets  = regexp.MustCompile(`([{\[])\n\s*|\n\s*([}\]])`)
	lineBreak   = regexp.MustCompile(`\n\s*`)
)

// JSON encodes the page as it is committed: indented, with numbers and an object that holds no more than
// one other on a line of their own.
func (p *Page) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(p); err != nil {
		return nil, err
	}
	// Encoded strings hold no raw line breaks, so this changes the white space between tokens only.
	return smallObject.ReplaceAllFunc(b.Bytes(), func(object []byte) []byte {
		return lineBreak.ReplaceAll(inBrackets.ReplaceAll(object, []byte("$1$2")), []byte(" "))
	}), nil
}
