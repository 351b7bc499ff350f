package sugertest

import (
	"slices"
	"strings"
	"time"
)

var organizationEffects = map[string]effect{
	"listAiUsage":        listAIUsage,
	"searchOrganization": searchOrganization,
}

// listAIUsage lists the records whose hours begin in the range.
func listAIUsage(s *state, c *call) (any, error) {
	var bounds [2]time.Time
	for i, name := range []string{"startTime", "endTime"} {
		var err error
		if bounds[i], err = time.Parse(time.RFC3339, c.query.Get(name)); err != nil {
			return nil, badRequest("query parameter %s: want a time such as 2026-12-31T00:00:00Z", name)
		}
	}
	start, end := bounds[0], bounds[1]
	if end.Before(start) || end.Sub(start) > 90*24*time.Hour {
		return nil, badRequest("query parameter endTime: want a time up to 90 days after startTime")
	}
	records := []any{}
	for _, o := range s.all(c.op.typ) {
		if hour, err := parseTime("", text(o, "hourBucket")); err == nil && !hour.Before(start) && hour.Before(end) {
			records = append(records, o)
		}
	}
	answer := page(c.op, records, c.query).(object)
	offset := max(integerIn(c.query, "offset"), 0)
	return merged(answer, object{
		"startTime": c.query.Get("startTime"), "endTime": c.query.Get("endTime"), "limit": sizeIn(c.op, c.query, "limit"),
		"offset": offset, "totalCount": len(records), "hasMore": offset < len(records)-len(list(answer, "records")),
	}), nil
}

// searched are the types that a search goes over.
var searched = []string{"Product", "Offer", "Entitlement", "Buyer", "Contact"}

// searchOrganization finds the objects that contain every word of the text. Those whose name contains them all come first.
func searchOrganization(s *state, c *call) (any, error) {
	items := []any{}
	for _, typ := range searched {
		kind := strings.ToLower(typ)
		if kinds := c.query.Get("types"); kinds != "" && !slices.Contains(strings.Split(kinds, ","), kind) {
			continue
		}
		for _, o := range s.all(typ) {
			if score := scoreOf(o, c.query.Get("q")); score > 0 {
				items = append(items, merged(keeping(o, "name", "description"), object{
					"objectId": o["id"], "organizationId": s.orgID, "type": kind, "score": score,
				}))
			}
		}
	}
	slices.SortStableFunc(items, func(a, b any) int { return decimal(b.(object)["score"]).Cmp(decimal(a.(object)["score"])) })
	items, next, err := pageAt(c.query.Get("cursor"), c.query.Get("q"), items, sizeIn(c.op, c.query, "limit"))
	if err != nil {
		return nil, badRequest("query parameter cursor: %v", err)
	}
	return given(object{"items": items, "nextCursor": next}), nil
}

// scoreOf says how well an object matches a text: 1 by its name, 0.5 by any of its texts, 0 not at all.
func scoreOf(o object, search string) float64 {
	var all strings.Builder
	for _, value := range o {
		if value, ok := value.(string); ok {
			all.WriteString(strings.ToLower(value) + "\n")
		}
	}
	score, name := 1.0, strings.ToLower(text(o, "name"))
	for _, word := range strings.Fields(strings.ToLower(search)) {
		switch {
		case strings.Contains(name, word):
		case strings.Contains(all.String(), word):
			score = 0.5
		default:
			return 0
		}
	}
	return score
}
