package sugertest

import (
	"cmp"
	"encoding/base64"
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
	compare, err := orderIn(c)
	if err != nil {
		return nil, err
	}
	fields, err := fieldsIn(c)
	if err != nil {
		return nil, err
	}
	ids := s.table(c.op.typ).ids
	if len(filters) > 0 || compare != nil {
		ids = idsOf(s, c, filters, compare)
	}
	from, to := bounds(c.op, len(ids), c.query)
	items := []any{}
	for _, id := range ids[from:to] {
		items = append(items, selected(s.get(c.op.typ, id), fields))
	}
	return wrapped(c.op, items, from, len(ids), c.query), nil
}

// idsOf returns the ids of the objects that pass the filters of a list, in its order.
func idsOf(s *state, c *call, filters []filter, compare func(a, b object) int) []string {
	type row struct {
		id   string
		some object // what the filters and the order look at
	}
	var rows []row
	for id, some := range s.allWith(c.op.typ, readBy(c)) {
		if !slices.ContainsFunc(filters, func(passes filter) bool { return !passes(some) }) {
			rows = append(rows, row{id, some})
		}
	}
	if compare != nil {
		slices.SortStableFunc(rows, func(a, b row) int { return compare(a.some, b.some) })
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.id
	}
	return ids
}

// readBy returns which properties the filters and the order of a list look at, nil for any. Only those of the parameters that are
// common, or always in effect, are known.
func readBy(c *call) map[string]bool {
	read := map[string]bool{"isVendor": true}
	for _, param := range c.op.query() {
		switch param.Name { // in effect without a value, too
		case "startDate":
			read["timestamp"], read["date"], read["creationTime"] = true, true, true
		case "priorities":
			read["priority"] = true
		}
	}
	for param := range c.params {
		read[propertyLike(c.op.typ, param)] = true
	}
	for param, values := range c.query {
		property := propertyLike(c.op.typ, param)
		switch param {
		case "limit", "offset", "page_size", "page_number", "fields", "startDate", "endDate", "priorities":
			continue
		case "q", "s":
			for name := range schemaOf(c.op.typ).Properties {
				read[name] = read[name] || strings.Contains(values[0], snake(name))
			}
			continue
		}
		if property == "" {
			return nil
		}
		read[property] = true
	}
	return read
}

// filter reports whether an object belongs in a list.
type filter func(object) bool

// equals returns the filter for a text at a path of properties.
func equals(want string, path ...string) filter {
	return func(o object) bool { return text(o, path...) == want }
}

// filtersOf returns the filters of a call.
func filtersOf(s *state, c *call) ([]filter, error) {
	var filters []filter
	for param, want := range c.params {
		if property := propertyLike(c.op.typ, param); property != "" {
			filters = append(filters, equals(want, property))
		}
	}
	if c.op.id == "listVendors" {
		filters = append(filters, func(o object) bool { return o["isVendor"] == true })
	}
	exclusive := 0 // filters of which only one may be given
	for _, param := range c.op.query() {
		property := propertyLike(c.op.typ, param.Name)
		if c.op.typ == "UsageRecordGroup" && property != "" && property != "status" && c.query.Get(param.Name) != "" {
			exclusive++
		}
		passes, err := filterBy(s, c, param.Name)
		if err != nil {
			return nil, err
		}
		if passes != nil {
			filters = append(filters, passes)
		}
	}
	if exclusive > 1 {
		return nil, badRequest("query: at most one of partner, buyerId and entitlementId may be given")
	}
	return filters, nil
}

// filterBy returns the filter that a query parameter asks for, nil for none. A parameter that is named like a property selects
// by its value; the others are here.
func filterBy(s *state, c *call, param string) (filter, error) {
	want := c.query.Get(param)
	switch property := propertyLike(c.op.typ, param); {
	case param == "startDate":
		return lastDays(s, c.query)
	case param == "priorities":
		priorities := []string{"HIGH", "CRITICAL"}
		if want != "" {
			priorities = strings.Split(want, ",")
		}
		return func(o object) bool { return slices.Contains(priorities, text(o, "priority")) }, nil
	case want == "", param == "metaInfo": // the syntax of that filter is not documented
	case param == "q":
		return parseFilter(c.op.typ, want)
	case param == "message":
		return func(o object) bool {
			return strings.Contains(strings.ToLower(text(o, "message")), strings.ToLower(want))
		}, nil
	case property != "":
		return equals(want, property), nil
	case param == "contactId":
		return func(o object) bool { return hasContact(s, c.op.typ, o, want) }, nil
	case param == "awsAccountId":
		return equals(want, "info", "awsBuyer", "awsAccountID"), nil
	case param == "buyerAccountId":
		return equals(want, "externalBuyerID"), nil
	case param == "hubspotDealId", param == "source":
		return equals(want, "metaInfo", param), nil
	}
	return nil, nil
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
		date := dateOf(o)
		return date == "" || first <= date && date <= last
	}, nil
}

