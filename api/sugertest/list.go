package sugertest

import (
	"net/url"
	"strconv"
	"strings"
)

// list answers with one page of the objects that match the path and the query.
func (s *Server) list(c *call, typ string, objects []object) (any, error) {
	items := []any{}
	for _, o := range objects {
		if s.belongs(c, typ, o) && fits(c.op, typ, o, c.query) {
			items = append(items, o)
		}
	}
	return page(c.op, items, c.query), nil
}

// belongs reports whether an object is one of those that the path names: those of a buyer, say.
func (s *Server) belongs(c *call, typ string, o object) bool {
	for name, want := range c.params {
		for property := range schemaOf(typ).Properties {
			if name != "orgId" && strings.EqualFold(property, name) && text(o, property) != want {
				return false
			}
		}
	}
	return true
}

// page cuts the items to the page that the query asks for, and wraps them as the operation does.
func page(op *operation, items []any, query url.Values) any {
	if op.paging == nil {
		return items
	}
	limit, offset, total := number(query, "limit", defaultLimit(op)), number(query, "offset", 0), len(items)
	items = items[min(max(offset, 0), total):]
	if items = items[:min(max(limit, 0), 1000, len(items))]; op.paging.Items == "" {
		return items
	}
	answer := object{strings.TrimPrefix(op.paging.Items, "/"): items}
	if next := offset + len(items); op.paging.NextOffset != "" && next < total {
		answer[strings.TrimPrefix(op.paging.NextOffset, "/")] = next
	}
	if op.paging.TotalCount != "" {
		answer[strings.TrimPrefix(op.paging.TotalCount, "/")] = total
	}
	return answer
}

func number(query url.Values, name string, standard int) int {
	if n, err := strconv.Atoi(query.Get(name)); err == nil {
		return n
	}
	return standard
}

func defaultLimit(op *operation) int {
	for _, param := range op.parameters("query") {
		if limit, ok := param.Schema.Value.Default.(float64); ok && param.Name == "limit" {
			return int(limit)
		}
	}
	return 1000
}
