package sugertest

import "strings"

var catalogEffects = map[string]effect{"searchCoSellPartners": searchCoSellPartners}

func searchCoSellPartners(s *state, c *call) (any, error) {
	found := []any{}
	for _, o := range s.all(c.op.typ) {
		if strings.Contains(strings.ToLower(text(o, "name")), strings.ToLower(c.query.Get("query"))) {
			found = append(found, o)
		}
	}
	return found[:min(len(found), sizeIn(c.op, c.query, "limit"))], nil
}
