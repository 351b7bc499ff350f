package sugertest

import (
	"net/http"
	"strings"
)

// rule returns the effect of an operation that only gets, lists, creates, updates or deletes. It follows from the method, the
// path and the type of the answer. Operations that do more have an entry in effects. An operation whose form does not tell what it
// does, and that has no entry yet, answers with the example of the description.
func rule(op *operation) effect {
	switch method := op.method(); {
	case method == http.MethodGet && op.isList():
		return listObjects
	case method == http.MethodGet && op.endsInID():
		return func(_ *state, c *call) (any, error) { return c.target, nil }
	case len(op.names) == 0 && method == http.MethodGet:
		return func(s *state, c *call) (any, error) { return onlyOne(s, c.op.typ), nil }
	case len(op.names) == 0 && method == http.MethodPatch:
		return updateOnlyOne
	case method == http.MethodPost && !op.endsInID():
		return func(s *state, c *call) (any, error) { return create(s, c, c.properties()), nil }
	case method == http.MethodPatch && op.part() != "":
		return updatePart
	case method == http.MethodPatch:
		return updateChecked
	case method == http.MethodDelete:
		return removeTarget
	}
	return func(_ *state, c *call) (any, error) { return c.op.example(), nil }
}

// part returns the property of the target that the body replaces, such as metaInfo: the last word of the path, if that is a
// property with the schema of the body.
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

// firstStatus is the status of a new object, by type. Offers and products are PENDING_CREATE before, if marketplaces take time.
var firstStatus = map[string]string{
	"Addon": "ACTIVE", "BillableMetric": "ACTIVE", "Offer": "PENDING_ACCEPTANCE", "Product": "PREVIEW", "SupportTicket": "OPEN",
	"Wallet": "ACTIVE",
}

// externalIDs are how the ids begin that the marketplaces give to new objects, by type.
var externalIDs = map[string]string{"Entitlement": "agmt-", "Offer": "offer-", "Product": "prod-"}

// create adds an object in its first status, or as one that its marketplace has to publish yet.
func create(s *state, c *call, o object) object {
	status := firstStatus[c.op.typ]
	if s.rules.publish > 0 && externalIDs[c.op.typ] != "" {
		o = createAs(s, c, merged(o, object{"status": "PENDING_CREATE"}))
		hold(s, c.op.typ, o, status)
		return o
	}
	if status != "" {
		o = merged(o, object{"status": status})
	}
	return createAs(s, c, listed(s, c.op.typ, o))
}

// createAs adds an object with a new id and the owners that the path names, and without a closeTime.
func createAs(s *state, c *call, o object) object {
	o = without(o, idOf(c.op.typ), "closeTime")
	for _, name := range c.op.names {
		if property := propertyLike(c.op.typ, name.param); property != "" {
			o[property] = c.params[name.param]
		}
	}
	o = s.add(c.op.typ, o)
	s.happened("CREATE", c.op.typ, o)
	return o
}

// withExternalID returns an object with the id that its marketplace gives it, unless it has one.
func withExternalID(s *state, typ string, o object) object {
	if begin := externalIDs[typ]; begin != "" && text(o, "externalID") == "" {
		return set(o, begin+s.token(), "externalID")
	}
	return o
}

// updateChecked sets the properties in the body and keeps the others. They have to fit the object, too: the parameters of some
// updates leave out its limits.
func updateChecked(s *state, c *call) (any, error) {
	if err := check(c.targetType, picked(c.properties(), c.targetType)); err != nil {
		return nil, err
	}
	return update(s, c, c.properties()), nil
}

// update changes properties of the target, except those that identify it.
func update(s *state, c *call, changes object) object {
	identity := []string{idOf(c.targetType), "organizationID", "organizationId", "creationTime"}
	o := s.change(c.targetType, c.target, without(changes, identity...))
	s.happened("UPDATE", c.targetType, o)
	return o
}

// updatePart sets properties of a part of an object, such as its meta info, and answers with the part.
func updatePart(s *state, c *call) (any, error) {
	part := c.op.part()
	changed := merged(inner(c.target, part), c.properties())
	update(s, c, object{part: changed})
	return changed, nil
}

// onlyOne returns the one object of a type of which an organization has one, such as its settings.
func onlyOne(s *state, typ string) object {
	last := object{}
	for _, last = range s.all(typ) {
	}
	return last
}

func updateOnlyOne(s *state, c *call) (any, error) {
	o := merged(onlyOne(s, c.op.typ), c.properties())
	delete(s.tables, c.op.typ)
	return s.put(c.op.typ, o), nil
}

func removeTarget(s *state, c *call) (any, error) {
	s.remove(c.targetType, c.target)
	s.happened("DELETE", c.targetType, c.target)
	return "", nil
}
