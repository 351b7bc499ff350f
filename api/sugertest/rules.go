package sugertest

import (
	"net/http"
	"strings"
)

// effect carries out an operation. The server is locked, the request is valid, and the objects that its path names exist.
type effect func(s *Server, c *call) (any, error)

// act carries out a call on the store. What most operations do follows from the description: from the method, the path and the
// type of the answer. Those that do more are among the effects.
func (s *Server) act(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.findNamed(c); err != nil {
		return nil, err
	}
	effect := effects[c.op.id]
	if effect == nil {
		effect = rule(c.op)
	}
	return effect(s, c)
}

// findNamed finds the objects that the path of a call names. Each belongs to those before it: a wallet to its buyer.
func (s *Server) findNamed(c *call) error {
	for i, name := range c.op.names {
		o, err := s.store.find(name.typ, c.params[name.param])
		if err != nil {
			return err
		}
		for _, owner := range c.op.names[:i] {
			if property := propertyLike(name.typ, owner.param); property != "" && text(o, property) != c.params[owner.param] {
				return fail(http.StatusNotFound, "%s not found: %s", inWords(name.typ), c.params[name.param])
			}
		}
		c.target, c.targetType = o, name.typ
	}
	return nil
}

// rule returns what an operation does by its form.
func rule(op *operation) effect {
	switch method := op.method(); {
	case method == http.MethodGet && op.isList():
		return listObjects
	case method == http.MethodGet && op.endsInID():
		return func(_ *Server, c *call) (any, error) { return c.target, nil }
	case len(op.names) == 0 && method == http.MethodGet:
		return func(s *Server, c *call) (any, error) { return s.only(c.op.typ), nil }
	case len(op.names) == 0 && method == http.MethodPatch:
		return updateOnly
	case method == http.MethodPost && !op.endsInID():
		return create
	case method == http.MethodPatch && op.part() != "":
		return updatePart
	case method == http.MethodPatch:
		return update
	case method == http.MethodDelete:
		return remove
	}
	return nil
}

// part returns the property of the target that is the last word of the path, if the body is all of it: metaInfo.
func (op *operation) part() string {
	word := op.path()[strings.LastIndex(op.path(), "/")+1:]
	if len(op.names) == 0 || op.bodySchema() == nil {
		return ""
	}
	property := schemaOf(op.names[len(op.names)-1].typ).Properties[word]
	if property == nil || flatten(property.Value) != flatten(op.bodySchema().Value) {
		return ""
	}
	return word
}

// create adds an object with the properties in the body and the owners in the path. Its id is new.
func create(s *Server, c *call) (any, error) {
	return s.create(c, c.object()), nil
}

func (s *Server) create(c *call, o object) object {
	o = without(o, idOf(c.op.typ))
	for _, name := range c.op.names {
		if property := propertyLike(c.op.typ, name.param); property != "" {
			o[property] = c.params[name.param]
		}
	}
	o = s.add(c.op.typ, o)
	s.happened("CREATE", c.op.typ, o)
	return o
}

// update sets the properties in the body and keeps the others. They have to fit the object, too: the parameters of some updates
// leave out its limits.
func update(s *Server, c *call) (any, error) {
	if err := check(c.targetType, picked(c.object(), c.targetType)); err != nil {
		return nil, err
	}
	return s.update(c, c.object()), nil
}

func (s *Server) update(c *call, changes object) object {
	identity := []string{idOf(c.targetType), "organizationID", "organizationId", "creationTime"}
	o := s.change(c.targetType, c.target, without(changes, identity...))
	s.happened("UPDATE", c.targetType, o)
	return o
}

// updatePart sets properties of a part of an object, such as its meta info, and answers with the part.
func updatePart(s *Server, c *call) (any, error) {
	part := c.op.part()
	inner, _ := c.target[part].(object)
	inner = merged(inner, c.object())
	s.update(c, object{part: inner})
	return inner, nil
}

// only returns the one object of a type of which an organization has one, such as its settings.
func (s *Server) only(typ string) object {
	if objects := s.store.all(typ); len(objects) > 0 {
		return objects[len(objects)-1]
	}
	return object{}
}

func updateOnly(s *Server, c *call) (any, error) {
	o := merged(s.only(c.op.typ), c.object())
	delete(s.store.tables, c.op.typ)
	return s.store.put(c.op.typ, o), nil
}

func remove(s *Server, c *call) (any, error) {
	s.store.remove(c.targetType, c.target)
	s.happened("DELETE", c.targetType, c.target)
	return "", nil
}

// object returns the JSON object in the body of a call, an empty one without a body.
func (c *call) object() object {
	o, _ := c.body.(object)
	return merged(o, nil)
}
