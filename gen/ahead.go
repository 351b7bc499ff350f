package gen

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ahead fetches pages of a list before the iteration asks for them. The iteration gets the same pages as without it: a page
// fetched ahead is used only if it starts where the page before it ends, and is dropped otherwise.
//
// A nil *ahead does nothing. Only the fetches run on goroutines of their own.
type ahead[T any] struct {
	ctx     context.Context // the caller's
	fetch   fetchPage[T]
	by      way   // byOffset or byPage
	pages   int   // how many to fetch before their turn
	start   int64 // offset of the first page; 0 for a list with page numbers
	max     int64 // how many items the loop takes, 0 for all
	total   int64 // how many items the list has, 0 if that is not known
	size    int64 // assumed number of items on the next pages, 0 if unknown
	last    int64 // number of items on the last page; before the first page, the limit
	next    int64 // offset or number of the page after the last one
	before  int64 // number of items before that page: in the list, or since the first page of a list with page numbers
	fetches []*pageFetch[T]
}

// pageFetch is the fetch of one page on a goroutine of its own.
type pageFetch[T any] struct {
	number   int64 // offset of the page, or its number in a list with page numbers
	cancel   context.CancelFunc
	done     chan struct{} // closed when page, err and panicked are set
	page     page[T]
	err      error
	panicked any
}

var errNoPage = errors.New("the fetch of the page ended its goroutine")

// readAhead turns fetching ahead on if the caller asked for it. The error says why the list cannot be read ahead.
func (l *listing[T]) readAhead(ctx context.Context, size int64) error {
	n := l.options.Ahead
	switch {
	case n == 0:
		return nil
	case n < 0:
		return fmt.Errorf("api.Ahead(%d): the number of pages is negative", n)
	case l.by == byNextOffset || l.by == byCursor:
		return errors.New("api.Ahead cannot read this list: only the answer with a page says where the next one starts; leave out api.Ahead")
	case l.options.Response != nil:
		return errors.New("api.Ahead and api.Capture exclude each other: several answers come at once; leave out one of them")
	}
	l.ahead = &ahead[T]{ctx: ctx, fetch: l.fetch, by: l.by, pages: n, max: l.options.Max, last: size}
	if l.by == byOffset {
		l.ahead.start = l.start.number
	}
	l.fetch = func(_ context.Context, at place) (page[T], error) { return l.ahead.take(at.number) }
	return nil
}

// take returns the page at an offset, or with a number. It waits for the fetch of the page if one was started, and fetches the page
// otherwise.
func (a *ahead[T]) take(number int64) (page[T], error) {
	if a.ctx.Err() != nil {
		a.drop() // the context has ended: without Ahead these pages would not be fetched either
	}
	if len(a.fetches) == 0 {
		a.add(number)
	}
	a.guess(a.pages + 1)
	first := a.fetches[0]
	first.wait()
	a.fetches = slices.Delete(a.fetches, 0, 1) // so that the page can be garbage collected
	if first.panicked != nil {
		panic(first.panicked)
	}
	return first.page, first.err
}

// follow starts to fetch the pages after p, the first of which is at next, while the loop works on p; before is the number of
// items before p. Pages that were fetched for other offsets are dropped.
//
// The next pages are assumed to have as many items as p if the page before p had that number too; the first page is compared
// with the limit. Until two pages in a row have the same size, one page is fetched at a time. Page numbers need no such caution.
func (a *ahead[T]) follow(p page[T], before, next int64, more bool) {
	if a == nil {
		return
	}
	if len(a.fetches) > 0 && a.fetches[0].number != next {
		a.drop()
	}
	count := int64(len(p.items))
	a.next, a.before = next, before+count
	a.total = 0
	if p.totalCount != nil && *p.totalCount >= a.before {
		a.total = *p.totalCount // a smaller one is wrong, see page.next
	}
	if a.size = 0; a.by == byPage || count == a.last {
		a.size = count
	}
	a.last = count
	if !more || a.size == 0 || a.beyond(next) {
		return
	}
	if len(a.fetches) == 0 {
		a.add(next)
	}
	a.guess(a.pages)
}

// guess starts to fetch further pages of the assumed size until count fetches are in progress.
func (a *ahead[T]) guess(count int) {
	for a.size > 0 && len(a.fetches) < count {
		number := a.fetches[len(a.fetches)-1].number
		if a.by == byPage {
			number++
		} else {
			number += a.size
		}
		if a.beyond(number) {
			return
		}
		a.add(number)
	}
}

// beyond reports whether it is known that the loop needs no item of the page at an offset, or with a number, or after it.
func (a *ahead[T]) beyond(number int64) bool {
	before := number
	if a.by == byPage {
		before = a.before + (number-a.next)*a.size
	}
	return a.max > 0 && before-a.start >= a.max || a.total > 0 && before >= a.total
}

// add starts to fetch the page at an offset, or with a number.
func (a *ahead[T]) add(number int64) {
	ctx, cancel := context.WithCancel(a.ctx)
	f := &pageFetch[T]{number: number, cancel: cancel, done: make(chan struct{}), err: errNoPage}
	a.fetches = append(a.fetches, f)
	go func() {
		defer close(f.done)
		defer func() { f.panicked = recover() }() // take panics with it on the goroutine of the caller
		f.page, f.err = a.fetch(ctx, place{number: number})
	}()
}

// wait returns when the fetch has ended.
func (f *pageFetch[T]) wait() {
	<-f.done
	f.cancel()
}

// drop discards the pages that were fetched but not taken, and cancels the fetches in progress.
func (a *ahead[T]) drop() {
	if a == nil {
		return
	}
	for _, f := range a.fetches {
		f.cancel()
	}
	for _, f := range a.fetches {
		f.wait()
	}
	clear(a.fetches)
	a.fetches, a.size = a.fetches[:0], 0
}
