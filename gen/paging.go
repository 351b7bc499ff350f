package gen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
)

// ListError is the error of an iteration over a list: all errors that the All methods yield are of this type. Offset or Cursor is
// where to resume: no item there or after it was yielded.
type ListError struct {
	Operation string // service and method, such as "Offers.All"
	Offset    int64  // offset to resume from; in a list with page numbers the number of the page, for the same page size
	Cursor    string // cursor or token to resume from, in a list with cursors or tokens; empty for the first page
	Err       error

	by way
}

func (e *ListError) Error() string {
	return fmt.Sprintf("%s: at %s: %v", e.Operation, place{e.Offset, e.Cursor}.text(e.by), e.Err)
}

func (e *ListError) Unwrap() error { return e.Err }

// way is how the pages of a list follow each other.
type way int

const (
	byOffset     way = iota // the request has the offset of a page
	byNextOffset            // the same, and each answer has the offset of the next page
	byPage                  // the request has the number of a page, from 1
	byCursor                // each answer has the cursor or token to request the next page with
)

// place is the position of a page in its list.
type place struct {
	number int64  // offset of the page, or its number in a list with page numbers
	cursor string // cursor or token of the page, empty for the first page
}

// text describes a place in the text of an error, with the beginning of a long cursor only.
func (at place) text(by way) string {
	switch {
	case by == byPage:
		return fmt.Sprintf("page %d", at.number)
	case by == byCursor && at.cursor == "":
		return "the first page"
	case by == byCursor:
		return fmt.Sprintf("cursor %.40q", at.cursor)
	}
	return fmt.Sprintf("offset %d", at.number)
}

// parameter returns the cursor as the parameter of a request, nil for the first page.
func (at place) parameter() *string {
	if at.cursor == "" {
		return nil
	}
	return &at.cursor
}

// page is one page of a list, and what the answer says about it and the pages after it.
type page[T any] struct {
	items      []T
	nextOffset *int64 // where the next page starts; nil and 0 both say that there is none
	totalCount *int64 // how many items the whole list has; nil says nothing
	number     *int64 // number of the page; nil and 0 say nothing
	nextCursor string // cursor or token of the next page; empty if there is none
}

// identity returns what tells the page from others: the ids of its items or, if they have none, the page number in the answer.
// That number is used for nothing else, since a wrong one, such as one counted from 0, does not make the items wrong.
func (p page[T]) identity() []string {
	ids := itemIDs(p.items)
	if len(ids) == 0 && len(p.items) > 0 && p.number != nil && *p.number != 0 {
		ids = []string{fmt.Sprint("page ", *p.number)}
	}
	return ids
}

// next returns the place of the page after the one at a place, and whether there is one; before is the number of items before the
// page at that place. The number of items on a page cannot end the list, since a server may put fewer on a page than the limit
// allows.
func (p page[T]) next(by way, at place, before int64) (next place, more bool, err error) {
	count := int64(len(p.items))
	switch by {
	case byCursor:
		return place{cursor: p.nextCursor}, p.nextCursor != "", nil
	case byPage:
		next.number = at.number + 1
	default:
		next.number = at.number + count
	}
	switch {
	case p.nextOffset != nil && *p.nextOffset != 0:
		if *p.nextOffset <= at.number {
			return next, false, fmt.Errorf("the server sends back from offset %d to %d", at.number, *p.nextOffset)
		}
		return place{number: *p.nextOffset}, true, nil
	case count == 0:
		return next, false, nil
	case p.totalCount != nil && *p.totalCount >= before+count:
		// The list ends at its total. A wrong total that is too small cannot be noticed, except one below the number of items
		// already received, such as 0, which is ignored.
		return next, *p.totalCount > before+count, nil
	}
	return next, by != byNextOffset, nil
}

// maxEmptyPages is the number of empty pages in a row after which an iteration fails. A server that filters after paging sends
// some empty pages; one that never ends the list sends nothing else.
const maxEmptyPages = 1000

// fetchPage fetches the page of a list at a place.
type fetchPage[T any] func(ctx context.Context, at place) (page[T], error)

// listing is one iteration over the items of a list.
type listing[T any] struct {
	operation string // of the method, for errors
	by        way
	start     place
	fetch     fetchPage[T]
	ahead     *ahead[T] // fetches pages before it is their turn; nil if it is off
	options   CallOptions
	yielded   int64
	empty     int // pages without items, in a row
	repeats   repeats
	cursors   repeats
}

