package gen

import "slices"

// repeats detects a server that sends the same page, or the same cycle of pages, again and again. It remembers the previous
// page and the latest of the pages 1, 2, 4, 8 and so on, which is enough to detect a cycle of any length (Brent's algorithm).
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
		case interface {
			GetID() string
			GetRunID() string
		}: // each run of a job is in the list, all with the id of the job
			id = item.GetID() + item.GetRunID()
		case interface{ GetID() string }:
			id = item.GetID()
		case interface{ GetEventID() string }:
			id = item.GetEventID()
		case interface{ GetObjectID() string }:
			id = item.GetObjectID()
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
