package gen_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// ahead is what api.Ahead does.
func ahead(n int) gen.CallOption { return func(o *gen.CallOptions) { o.Ahead = n } }

func atMostItems(n int) gen.CallOption { return func(o *gen.CallOptions) { o.Max = int64(n) } }

// shelf is a server's list that may be asked for several pages at once. It is a Caller.
type shelf struct {
	items  int
	start  int                         // the offset to start from, or the page
	paged  bool                        // pages have numbers; what is said of offsets below is about those at which they start
	size   func(limit, offset int) int // how many items a page has, if the list has as many
	ids    func(offset int) int        // where the items of a page come from, instead of its offset
	total  any                         // answers are objects with this total, if it is not nil
	broken int                         // the offset that answers with an error, if it is not 0
	delay  time.Duration               // of an answer
	linger time.Duration               // from the end of the context to the return

	mu      sync.Mutex
	asked   []int // offsets
	running int
}

var errBroken = errors.New("broken line")

func (s *shelf) Call(ctx context.Context, call *gen.Call) error {
	req, err := call.NewRequest("https://api.example.com")
	if err != nil {
		return err
	}
	limit, _ := strconv.Atoi(req.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(req.URL.Query().Get("offset"))
	asked := &offset
	if s.paged {
		limit, _ = strconv.Atoi(req.URL.Query().Get("page_size"))
		number, _ := strconv.Atoi(req.URL.Query().Get("page_number"))
		if s.size != nil {
			limit = s.size(limit, 0)
		}
		asked, offset = &number, (number-1)*limit
	}
	s.add(asked, 1)
	defer s.add(nil, -1)
	if s.delay > 0 {
		select {
		case <-time.After(s.delay):
		case <-ctx.Done():
			time.Sleep(s.linger)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.broken > 0 && s.broken == offset {
		return errBroken
	}
	return s.answer(limit, offset, call.Out)
}

func (s *shelf) answer(limit, offset int, out any) error {
	size, start := limit, offset
	if s.size != nil {
		size = s.size(limit, offset)
	}
	if s.ids != nil {
		start = s.ids(offset)
	}
	items := []map[string]string{}
	for id := start; id < min(start+size, s.items); id++ {
		items = append(items, map[string]string{"id": strconv.Itoa(id)})
	}
	var answer any = items
	if s.total != nil {
		answer = map[string]any{"items": items, "totalCount": s.total}
	}
	if s.paged {
		answer = map[string]any{"data": items, "total_count": s.total}
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, out)
}

func (s *shelf) add(offset *int, running int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running += running
	if offset != nil {
		s.asked = append(s.asked, *offset)
	}
}

// state returns the offsets that were asked for, in order, and how many calls are under way.
func (s *shelf) state() ([]int, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.asked)), s.running
}

// beyond returns the first offset, or page, that so many items have no need of.
func (s *shelf) beyond(items int) int {
	if !s.paged {
		return s.start + items
	}
	size := 10
	if s.size != nil {
		size = s.size(10, 0)
	}
	first := max(s.start, 1)
	if items > s.items-(first-1)*size {
		items += size // the page that ends the list
	}
	return first + (items+size-1)/size
}

// all iterates over the list and yields the ids.
func (s *shelf) all(ctx context.Context, limit int64, opts ...gen.CallOption) iter.Seq2[string, error] {
	offset := int64(s.start)
	if s.paged {
		params := &gen.QueryOffersParams{PageSize: &limit, PageNumber: &offset}
		return idsOf(gen.NewOffersService(s, "org").QueryAll(ctx, params, opts...))
	}
	if s.total != nil {
		params := &gen.ListSupportTicketsParams{Limit: &limit, Offset: &offset}
		return idsOf(gen.NewSupportService(s, "org").AllTickets(ctx, params, opts...))
	}
	params := &gen.ListEntitlementsParams{Limit: &limit, Offset: &offset}
	return idsOf(gen.NewEntitlementsService(s, "org").All(ctx, params, opts...))
}

func idsOf[T interface{ GetID() string }](seq iter.Seq2[T, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range seq {
			if !yield(item.GetID(), err) {
				return
			}
		}
	}
}

// record returns all that a loop sees: each item and error with the position, and the position at its end. It breaks after so
// many items if that is not 0.
func record(seq iter.Seq2[string, error], stand *int64, breakAfter int) []string {
	seen := []string{}
	for id, err := range seq {
		seen = append(seen, fmt.Sprintf("%s at %d: %v", id, *stand, err))
		if len(seen) == breakAfter {
			break
		}
	}
	return append(seen, fmt.Sprintf("end at %d", *stand))
}

func cap5(limit, _ int) int { return min(5, limit) }

// shelves are lists of every kind, read with a limit of 10.
var shelves = map[string]func() *shelf{
	"full pages":                 func() *shelf { return &shelf{items: 40} },
	"last page is short":         func() *shelf { return &shelf{items: 23} },
	"one page":                   func() *shelf { return &shelf{items: 3} },
	"nothing":                    func() *shelf { return &shelf{} },
	"cap of 5":                   func() *shelf { return &shelf{items: 23, size: cap5} },
	"cap of 5, a total":          func() *shelf { return &shelf{items: 23, size: cap5, total: 23} },
	"a total":                    func() *shelf { return &shelf{items: 23, total: 23} },
	"a total, full pages":        func() *shelf { return &shelf{items: 40, total: 40} },
	"a total, nothing":           func() *shelf { return &shelf{total: 0} },
	"total of 0 beside items":    func() *shelf { return &shelf{items: 33, total: 0} },
	"total too large":            func() *shelf { return &shelf{items: 33, total: 90} },
	"total too small":            func() *shelf { return &shelf{items: 33, total: 20} },
	"total amid a page":          func() *shelf { return &shelf{items: 33, total: 15} },
	"error on the first page":    func() *shelf { return &shelf{items: 33, start: 3, broken: 3} },
	"error on the third page":    func() *shelf { return &shelf{items: 43, broken: 20} },
	"error after the last item":  func() *shelf { return &shelf{items: 40, broken: 40} },
	"error far beyond the end":   func() *shelf { return &shelf{items: 20, broken: 40} },
	"error at a wrong guess":     func() *shelf { return &shelf{items: 43, broken: 30, size: short(10, 1)} },
	"short page in the middle":   func() *shelf { return &shelf{items: 43, size: short(20, 1)} },
	"empty page in the middle":   func() *shelf { return &shelf{items: 43, size: short(20, 0)} },
	"large page in the middle":   func() *shelf { return &shelf{items: 63, size: short(20, 20)} },
	"cap that is lifted":         func() *shelf { return &shelf{items: 63, size: lifted} },
	"pages of one and nine":      func() *shelf { return &shelf{items: 63, size: func(_, o int) int { return 1 + o%10*8 }} },
	"the offset is ignored":      func() *shelf { return &shelf{items: 10, ids: func(int) int { return 0 }} },
	"the offset is soon ignored": func() *shelf { return &shelf{items: 90, ids: func(o int) int { return min(o, 30) }} },
	"a cycle of two pages":       func() *shelf { return &shelf{items: 90, ids: func(o int) int { return o % 20 }} },
	"pages of 10":                func() *shelf { return &shelf{paged: true, items: 40} },
	"pages, the last is short":   func() *shelf { return &shelf{paged: true, items: 23} },
	"pages, none":                func() *shelf { return &shelf{paged: true} },
	"pages of 5":                 func() *shelf { return &shelf{paged: true, items: 23, size: cap5} },
	"pages of 5, a total":        func() *shelf { return &shelf{paged: true, items: 23, size: cap5, total: 23} },
	"pages, a total":             func() *shelf { return &shelf{paged: true, items: 40, total: 40} },
	"pages from the third on":    func() *shelf { return &shelf{paged: true, start: 3, items: 43, total: 43} },
	"pages, total of 0":          func() *shelf { return &shelf{paged: true, items: 33, total: 0} },
	"pages, total too large":     func() *shelf { return &shelf{paged: true, items: 33, total: 90} },
	"pages, total too small":     func() *shelf { return &shelf{paged: true, items: 33, total: 20} },
	"pages, total amid one":      func() *shelf { return &shelf{paged: true, items: 33, total: 15} },
	"pages, the first is broken": func() *shelf { return &shelf{paged: true, start: 2, items: 33, broken: 10} },
	"pages, the third is broken": func() *shelf { return &shelf{paged: true, items: 43, broken: 20} },
	"pages, one is broken far":   func() *shelf { return &shelf{paged: true, items: 20, broken: 40} },
	"the page is ignored":        func() *shelf { return &shelf{paged: true, items: 10, ids: func(int) int { return 0 }} },
	"a cycle of numbered pages": func() *shelf {
		return &shelf{paged: true, items: 90, ids: func(o int) int { return o % 30 }, total: 500}
	},
	"a cycle of three pages": func() *shelf { return &shelf{items: 90, ids: func(o int) int { return o % 30 }, total: 500} },
}

func short(at, size int) func(limit, offset int) int {
	return func(limit, offset int) int {
		if offset == at {
			return size
		}
		return limit
	}
}

func lifted(limit, offset int) int {
	if offset < 20 {
		return min(5, limit)
	}
	return limit
}

// A loop sees the same with Ahead as without: items, positions and errors, to the end, up to each Max, and to each break.
func TestAheadChangesNothingThatALoopSees(t *testing.T) {
	t.Parallel()
	for name, newShelf := range shelves {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			see := func(n, most, breakAfter int) ([]string, []int) {
				s := newShelf()
				var stand int64
				seen := record(s.all(t.Context(), 10, ahead(n), atMostItems(most), position(&stand)), &stand, breakAfter)
				asked, running := s.state()
				assert.Zero(t, running)
				return seen, asked
			}
			whole, _ := see(0, 0, 0)
			for items := range len(whole) + 2 {
				if items%5 > 1 && items%10 != 9 {
					continue // amid a page all items are alike
				}
				maxed, asked := see(0, items, 0)
				broken, _ := see(0, 0, items)
				for _, n := range []int{1, 2, 4, 8} {
					got, more := see(n, items, 0)
					require.Equal(t, maxed, got, "Ahead(%d), Max(%d)", n, items)
					assert.Subset(t, more, asked)
					if items > 0 {
						assert.Less(t, more[len(more)-1], newShelf().beyond(items), "nothing beyond Max(%d) is asked for", items)
					}
					got, _ = see(n, 0, items)
					require.Equal(t, broken, got, "Ahead(%d), break after %d", n, items)
				}
			}
		})
	}
}