// pages iterates over the items of a list from a place on, and fetches a page when all items of the one before were yielded. size
// is the number of items that each page is requested with.
func pages[T any](ctx context.Context, operation string, by way, size int64, start place, opts []CallOption, fetch fetchPage[T]) iter.Seq2[*T, error] {
	var options CallOptions
	options.Apply(opts)
	return func(yield func(*T, error) bool) {
		l := listing[T]{operation: operation, by: by, start: start, fetch: fetch, options: options}
		err := l.readAhead(ctx, size)
		if by == byCursor && options.Position != nil {
			err = errors.New("api.Position has no number for a place in this list: it goes on by a cursor, which the *ListError of a list that broke off has; leave out api.Position")
		}
		if err != nil {
			l.fail(start, err, yield)
			return
		}
		defer l.ahead.drop()
		at, more := start, true
		for more {
			at, more = l.page(ctx, at, yield)
		}
	}
}

// page yields the items of the page at a place. It returns where the next page is, and whether to go on there.
func (l *listing[T]) page(ctx context.Context, at place, yield func(*T, error) bool) (next place, more bool) {
	l.stand(at)
	p, err := l.fetch(ctx, at)
	if err != nil {
		return l.fail(at, err, yield)
	}
	if l.repeats.page(p.identity()) {
		return l.fail(at, fmt.Errorf("the server repeats a page at %s", at.text(l.by)), yield)
	}
	before := at.number
	if l.by == byPage {
		before = l.yielded
		if l.start.number > 1 {
			p.totalCount = nil // it counts the items before the first page too, and their number is not known
		}
	}
	next, more, err = p.next(l.by, at, before) // before the caller, who gets pointers to the items, can change them
	if more && l.by == byCursor && (next == at || l.cursors.page([]string{next.cursor})) {
		more, err = false, fmt.Errorf("the server repeats the %s", next.text(l.by))
	}
	l.ahead.follow(p, before, next.number, more)
	if !l.items(p.items, at, next, yield) {
		return next, false
	}
	if err != nil {
		return l.fail(next, err, yield)
	}
	l.stand(next)
	if l.empty++; len(p.items) > 0 {
		l.empty = 0
	}
	if more && l.empty == maxEmptyPages {
		return l.fail(next, errors.New("the server sends empty pages without end"), yield)
	}
	return next, more
}

// items yields the items of the page at a place, and reports whether the loop goes on after the last of them.
func (l *listing[T]) items(items []T, at, next place, yield func(*T, error) bool) bool {
	for i := range items {
		last := i == len(items)-1
		switch {
		case l.by != byPage:
			l.stand(place{number: at.number + int64(i) + 1})
		case last:
			l.stand(next)
		}
		l.yielded++
		if !yield(&items[i], nil) {
			return false
		}
		if l.yielded == l.options.Max {
			if last {
				l.stand(next)
			}
			return false
		}
	}
	return true
}

// fail ends the iteration with an error, after which it can be resumed at a place.
func (l *listing[T]) fail(at place, err error, yield func(*T, error) bool) (place, bool) {
	l.stand(at)
	l.ahead.drop()
	yield(nil, &ListError{l.operation, at.number, at.cursor, err, l.by})
	return at, false
}

// stand stores the offset or page number that the iteration has reached for the caller.
func (l *listing[T]) stand(at place) {
	if l.options.Position != nil && l.by != byCursor {
		*l.options.Position = at.number
	}
}

// maxPage is the most items that the API puts on a page of a list with offsets.
const maxPage = 1000

// firstPage returns the size of the pages and the place of the first one, by the caller's parameters. A size that is not set, or not
// positive, is the usual one, and one above most is most.
func firstPage(size, start *int64, usual, most, first int64) (int64, place) {
	at := place{number: first}
	if start != nil {
		at.number = max(*start, first)
	}
	if size != nil && *size > 0 {
		usual = min(*size, most)
	}
	return usual, at
}

// firstCursor returns the place of the page whose cursor or token the caller's parameter is.
func firstCursor(parameter *string) place { return place{cursor: *cmp.Or(parameter, new(string))} }
