package sugertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/suger-go/suger/openapi"
)

// description is the parsed description with what the server derives from it.
type description struct {
	doc        *openapi3.T
	operations []*operation                     // ordered by path and method
	paths      map[string]map[string]*operation // by path and method
}

// operation is what the server needs to know about one operation of the description.
type operation struct {
	id   string // operationId, such as "getOffer"
	name string // service and method, such as "Offers.Get"

	route     *routers.Route
	mediaType string              // of the answer, "application/json" or "text/html"
	answer    *openapi3.MediaType // of the success
	paging    *paging             // nil when the answer comes in one piece

	typ   string      // type of the objects that the answer is or holds, such as "Offer"; "" for none
	names []reference // what the path names, from left to right
}

// reference is a parameter of a path that holds the id of an object.
type reference struct {
	param string // "walletId"
	typ   string // "Wallet"
}

// paging is the extension x-paging: JSON pointers into the answer, where an empty one for the items is the whole answer.
type paging struct {
	By         string `json:"by"` // such as "page", by its number; "" for an offset
	Items      string `json:"items"`
	NextOffset string `json:"nextOffset"`
	TotalCount string `json:"totalCount"`
}

// loadDescription parses the embedded description, once in a process: it takes a fifth of a second.
var loadDescription = sync.OnceValue(parseDescription)

func parseDescription() *description {
	doc, err := openapi.Load()
	if err != nil {
		panic(fmt.Sprintf("sugertest: the embedded description does not load: %v", err))
	}
	allowNull(doc)
	allowDates(doc)
	allowUnknownValues(doc)
	d := &description{doc: doc, paths: map[string]map[string]*operation{}}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		item := doc.Paths.Value(path)
		for _, method := range slices.Sorted(maps.Keys(item.Operations())) {
			d.operations = append(d.operations, newOperation(doc, path, method, item))
		}
	}
	types := map[string]bool{}
	for _, op := range d.operations {
		types[op.typ] = op.typ != ""
		if d.paths[op.path()] == nil {
			d.paths[op.path()] = map[string]*operation{}
		}
		d.paths[op.path()][op.method()] = op
	}
	for _, op := range d.operations {
		for _, param := range placeholders(op.path()) {
			typ := named(types, param)
			if typ != "" && op.method() == http.MethodGet && strings.HasSuffix(op.path(), "/{"+param+"}") && !op.isList() {
				typ = op.typ // the product of a vendor is a listing
			}
			if typ != "" {
				op.names = append(op.names, reference{param, typ})
			}
		}
	}
	return d
}

// allowNull marks properties without a type as nullable: they may have any value, but the validator refuses null for them.
func allowNull(doc *openapi3.T) {
	for _, schema := range doc.Components.Schemas {
		for _, property := range schema.Value.Properties {
			if p := property.Value; p.Type == nil && len(p.AllOf)+len(p.AnyOf) == 0 {
				p.Nullable = true
			}
		}
	}
}

// allowDates allows dates in properties of a private offer on Azure that are times by their type and dates by what is documented
// of them. The start is empty where it varies.
func allowDates(doc *openapi3.T) {
	day, empty := openapi3.NewStringSchema().WithFormat("date"), openapi3.NewStringSchema().WithMaxLength(0)
	for _, name := range []string{"acceptBy", "start", "end", "lastModified"} {
		p := doc.Components.Schemas["AzureMarketplacePrivateOffer"].Value.Properties[name].Value
		p.Format = ""
		p.AnyOf = openapi3.SchemaRefs{openapi3.NewDateTimeSchema().NewRef(), day.NewRef()}
		if name == "start" {
			p.AnyOf = append(p.AnyOf, empty.NewRef())
		}
	}
}

// allowUnknownValues makes plain texts of the parameters that are published as such, although all of their known values make an
// enum.
func allowUnknownValues(doc *openapi3.T) {
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, parameter := range slices.Concat(item.Parameters, operation.Parameters) {
				if parameter.Value.Extensions["x-published-type"] == "string" {
					parameter.Value.Schema = openapi3.NewStringSchema().NewRef()
				}
			}
		}
	}
}

func newOperation(doc *openapi3.T, path, method string, item *openapi3.PathItem) *operation {
	o := item.GetOperation(method)
	verb := o.Extensions["x-sdk-method"].(string)
	op := &operation{
		id:    o.OperationID,
		name:  o.Tags[0] + "." + strings.ToUpper(verb[:1]) + verb[1:],
		route: &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: o},
	}
	for mediaType, content := range o.Responses.Status(http.StatusOK).Value.Content {
		op.mediaType, op.answer = mediaType, content
	}
	if extension, ok := o.Extensions["x-paging"]; ok {
		op.paging = new(paging)
		data, err := json.Marshal(extension)
		if err == nil {
			err = json.Unmarshal(data, op.paging)
		}
		if err != nil {
			panic(fmt.Sprintf("sugertest: x-paging of %s: %v", op.id, err))
		}
	}
	schema := op.answer.Schema
	if op.paging != nil && op.paging.Items != "" {
		schema = schema.Value.Properties[property(op.paging.Items)]
	}
	if schema.Value.Items != nil {
		schema = schema.Value.Items
	}
	op.typ = schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
	return op
}

