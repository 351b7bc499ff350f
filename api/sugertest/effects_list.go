package sugertest

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// listObjects answers with the objects that the path and the query ask for, in the order in which they came.
func listObjects(s *state, c *call) (any, error) {
	filters, err := filtersOf(s, c)
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, o := range s.all(c.op.typ) {
		if !slices.ContainsFunc(filters, func(passes filter) bool { return !passes(o) }) {
			items = append(items, o)
		}
	}
	return page(c.op, items, c.query), nil
}

// filter reports whether an object belongs in a list.
type filter func(object) bool

// filtersOf returns the filters of a call. A parameter that is named like a property selects by its value; the others are here.
func filtersOf(s *state, c *call) ([]filter, error) {
	typ := c.op.typ
	var filters []filter
	equal := func(want string, path ...string) {
		filters = append(filters, func(o object) bool { return text(o, path...) == want })
	}
	for param, want := range c.params {
		if property := propertyLike(typ, param); property != "" {
			equal(want, property)
		}
	}
	exclusive := 0 // filters of which only one may be given
	for _, param := range c.op.query() {
		want := c.query.Get(param.Name)
		switch property := propertyLike(typ, param.Name); {
		case param.Name == "startDate":
			days, err := lastDays(s, c.query)
			if err != nil {
				return nil, err
			}
			filters = append(filters, days)
		case param.Name == "priorities":
			priorities := []string{"HIGH", "CRITICAL"}
			if want != "" {
				priorities = strings.Split(want, ",")
			}
			filters = append(filters, func(o object) bool { return slices.Contains(priorities, text(o, "priority")) })
		case want == "", param.Name == "metaInfo": // the syntax of that filter is not documented
		case param.Name == "message":
			filters = append(filters, func(o object) bool {
				return strings.Contains(strings.ToLower(text(o, "message")), strings.ToLower(want))
			})
		case property != "":
			if typ == "UsageRecordGroup" && property != "status" {
				exclusive++
			}
			equal(want, property)
		case param.Name == "contactId":
			filters = append(filters, func(o object) bool { return hasContact(s, typ, o, want) })
		case param.Name == "awsAccountId":
			equal(want, "info", "awsBuyer", "awsAccountID")
		case param.Name == "buyerAccountId":
			equal(want, "externalBuyerID")
		case param.Name == "hubspotDealId", param.Name == "source":
			equal(want, "metaInfo", param.Name)
		}
	}
	if exclusive > 1 {
		return nil, badRequest("query: at most one of partner, buyerId and entitlementId may be given")
	}
	return filters, nil
}

// hasContact reports whether a contact belongs to an object, or to the buyer or the offer of an entitlement.
func hasContact(s *state, typ string, o object, contact string) bool {
	holders := []object{o}
	if typ == "Entitlement" {
		holders = []object{s.get("Buyer", text(o, "buyerID")), s.get("Offer", text(o, "offerID"))}
	}
	return slices.ContainsFunc(holders, func(o object) bool { return slices.Contains(list(o, "contactIds"), any(contact)) })
}

// lastDays returns the filter for startDate and endDate. Objects without a date pass.
func lastDays(s *state, query url.Values) (filter, error) {
	end, err := dateIn(query, "endDate", s.now())
	if err != nil {
		return nil, err
	}
	start, err := dateIn(query, "startDate", end.AddDate(0, 0, -30))
	if err != nil {
		return nil, err
	}
	first, last := start.Format(time.DateOnly), end.Format(time.DateOnly)
	return func(o object) bool {
		for _, name := range []string{"timestamp", "date", "creationTime"} {
			if date := text(o, name); len(date) >= len(first) {
				date = date[:len(first)]
				return first <= date && date <= last
			}
		}
		return true
	}, nil
}

// dateIn returns the date in a query parameter, or the standard one.
func dateIn(query url.Values, name string, standard time.Time) (time.Time, error) {
	value := query.Get(name)
	if value == "" {
		return standard, nil
	}
	t, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return t, badRequest("query parameter %s: want a date such as 2026-12-31", name)
	}
	return t, nil
}

// page cuts the items to the page that the query asks for, and wraps them as the operation does. A limit beyond 1000 counts as
// 1000, and one below 1 as none given. The last page has no next offset, or null where the description allows that.
func page(op *operation, items []any, query url.Values) any {
	if op.paging == nil {
		return items
	}
	total := len(items)
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 {
		limit = defaultLimit(op)
	}
	offset, _ := strconv.Atoi(query.Get("offset")) // none is 0
	offset = min(max(offset, 0), total)
	items = items[offset:min(offset+min(limit, 1000), total)]
	if op.paging.Items == "" {
		return items
	}
	answer := object{property(op.paging.Items): items}
	if name := property(op.paging.NextOffset); name != "" {
		if offset+len(items) < total {
			answer[name] = offset + len(items)
		} else if op.answer.Schema.Value.Properties[name].Value.Nullable {
			answer[name] = nil
		}
	}
	if name := property(op.paging.TotalCount); name != "" && offset == 0 {
		answer[name] = total
	}
	return answer
}

func defaultLimit(op *operation) int {
	limit, err := strconv.Atoi(fmt.Sprint(op.route.Operation.Parameters.GetByInAndName("query", "limit").Schema.Value.Default))
	if err != nil {
		panic("sugertest: " + op.id + " has no default for limit")
	}
	return limit
}
