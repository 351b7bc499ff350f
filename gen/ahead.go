package gen

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ahead fetches pages of a list before the iteration asks for them. The iteration sees the pages that it would see without:
// a page that was fetched counts only if it starts where the page before it ends, and is thrown away otherwise.
//
// A nil *ahead does nothing. All of it runs on the goroutine of the loop, but for the fetches.
type ahead[T any] struct {
	ctx     context.Context // the caller's
	fetch   fetchPage[T]
	by      way   // byOffset or byPage
	pages   int   // how many to fetch before their turn
	start   int64 // how many items the list has before the first page; 0 where pages have numbers
	max     int64 // how many items the loop takes, 0 for all
	total   int64 // how many items the list has, 0 if that is not known
	size    int64 // how many items the next pages are taken to have, 0 if nothing tells
	last    int64 // how many the last page had; what it was asked for before there is one
	next    int64 // the number of the page after the last one
	before  int64 // how many items the list has before that
	fetches []*pageFetch[T]
}

// pageFetch is the fetch of one page on a goroutine of its own.
type pageFetch[T any] struct {
	number   int64 // its offset, or its number
	cancel   context.CancelFunc
	done     chan struct{} // closed when what follows is set
	page     page[T]
	err      error
	panicked any
}

var errNoPage = errors.New("the fetch of the page ended its goroutine")

// readAhead has the pages fetched ahead if the caller wants that, or says why it cannot be.
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

// take returns the page with a number, for which a fetch is under way unless it is the first, or nothing told that it would be next.
func (a *ahead[T]) take(number int64) (page[T], error) {
	if a.ctx.Err() != nil {
		a.drop() // without Ahead these pages would not come either
	}
	if len(a.fetches) == 0 {
		a.add(number)
	}
	a.guess(a.pages + 1)
	first := a.fetches[0]
	first.wait()
	a.fetches = slices.Delete(a.fetches, 0, 1) // which lets go of the page, too
	if first.panicked != nil {
		panic(first.panicked)
	}
	return first.page, first.err
}

// follow fetches the pages after p, from next on, while the loop works on p. Before is how many items the list has before p. What
// was fetched on the assumption of another next is thrown away.
//
// The pages to come are taken to have as many items as p if the page before p had as many, too; the first page is compared
// with what it was asked for. Until two pages are alike, pages come one at a time, unless their numbers say where they are.
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

// guess fetches pages of the usual size after those that are under way, until so many are.
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

// beyond reports whether the loop needs nothing from the page with a number on, as far as that is known.
func (a *ahead[T]) beyond(number int64) bool {
	before := number
	if a.by == byPage {
		before = a.before + (number-a.next)*a.size
	}
	return a.max > 0 && before-a.start >= a.max || a.total > 0 && before >= a.total
}

// add starts to fetch the page with a number.
func (a *ahead[T]) add(number int64) {
	ctx, cancel := context.WithCancel(a.ctx)
	f := &pageFetch[T]{number: number, cancel: cancel, done: make(chan struct{}), err: errNoPage}
	a.fetches = append(a.fetches, f)
	go func() {
		defer close(f.done)
		defer func() { f.panicked = recover() }() // it goes on where the page is taken
		f.page, f.err = a.fetch(ctx, place{number: number})
	}()
}

// wait returns when the fetch has ended.
func (f *pageFetch[T]) wait() {
	<-f.done
	f.cancel()
}

// drop throws away what was fetched and is not taken yet, and ends the fetches that are under way.
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
