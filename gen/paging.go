package gen

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// ListError is the error of an iteration over a list: all that the All methods yield are of this type.
type ListError struct {
	Operation string // service and method, such as "Offers.All"
	Offset    int64  // offset to resume from: no item at this offset or after it was yielded
	Err       error
}

func (e *ListError) Error() string {
	return fmt.Sprintf("%s: at offset %d: %v", e.Operation, e.Offset, e.Err)
}

func (e *ListError) Unwrap() error { return e.Err }

// page is one page of a list, and what the answer says about the pages after it.
type page[T any] struct {
	items      []T
	nextOffset *int64 // where the next page starts; nil and 0 both say that there is none
	totalCount *int64 // how many items the whole list has; nil says nothing
}

// next returns where the page after the one at offset starts, and whether there is one; hasNext says that the type of the
// answer has a property for the next offset. The number of items on a page cannot end the list, since a server may put fewer on
// a page than the limit allows.
func (p page[T]) next(offset int64, hasNext bool) (next int64, more bool, err error) {
	next = offset + int64(len(p.items))
	switch {
	case p.nextOffset != nil && *p.nextOffset != 0:
		if *p.nextOffset <= offset {
			return next, false, fmt.Errorf("the server sends back from offset %d to %d", offset, *p.nextOffset)
		}
		return *p.nextOffset, true, nil
	case len(p.items) == 0:
		return next, false, nil
	case p.totalCount != nil && *p.totalCount >= next:
		// The list ends at its total. A wrong total that is too small cannot be noticed, except one below the number of items
		// already received, such as 0, which is ignored.
		return next, *p.totalCount > next, nil
	}
	return next, !hasNext, nil
}

// maxEmptyPages is the number of empty pages in a row after which an iteration fails. A server that filters after paging sends
// some empty pages; one that never ends the list sends nothing else.
const maxEmptyPages = 1000

// fetchPage fetches the page of a list that starts at offset.
type fetchPage[T any] func(ctx context.Context, limit, offset int64) (page[T], error)

// listing is one iteration over the items of a list.
type listing[T any] struct {
	operation string // of the method, for errors
	hasNext   bool   // whether the answers have a property for the next offset
	fetch     fetchPage[T]
	ahead     *ahead[T] // fetches pages before it is their turn; nil if it is off
	options   CallOptions
	yielded   int64
	empty     int // pages without items, in a row
	repeats   repeats
}

// pages iterates over the items of a list from offset on, and fetches a page when the one before is used up.
func pages[T any](ctx context.Context, operation string, hasNext bool, limit, offset int64, opts []CallOption, fetch fetchPage[T]) iter.Seq2[*T, error] {
	var options CallOptions
	for _, opt := range opts {
		opt(&options)
	}
	return func(yield func(*T, error) bool) {
		l := listing[T]{operation: operation, hasNext: hasNext, fetch: fetch, options: options}
		if err := l.readAhead(ctx, limit, offset); err != nil {
			l.stand(offset)
			yield(nil, &ListError{operation, offset, err})
			return
		}
		defer l.ahead.drop()
		offset, more := offset, true
		for more {
			offset, more = l.page(ctx, limit, offset, yield)
		}
	}
}

// page yields the items of the page at offset. It returns where the next page starts, and whether to go on there.
func (l *listing[T]) page(ctx context.Context, limit, offset int64, yield func(*T, error) bool) (next int64, more bool) {
	l.stand(offset)
	fail := func(offset int64, err error) (int64, bool) {
		l.ahead.drop()
		yield(nil, &ListError{l.operation, offset, err})
		return offset, false
	}
	p, err := l.fetch(ctx, limit, offset)
	if err != nil {
		return fail(offset, err)
	}
	if l.repeats.page(itemIDs(p.items)) {
		return fail(offset, fmt.Errorf("the server repeats a page at offset %d", offset))
	}
	next, more, err = p.next(offset, l.hasNext) // before the caller, who gets pointers to the items, can change them
	l.ahead.follow(p, next, more)
	for i := range p.items {
		l.stand(offset + int64(i) + 1)
		l.yielded++
		if !yield(&p.items[i], nil) {
			return next, false
		}
		if l.yielded == l.options.Max {
			if i == len(p.items)-1 {
				l.stand(next)
			}
			return next, false
		}
	}
	if err != nil {
		return fail(next, err)
	}
	l.stand(next)
	if l.empty++; len(p.items) > 0 {
		l.empty = 0
	}
	if more && l.empty == maxEmptyPages {
		return fail(next, errors.New("the server sends empty pages without end"))
	}
	return next, more
}

// stand stores the offset that the iteration has reached for the caller.
func (l *listing[T]) stand(offset int64) {
	if l.options.Position != nil {
		*l.options.Position = offset
	}
}

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
		case interface{ GetID() string }:
			id = item.GetID()
		case interface{ GetEventID() string }:
			id = item.GetEventID()
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// maxPage is the most items that the API puts on a page.
const maxPage = 1000

// firstPage returns the size of the pages and where the first one starts.
func firstPage(limit, offset *int64, size int64) (int64, int64) {
	if limit != nil && *limit > 0 {
		size = min(*limit, maxPage)
	}
	if offset == nil {
		return size, 0
	}
	return size, max(*offset, 0)
}