// dateOf returns the date of an object, "" for one without.
func dateOf(o object) string {
	for _, name := range []string{"timestamp", "date", "creationTime"} {
		if date := text(o, name); len(date) >= len(time.DateOnly) {
			return date[:len(time.DateOnly)]
		}
	}
	return ""
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

// mostItems is how many items a page has at most, by operation, where it is not 1000.
var mostItems = map[string]int{"listAiUsage": 10_000, "listOperations": 100, "queryProducts": 200, "searchCoSellPartners": 100}

// sizeOfPage returns the number of items on a page: the one that the call asks for, but no more than the most of the operation.
// The standard one replaces what is no number or below 1.
func sizeOfPage(op *operation, asked string, standard int) int {
	size, err := strconv.Atoi(asked)
	if err != nil || size < 1 {
		size = standard
	}
	return min(size, cmp.Or(mostItems[op.id], 1000))
}

// sizeIn is sizeOfPage for the size in a query parameter, which has its standard in the description.
func sizeIn(op *operation, query url.Values, name string) int {
	standard := fmt.Sprint(op.route.Operation.Parameters.GetByInAndName("query", name).Schema.Value.Default)
	size, err := strconv.Atoi(standard)
	if err != nil {
		panic("sugertest: " + op.id + " has no default for " + name)
	}
	return sizeOfPage(op, query.Get(name), size)
}

// page cuts the items to the page that the query asks for, and wraps them as the operation does. The last page has no next
// offset, or null where the description allows that.
func page(op *operation, items []any, query url.Values) any {
	from, to := bounds(op, len(items), query)
	return wrapped(op, items[from:to], from, len(items), query)
}

// bounds returns where the page that the query asks for starts and ends among all items.
func bounds(op *operation, total int, query url.Values) (from, to int) {
	switch {
	case op.paging == nil:
		return 0, total
	case op.isQuery():
		size := sizeIn(op, query, "page_size")
		from = min((min(max(1, integerIn(query, "page_number")), total+1)-1)*size, total)
		return from, min(from+size, total)
	}
	from = min(max(integerIn(query, "offset"), 0), total)
	return from, min(from+sizeIn(op, query, "limit"), total)
}

// wrapped puts the items of a page, which starts at an offset, into the answer of the operation.
func wrapped(op *operation, items []any, offset, total int, query url.Values) any {
	if op.isQuery() {
		number := max(1, integerIn(query, "page_number"))
		return object{"data": items, "page_number": number, "page_size": sizeIn(op, query, "page_size"), "total_count": total}
	}
	if op.paging == nil || op.paging.Items == "" {
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

// integerIn returns the number in a query parameter, 0 for none.
func integerIn(query url.Values, name string) int {
	n, _ := strconv.Atoi(query.Get(name))
	return n
}

// pageAt cuts the items to the page at a cursor, and returns the cursor of the next page, "" for none. A cursor contains the
// search that it belongs to, and is refused with another one.
func pageAt(cursor, search string, items []any, size int) ([]any, string, error) {
	offset := 0
	if cursor != "" {
		data, _ := base64.StdEncoding.DecodeString(cursor)
		number, same, _ := strings.Cut(string(data), ":")
		var err error
		if offset, err = strconv.Atoi(number); err != nil || offset < 0 || same != search {
			return nil, "", badRequest("%q does not come from a page of the same search", cursor)
		}
	}
	offset = min(offset, len(items))
	end := min(offset+size, len(items))
	if end == len(items) {
		return items[offset:], "", nil
	}
	return items[offset:end], base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d:%s", end, search)), nil
}
