package sugertest

import (
	"maps"
	"mime/multipart"
	"net/url"
	"slices"
)

// effect carries out an operation: the call is valid, and the objects that its path names exist. The reference is silent on much
// of what happens behind the operations; here the marketplaces and the payment providers do at once what they are asked, and
// it succeeds, but for what effects_publish.go has.
type effect func(*state, *call) (any, error)

// call is a request that the description allows.
type call struct {
	op     *operation
	params map[string]string // of the path
	query  url.Values
	body   any                   // decoded JSON, nil without one
	file   *multipart.FileHeader // the part "file" of a form

	target     object // what the last id in the path names
	targetType string
}

// properties returns the JSON object in the body, an empty one without a body.
func (c *call) properties() object {
	o, _ := c.body.(object)
	return merged(o, nil)
}

// effects are those of the operations that do more than their form says, by operationId. Each stands in the file of its tag.
var effects = union(billingEffects, buyerEffects, catalogEffects, contactEffects, crmEffects, entitlementEffects, meteringEffects,
	offerEffects, operationEffects, organizationEffects, productEffects, reportEffects, supportEffects)

func union(tables ...map[string]effect) map[string]effect {
	all := map[string]effect{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

// act carries out a call.
func act(s *state, c *call) (any, error) {
	if err := findNamed(s, c); err != nil {
		return nil, err
	}
	if s.rules.strict {
		if err := strictly(s, c); err != nil {
			return nil, err
		}
	}
	effect := effects[c.op.id]
	if effect == nil {
		effect = rule(c.op)
	}
	return effect(s, c)
}

// findNamed finds the objects that the path of a call names. Each belongs to those before it: a wallet to its buyer.
func findNamed(s *state, c *call) error {
	for i, name := range c.op.names {
		o, err := s.find(name.typ, c.params[name.param])
		if err != nil {
			return err
		}
		for _, owner := range c.op.names[:i] {
			if property := propertyLike(name.typ, owner.param); property != "" && text(o, property) != c.params[owner.param] {
				return notFound(name.typ, c.params[name.param])
			}
		}
		c.target, c.targetType = o, name.typ
	}
	return nil
}

// when returns an effect that fails unless the target has one of the statuses.
func when(effect effect, statuses ...string) effect {
	return func(s *state, c *call) (any, error) {
		if err := c.requireStatus(statuses...); err != nil {
			return nil, err
		}
		return effect(s, c)
	}
}

// becomes returns an effect that gives the target a status, unless it has it already. With a path it also sets the property
// there to the time of the change.
func becomes(status, action string, path ...string) effect {
	return func(s *state, c *call) (any, error) {
		o := c.target
		if text(o, "status") != status {
			if len(path) > 0 {
				o = set(o, s.timestamp(), path...)
			}
			o = s.move(c.targetType, o, status, action)
		}
		return c.op.answerWith(o), nil
	}
}

// seeded returns an effect that answers with the object of the operation's type that was seeded, or with another if none was.
func seeded(otherwise object) effect {
	return func(s *state, c *call) (any, error) {
		if o := onlyOne(s, c.op.typ); len(o) > 0 {
			return o, nil
		}
		return otherwise, nil
	}
}

// answerWith returns an object, or the empty string where the operation answers with that.
func (op *operation) answerWith(o object) any {
	if op.answer.Schema.Value.Type.Is("string") {
		return ""
	}
	return o
}

// requireStatus returns an error unless the target has one of the statuses.
func (c *call) requireStatus(allowed ...string) error {
	if status := text(c.target, "status"); !slices.Contains(allowed, status) {
		return badRequest("status: the %s is %q, this needs %q", inWords(c.targetType), status, allowed)
	}
	return nil
}
