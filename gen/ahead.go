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
	ctx          context.Context // the caller's
	fetch        fetchPage[T]
	pages        int   // how many to fetch before their turn
	limit, start int64 // of the list
	max          int64 // how many items the loop takes, 0 for all
	total        int64 // how many items the list has, 0 if that is not known
	size         int64 // assumed number of items on the next pages, 0 if unknown
	last         int64 // number of items on the last page; before the first page, the limit
	fetches      []*pageFetch[T]
}

// pageFetch is the fetch of one page on a goroutine of its own.
type pageFetch[T any] struct {
	offset   int64
	cancel   context.CancelFunc
	done     chan struct{} // closed when page, err and panicked are set
	page     page[T]
	err      error
	panicked any
}

var errNoPage = errors.New("the fetch of the page ended its goroutine")

// readAhead turns fetching ahead on if the caller asked for it. The error says why the list cannot be read ahead.
func (l *listing[T]) readAhead(ctx context.Context, limit, offset int64) error {
	n := l.options.Ahead
	switch {
	case n == 0:
		return nil
	case n < 0:
		return fmt.Errorf("api.Ahead(%d): the number of pages is negative", n)
	case l.hasNext:
		return errors.New("api.Ahead cannot read this list: only the answer with a page says where the next one starts; leave out api.Ahead")
	case l.options.Response != nil:
		return errors.New("api.Ahead and api.Capture exclude each other: several answers come at once; leave out one of them")
	}
	l.ahead = &ahead[T]{ctx: ctx, fetch: l.fetch, pages: n, limit: limit, start: offset, max: l.options.Max, last: limit}
	l.fetch = func(_ context.Context, _, offset int64) (page[T], error) { return l.ahead.take(offset) }
	return nil
}

// take returns the page at offset. It waits for the fetch of the page if one was started, and fetches the page otherwise.
func (a *ahead[T]) take(offset int64) (page[T], error) {
	if a.ctx.Err() != nil {
		a.drop() // the context has ended: without Ahead these pages would not be fetched either
	}
	if len(a.fetches) == 0 {
		a.add(offset)
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

// follow starts to fetch the pages after p, the first of which starts at next, while the loop works on p. Pages that were
// fetched for other offsets are dropped.
//
// The next pages are assumed to have as many items as p if the page before p had that number too; the first page is compared
// with the limit. Until two pages in a row have the same size, one page is fetched at a time.
func (a *ahead[T]) follow(p page[T], next int64, more bool) {
	if a == nil {
		return
	}
	if len(a.fetches) > 0 && a.fetches[0].offset != next {
		a.drop()
	}
	a.total = 0
	if p.totalCount != nil && *p.totalCount >= next {
		a.total = *p.totalCount // a smaller one is wrong, see page.next
	}
	count := int64(len(p.items))
	if a.size = 0; count == a.last {
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
		offset := a.fetches[len(a.fetches)-1].offset + a.size
		if a.beyond(offset) {
			return
		}
		a.add(offset)
	}
}

// beyond reports whether it is known that the loop needs no item at offset or after it.
func (a *ahead[T]) beyond(offset int64) bool {
	return a.max > 0 && offset-a.start >= a.max || a.total > 0 && offset >= a.total
}

// add starts to fetch the page at offset.
func (a *ahead[T]) add(offset int64) {
	ctx, cancel := context.WithCancel(a.ctx)
	f := &pageFetch[T]{offset: offset, cancel: cancel, done: make(chan struct{}), err: errNoPage}
	a.fetches = append(a.fetches, f)
	go func() {
		defer close(f.done)
		defer func() { f.panicked = recover() }() // take panics with it on the goroutine of the caller
		f.page, f.err = a.fetch(ctx, a.limit, offset)
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
