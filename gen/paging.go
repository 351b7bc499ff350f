package gen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
)

// ListError is the error of an iteration over a list: all that the All methods yield are of this type. Nothing from the place
// that it names on was yielded.
type ListError struct {
	Operation string // service and method, such as "Offers.All"
	Offset    int64  // where to resume; where pages have numbers, the number of the page, for pages of the same size
	Cursor    string // where to resume a list that goes on by a cursor or a token; empty for its first page
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
	byOffset     way = iota // a page starts at an offset, the next one where it ends
	byNextOffset            // an answer says at which offset the next page starts
	byPage                  // pages have numbers, from 1 on
	byCursor                // an answer says by which cursor, or token, to ask for the next page
)

// place is where a page stands in its list.
type place struct {
	number int64  // the offset at which it starts, or its number
	cursor string // the cursor or token to ask for it by, empty for the first page
}

// text says for an error where a place is. Tokens may be long, and their beginning is enough to know them by.
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
	number     *int64 // which page it is; nil and 0 say nothing
	nextCursor string // by what to ask for the next page; empty if there is none
}

// identity returns what a page is known by when it comes again: the ids of its items or, where they have none, the number that
// the answer gives it. That number counts for nothing else: what a server sends is right also where it counts from 0.
func (p page[T]) identity() []string {
	ids := itemIDs(p.items)
	if len(ids) == 0 && len(p.items) > 0 && p.number != nil && *p.number != 0 {
		ids = []string{fmt.Sprint("page ", *p.number)}
	}
	return ids
}

// next returns where the page after the one at a place is, and whether there is one. Before is how many items the list has before
// the page. The length of a page says nothing, since servers put fewer items on a page than they were asked for.
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
		// The list ends where the total says, even if that is too early: nothing tells. A total below what came, such as 0, is
		// wrong for certain, and the list ends as if it had none.
		return next, *p.totalCount > before+count, nil
	}
	return next, by != byNextOffset, nil
}

// maxEmptyPages is how many empty pages in a row may name a next one. A list that is filtered after it was cut into pages
// has some; a server that never comes to an end has no other.
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

// pages iterates over the items of a list from a place on, and fetches a page when the one before is used up. Size is how many
// items a page is asked for.
func pages[T any](ctx context.Context, operation string, by way, size int64, start place, opts []CallOption, fetch fetchPage[T]) iter.Seq2[*T, error] {
	var options CallOptions
	for _, opt := range opts {
		opt(&options)
	}
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
			p.totalCount = nil // which counts items on pages before that nobody saw
		}
	}
	next, more, err = p.next(l.by, at, before) // before the items are the caller's
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

// stand tells the caller where the iteration stands.
func (l *listing[T]) stand(at place) {
	if l.options.Position != nil && l.by != byCursor {
		*l.options.Position = at.number
	}
}

// maxPage is the most items that the API puts on a page of a list with offsets.
const maxPage = 1000

// firstPage returns the size of the pages, and the place of the first one: the parameters of the caller, if they make sense.
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

// firstCursor returns the place of the page that a parameter asks for.
func firstCursor(parameter *string) place { return place{cursor: *cmp.Or(parameter, new(string))} }
