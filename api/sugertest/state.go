package sugertest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// act carries out a call on the store. What most operations do follows from the description: its method, its path and the
// type of its answer. The effects are the exceptions.
func (s *Server) act(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkPath(c); err != nil {
		return nil, err
	}
	if effect := effects[c.op.id]; effect != nil {
		return effect(s, c)
	}
	last := lastPlaceholder(c.op.path())
	switch typ := c.op.resource(); {
	case typ == "":
	case c.op.isList():
		return s.list(c, typ, s.store.all(typ))
	case c.op.method() == http.MethodGet && last != "":
		return s.store.get(typ, c.params[last])
	case c.op.method() == http.MethodPost && last == "" && c.body != nil:
		return s.create(c, typ, c.object()), nil
	case c.op.method() == http.MethodPatch && last != "" && c.body != nil:
		o, err := s.store.get(typ, c.params[last])
		if err != nil {
			return nil, err
		}
		changes := c.object()
		delete(changes, idProperty(typ)) // the id is that of the path
		o = s.store.update(typ, o, changes)
		s.happened("UPDATE", typ, o)
		return o, nil
	}
	return s.synthesize(c.op), nil
}

// checkPath finds the objects that the path of a call names.
func (s *Server) checkPath(c *call) error {
	for name, value := range c.params {
		if typ := paramTypes()[name]; typ != "" {
			if _, err := s.store.get(typ, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// create adds an object, and tells it what the path says of it.
func (s *Server) create(c *call, typ string, o object) object {
	o = s.ofPath(c, typ, o)
	o = s.store.create(typ, o, s.OrgID)
	s.happened("CREATE", typ, o)
	return o
}

// ofPath sets the properties that are named like the path's parameters, such as buyerID.
func (s *Server) ofPath(c *call, typ string, o object) object {
	for name := range schemaOf(typ).Properties {
		for param, value := range c.params {
			if param != "orgId" && strings.EqualFold(name, param) {
				o = with(o, name, value)
			}
		}
	}
	return o
}

// object returns the body of a call, a copy; an empty one if there is none.
func (c *call) object() object {
	o, _ := c.body.(map[string]any)
	if o == nil {
		return object{}
	}
	return maps.Clone(o)
}

// resource returns the type of the objects that an operation answers with, "" if it does not answer with any.
func (op *operation) resource() string {
	schema := op.schema()
	if op.paging != nil && op.paging.Items != "" {
		schema = schema.Value.Properties[strings.TrimPrefix(op.paging.Items, "/")]
	}
	if schema.Value.Items != nil {
		schema = schema.Value.Items
	}
	return component(schema)
}

func (op *operation) isList() bool {
	return op.paging != nil || op.schema().Value.Type.Is("array")
}

// component returns the name of the component that a schema refers to, "" if it is none with an id.
func component(schema *openapi3.SchemaRef) string {
	name := schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
	if name == "" || schemaOf(name).Properties[idProperty(name)] == nil {
		return ""
	}
	return name
}

func schemaOf(typ string) *openapi3.Schema {
	ref := loadDescription().doc.Components.Schemas[typ]
	if ref == nil {
		return &openapi3.Schema{}
	}
	return ref.Value
}

// paramTypes are what the parameters of a path name: the answers of the operations that get them.
var paramTypes = sync.OnceValue(func() map[string]string {
	types := map[string]string{"walletId": "Wallet", "paymentTransactionId": "PaymentTransaction", "usageRecordGroupId": "UsageRecordGroup"}
	for _, op := range loadDescription().operations {
		if last := lastPlaceholder(op.path()); op.method() == http.MethodGet && last != "" && !op.isList() && last != "offerExternalId" {
			types[last] = op.resource()
		}
	}
	return types
})

// lastPlaceholder returns the parameter at the end of a path, "" if the path ends in a word.
func lastPlaceholder(path string) string {
	if !strings.HasSuffix(path, "}") {
		return ""
	}
	names := placeholders(path)
	return names[len(names)-1]
}

// fits reports whether an object has what the filters in a query ask for. A filter that is named like no property, such as
// metaInfo's, lets everything through.
func fits(op *operation, typ string, o object, query url.Values) bool {
	for _, param := range op.parameters("query") {
		want := query.Get(param.Name)
		if want == "" {
			continue
		}
		switch param.Name {
		case "limit", "offset":
		case "contactId":
			if !slices.Contains(list(o, "contactIds"), any(want)) && !slices.Contains(list(child(o, "info"), "contactIds"), any(want)) {
				return false
			}
		case "startDate", "endDate":
			day := date(o)
			if day != "" && (param.Name == "startDate" && day < want || param.Name == "endDate" && day > want) {
				return false
			}
		case "source":
			if text(child(o, "metaInfo"), "source") != want {
				return false
			}
		case "hubspotDealId":
			if text(child(o, "metaInfo"), param.Name) != want {
				return false
			}
		case "awsAccountId", "buyerAccountId":
			if text(o, "externalID") != want && text(o, "externalBuyerID") != want {
				return false
			}
		case "priorities":
		case "message":
			if !strings.Contains(strings.ToLower(text(o, "message")), strings.ToLower(want)) {
				return false
			}
		default:
			for name := range schemaOf(typ).Properties {
				if strings.EqualFold(name, param.Name) && text(o, name) != want {
					return false
				}
			}
		}
	}
	return true
}

// date returns the day that an object is listed under, "" if it has none.
func date(o object) string {
	for _, name := range []string{"date", "timestamp", "creationTime"} {
		if t := text(o, name); len(t) >= len("2006-01-02") {
			return t[:len("2006-01-02")]
		}
	}
	return ""
}
