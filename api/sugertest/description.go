package sugertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/suger-go/suger/openapi"
)

// operation is what the server needs to know about one operation of the description.
type operation struct {
	id   string // operationId, such as "getOffer"
	name string // service and method, such as "Offers.Get"

	route     *routers.Route
	mediaType string              // of the answer, "application/json" or "text/html"
	answer    *openapi3.MediaType // of the success
	paging    *paging             // nil when the answer comes in one piece
}

// paging is the extension x-paging: JSON pointers into the answer, where an empty one for the items is the whole answer.
type paging struct {
	Items      string `json:"items"`
	NextOffset string `json:"nextOffset"`
	TotalCount string `json:"totalCount"`
}

func (op *operation) method() string       { return op.route.Method }
func (op *operation) path() string         { return op.route.Path }
func (op *operation) schema() *schemaRef   { return op.answer.Schema }
func (op *operation) pathParams() []string { return placeholders(op.path()) }

// parameters returns the parameters of the operation and of its path in one place ("path", "query").
func (op *operation) parameters(in string) []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, refs := range []openapi3.Parameters{op.route.PathItem.Parameters, op.route.Operation.Parameters} {
		for _, ref := range refs {
			if ref.Value.In == in {
				list = append(list, ref.Value)
			}
		}
	}
	return list
}

type schemaRef = openapi3.SchemaRef

type description struct {
	doc        *openapi3.T
	operations []*operation // ordered by path and method
}

// loadDescription parses the embedded description, once in a process: it takes a quarter of a second.
var loadDescription = sync.OnceValue(func() *description {
	doc, err := openapi.Load()
	if err != nil {
		panic(fmt.Sprintf("sugertest: the embedded description does not load: %v", err))
	}
	d := &description{doc: doc}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		item := doc.Paths.Value(path)
		for _, method := range slices.Sorted(maps.Keys(item.Operations())) {
			d.operations = append(d.operations, newOperation(doc, path, method, item))
		}
	}
	return d
})

func newOperation(doc *openapi3.T, path, method string, item *openapi3.PathItem) *operation {
	o := item.GetOperation(method)
	verb := o.Extensions["x-sdk-method"].(string)
	op := &operation{
		id:    o.OperationID,
		name:  o.Tags[0] + "." + string(unicode.ToUpper(rune(verb[0]))) + verb[1:],
		route: &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: o},
	}
	for mediaType, content := range o.Responses.Status(200).Value.Content {
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
	return op
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