// Pages are fetched while the loop works, never more than n beside the one it works on, and the time is that of so many at once.
func TestAheadFetchesWhileTheLoopWorks(t *testing.T) {
	t.Parallel()
	const pages, size, answer = 50, 20, 100 * time.Millisecond
	for n, want := range map[int]time.Duration{
		0: 51 * answer,
		1: 26 * answer, // the first page, and then as many at once as the loop waits for and may have
		2: 18 * answer,
		4: 11 * answer,
		8: 7 * answer,
	} {
		for _, total := range []any{nil, pages * size} {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{items: pages * size, total: total, delay: answer}
				start, items, most := time.Now(), 0, 0
				for _, err := range s.all(t.Context(), size, ahead(n)) {
					require.NoError(t, err)
					if items%size == 0 {
						synctest.Wait()
						asked, running := s.state()
						most = max(most, len(asked)-items/size) // pages that were asked for, but for those that the loop is done with
						assert.LessOrEqual(t, running, n)
					}
					items++
				}
				assert.Equal(t, pages*size, items)
				assert.Equal(t, n+1, most, "pages at once")
				if total == nil {
					assert.Equal(t, want, time.Since(start), "Ahead(%d)", n)
				} else {
					assert.LessOrEqual(t, time.Since(start), want, "Ahead(%d)", n)
				}
			})
		}
	}
}
