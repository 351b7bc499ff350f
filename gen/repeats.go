package gen

import "slices"

// repeats finds out that a server sends pages again, one over and over or some in turn. It remembers two pages: the one
// before, and one of the pages 1, 2, 4, 8 and so on, which stays long enough to see any cycle come round.
type repeats struct {
	pages            int
	before, earlier  []string
	earlierUntilPage int
}

// page reports whether the items with these ids came before. Items without ids tell nothing: equal records are legitimate.
func (r *repeats) page(ids []string) bool {
	if len(ids) == 0 {
		return false
	}
	if slices.Equal(ids, r.before) || slices.Equal(ids, r.earlier) {
		return true
	}
	r.before = ids
	if r.pages++; r.pages >= r.earlierUntilPage {
		r.earlier, r.earlierUntilPage = ids, 2*r.pages
	}
	return false
}

// itemIDs returns the ids of items in one order whatever theirs is, since a server that sends a page again may shuffle it and
// change all but the ids. Items without an id are left out.
func itemIDs[T any](items []T) []string {
	var ids []string
	for i := range items {
		var id string
		switch item := any(&items[i]).(type) {
		case *WorkflowOperation: // one that was started anew has the same id, and stands in the list once more
			id = item.GetID() + item.GetRunID()
		case interface{ GetID() string }:
			id = item.GetID()
		case interface{ GetEventID() string }:
			id = item.GetEventID()
		case *SearchResultItem:
			id = item.GetObjectID()
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
