package sugertest

var productEffects = map[string]effect{
	"updateProduct":                 updateProduct,
	"createOrUpdateDraftProduct":    saveDraft,
	"deleteProduct":                 deleteProduct,
	"publishProduct":                publishProduct,
	"listProductMeteringDimensions": listProductMeteringDimensions,
}

// saveDraft creates a draft offer or product, or updates the draft whose id is in the body.
func saveDraft(s *state, c *call) (any, error) {
	draft := merged(c.properties(), object{"status": "DRAFT"})
	id := text(draft, "id")
	if id == "" {
		return createAs(s, c, draft), nil
	}
	o, err := s.find(c.op.typ, id)
	if err != nil {
		return nil, err
	}
	c.target, c.targetType = o, c.op.typ
	if err := c.requireStatus("DRAFT"); err != nil {
		return nil, err
	}
	return update(s, c, draft), nil
}

// updateProduct leaves the prices as they are.
func updateProduct(s *state, c *call) (any, error) {
	body := c.properties()
	if info, ok := body["info"].(object); ok {
		body["info"] = merged(without(info, "commits", "dimensions"), keeping(inner(c.target, "info"), "commits", "dimensions"))
	}
	return update(s, c, body), nil
}

func publishProduct(s *state, c *call) (any, error) {
	if s.rules.publish > 0 {
		hold(s, "Product", c.target, "PUBLIC")
		return update(s, c, merged(c.properties(), keeping(c.target, "status"))), nil
	}
	return update(s, c, merged(c.properties(), object{"status": "PUBLIC"})), nil
}

func deleteProduct(s *state, c *call) (any, error) {
	if text(c.target, "status") == "PUBLIC" {
		return nil, badRequest(`status: the product is "PUBLIC" and cannot be deleted`)
	}
	return becomes("DELETED", "DELETE")(s, c)
}

func listProductMeteringDimensions(_ *state, c *call) (any, error) {
	return append([]any{}, list(c.target, "info", "dimensions")...), nil
}
