package main

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// madeOf are the endings with which generators make names of types out of operation ids: oapi-codegen, ogen, orval, hey-api and
// openapi-generator among them.
var madeOf = strings.Fields(`Body Data Error Errors JSONBody JSONRequestBody Params Req Request RequestBody Res Response Responses
	Result`)

// taken are names that a schema cannot have, because the code of a generator or the types of a language have them: a model of
// such a name replaces what it should only stand beside.
var taken = map[string]string{
	"a type that the generators of clients write themselves": `ApiClient ApiError ApiException ApiKey ApiModelBase ApiResponse
		BaseModel BasicAuth Client ClientInterface ClientOption Configuration Handler HeaderSelector Invoker JSON ModelInterface
		ObjectSerializer RequestOptions SecuritySource Server ServerConfiguration ServerInterface ServerVariable`,
	"a type of Python":                   `Any Dict Enum Field List Literal None Optional Self Tuple Type Union`,
	"a type of Java or Kotlin":           `Double Integer Long Nothing Number Object Override Pair Unit UUID Void`,
	"a type of JavaScript or TypeScript": `Array Blob Error Function Map Partial Pick Promise Record Request Response Symbol URL`,
	"a type of C#":                       `Action Attribute DateTime Decimal Guid Task`,
	"a type of Ruby":                     `Date File Float Hash Kernel Set Time URI`,
	"a type of Rust":                     `Box Default Err Ok Option Result Some Vec`,
	"a type of nearly every language":    `Boolean Exception Int String`,
}

// checkNames refuses names of schemas with which the clients that are generated for other languages do not compile, or lose a
// class of their own. Names are compared without regard to case, as languages treat initialisms and systems treat files.
func (b *bundler) checkNames(doc *yaml.Node) {
	reserved, operations, schemas := map[string]string{}, map[string]string{}, map[string]string{}
	for what, names := range taken {
		for _, name := range strings.Fields(names) {
			reserved[strings.ToLower(name)] = what
		}
	}
	for _, item := range pairs(get(doc, "paths")) {
		for _, op := range pairs(item) {
			if id := get(op, "operationId"); id != nil {
				for _, ending := range madeOf {
					operations[strings.ToLower(id.Value+ending)] = id.Value
				}
			}
		}
	}
	for _, d := range b.components["schemas"] {
		low := strings.ToLower(d.key.Value)
		if other := schemas[low]; other != "" {
			b.errorf(d.file, d.key, "schema %s clashes with %s: the names differ in case only", d.key.Value, other)
		}
		schemas[low] = d.key.Value
	}
	for _, d := range b.components["schemas"] {
		low := strings.ToLower(d.key.Value)
		if what := reserved[low]; what != "" {
			b.errorf(d.file, d.key, "schema %s clashes with %s", d.key.Value, what)
		}
		if id := operations[low]; id != "" {
			b.errorf(d.file, d.key, "schema %s clashes with the type that generators make for the operation %s", d.key.Value, id)
		}
		if of := schemas[strings.TrimPrefix(low, "new")]; of != "" && strings.HasPrefix(low, "new") {
			b.errorf(d.file, d.key, "schema %s clashes with the constructor that generators make for the schema %s", d.key.Value, of)
		}
	}
}