// named returns the type whose objects a parameter names: "offerId" is the id of an Offer, "ticketId" of a SupportTicket.
func named(types map[string]bool, param string) string {
	if param == "vendorId" {
		return "GlobalCompany"
	}
	name, ok := strings.CutSuffix(param, "Id")
	if !ok {
		return ""
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	for _, typ := range []string{name, name + "Credentials", "Support" + name, "Workflow" + name} {
		if types[typ] {
			return typ
		}
	}
	return "" // such as orgId
}

func (op *operation) method() string { return op.route.Method }
func (op *operation) path() string   { return op.route.Path }

// example returns the example of the answer in the description, the first one by name.
func (op *operation) example() any {
	if op.answer.Example != nil {
		return op.answer.Example
	}
	for _, name := range slices.Sorted(maps.Keys(op.answer.Examples)) {
		return op.answer.Examples[name].Value.Value
	}
	panic(fmt.Sprintf("sugertest: the description has no example for %s", op.id))
}

// isList reports whether the operation answers with a list of objects, paged or not.
func (op *operation) isList() bool {
	return op.paging != nil || op.answer.Schema.Value.Type.Is("array")
}

// isQuery reports whether the operation takes a filter and an order, and numbers of pages.
func (op *operation) isQuery() bool { return op.paging != nil && op.paging.By == "page" }

// endsInID reports whether the path ends in the id of an object, as opposed to a word.
func (op *operation) endsInID() bool { return strings.HasSuffix(op.path(), "}") }

// query returns the query parameters of the operation.
func (op *operation) query() []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, ref := range op.route.Operation.Parameters {
		if ref.Value.In == openapi3.ParameterInQuery {
			list = append(list, ref.Value)
		}
	}
	return list
}

// unknown returns the names of query parameters that the operation does not have, in order.
func (op *operation) unknown(query url.Values) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(query)), func(name string) bool {
		return op.route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) != nil
	})
}

// bodySchema returns the schema of a JSON body, nil without one.
func (op *operation) bodySchema() *openapi3.SchemaRef {
	if body := op.route.Operation.RequestBody; body != nil {
		if content := body.Value.Content["application/json"]; content != nil {
			return content.Schema
		}
	}
	return nil
}

// bodyIDs returns the parameters of the path that properties of the body repeat under another name: the extension x-body-id.
func (op *operation) bodyIDs() map[string]any {
	ids, _ := op.route.Operation.Extensions["x-body-id"].(map[string]any)
	return ids
}

// takesForm reports whether the body is a form.
func (op *operation) takesForm() bool {
	body := op.route.Operation.RequestBody
	return body != nil && body.Value.Content["multipart/form-data"] != nil
}

// params returns the parameters of the path of a request for the operation.
func (op *operation) params(r *http.Request) map[string]string {
	params := map[string]string{}
	for _, name := range placeholders(op.path()) {
		params[name] = r.PathValue(name)
	}
	return params
}

// placeholders returns the names in the braces of a path.
func placeholders(path string) []string {
	var names []string
	for segment := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// property turns a JSON pointer of one step into the name of the property.
func property(pointer string) string { return strings.TrimPrefix(pointer, "/") }

// schemaOf returns the schema of a type.
func schemaOf(typ string) *openapi3.Schema {
	if ref := loadDescription().doc.Components.Schemas[typ]; ref != nil {
		return flatten(ref.Value)
	}
	return &openapi3.Schema{}
}

// propertyLike returns the property of a type whose name differs from the given one only in case: buyerID for buyerId. The
// vendor of a listing is its company.
func propertyLike(typ, name string) string {
	if name == "vendorId" {
		name = "companyId"
	}
	for _, property := range slices.Sorted(maps.Keys(schemaOf(typ).Properties)) {
		if strings.EqualFold(property, name) {
			return property
		}
	}
	return ""
}

// idOf returns the property that holds the id of a type, "" if the objects have none.
func idOf(typ string) string {
	for _, name := range []string{"id", "eventID"} {
		if schemaOf(typ).Properties[name] != nil {
			return name
		}
	}
	return ""
}

// flatten returns the schema behind an allOf with one member, which only adds a description to it.
func flatten(schema *openapi3.Schema) *openapi3.Schema {
	for len(schema.AllOf) == 1 {
		schema = schema.AllOf[0].Value
	}
	return schema
}
