package gen_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// book answers like a server whose pages have numbers.
type book struct {
	items int
	most  int                                // on a page, 0 for what was asked for
	asked []string                           // "size/number" of each call
	say   func(answer map[string]any, n int) // changes the answer to the page n
}

func (b *book) answer(call *gen.Call) error {
	req, err := call.NewRequest("https://api.example.com")
	if err != nil {
		return err
	}
	size, _ := strconv.Atoi(req.URL.Query().Get("page_size"))
	number, _ := strconv.Atoi(req.URL.Query().Get("page_number"))
	if b.asked = append(b.asked, fmt.Sprintf("%d/%d", size, number)); len(b.asked) > 20 {
		return errors.New("the iteration does not end")
	}
	if b.most > 0 {
		size = min(size, b.most)
	}
	items := []map[string]string{}
	for id := (number - 1) * size; id < min(number*size, b.items); id++ {
		items = append(items, map[string]string{"id": strconv.Itoa(id)})
	}
	answer := map[string]any{"data": items, "page_number": number, "page_size": size, "total_count": b.items}
	if b.say != nil {
		b.say(answer, number)
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, call.Out)
}

func (b *book) all(t *testing.T, params *gen.QueryOffersParams, opts ...gen.CallOption) (string, error) {
	return collect(gen.NewOffersService(callerFunc(b.answer), "org").QueryAll(t.Context(), params, opts...))
}

// says returns what sets a property of every answer.
func says(name string, value any) func(map[string]any, int) {
	return func(answer map[string]any, _ int) { answer[name] = value }
}

// A list ends where a total says that makes sense, or with an empty page, never with a short one.
func TestPageNumbers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		book  book
		ids   string
		asked []string
	}{
		"the total is right":          {book{items: 3}, "0 1 2", []string{"2/1", "2/2"}},
		"pages are full":              {book{items: 4}, "0 1 2 3", []string{"2/1", "2/2"}},
		"nothing":                     {book{}, "", []string{"2/1"}},
		"smaller pages":               {book{items: 3, most: 1}, "0 1 2", []string{"2/1", "2/2", "2/3"}},
		"no total":                    {book{items: 3, say: says("total_count", nil)}, "0 1 2", []string{"2/1", "2/2", "2/3"}},
		"a total of 0":                {book{items: 3, say: says("total_count", 0)}, "0 1 2", []string{"2/1", "2/2", "2/3"}},
		"a total below what came":     {book{items: 3, say: says("total_count", 1)}, "0 1 2", []string{"2/1", "2/2", "2/3"}},
		"a negative total":            {book{items: 3, say: says("total_count", -1)}, "0 1 2", []string{"2/1", "2/2", "2/3"}},
		"a total too large":           {book{items: 3, say: says("total_count", 9)}, "0 1 2", []string{"2/1", "2/2", "2/3"}},
		"too small, which none sees":  {book{items: 3, say: says("total_count", 2)}, "0 1", []string{"2/1"}},
		"null is an empty page":       {book{items: 3, say: says("data", nil)}, "", []string{"2/1"}},
		"another size is answered":    {book{items: 3, say: says("page_size", 70)}, "0 1 2", []string{"2/1", "2/2"}},
		"no number":                   {book{items: 3, say: says("page_number", nil)}, "0 1 2", []string{"2/1", "2/2"}},
		"always 1, with ids that say": {book{items: 3, say: says("page_number", 1)}, "0 1 2", []string{"2/1", "2/2"}},
		"numbers from 0": {book{items: 3, say: func(answer map[string]any, n int) { answer["page_number"] = n - 1 }},
			"0 1 2", []string{"2/1", "2/2"}},
		"the second page is short": {book{items: 6, say: func(answer map[string]any, n int) {
			if n == 2 {
				answer["data"] = answer["data"].([]map[string]string)[:1]
			}
		}}, "0 1 2 4 5", []string{"2/1", "2/2", "2/3", "2/4"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			params := &gen.QueryOffersParams{PageSize: new(int64(2)), Q: gen.Eq("status", gen.OfferStatusDraft)}
			ids, err := test.book.all(t, params)
			require.NoError(t, err)
			assert.Equal(t, test.ids, ids)
			assert.Equal(t, test.asked, test.book.asked)
			assert.Nil(t, params.PageNumber, "the caller's parameters were changed")
		})
	}
}

func TestTheFirstPageNumber(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		size, number *int64
		want         []string
	}{
		{nil, nil, []string{"1000/1"}},
		{new(int64(0)), new(int64(0)), []string{"1000/1"}},
		{new(int64(-1)), new(int64(-1)), []string{"1000/1"}},
		{new(int64(math.MaxInt64)), nil, []string{"1000/1"}},
		{new(int64(7)), new(int64(5)), []string{"7/5", "7/6", "7/7"}}, // how many came before is not known
	} {
		b := &book{items: 42}
		_, err := b.all(t, &gen.QueryOffersParams{PageSize: test.size, PageNumber: test.number})
		require.NoError(t, err)
		assert.Equal(t, test.want, b.asked)
	}
	b := &book{items: 6, say: says("total_count", 2)} // fewer than there are before and on the second page
	ids, err := b.all(t, &gen.QueryOffersParams{PageSize: new(int64(2)), PageNumber: new(int64(2))})
	require.NoError(t, err)
	assert.Equal(t, "2 3 4 5", ids)

	b = &book{}
	_, err = b.all(t, nil)
	require.NoError(t, err)
	_, err = collect(gen.NewProductsService(callerFunc(b.answer), "org").QueryAll(t.Context(), &gen.QueryProductsParams{PageSize: new(int64(500))}))
	require.NoError(t, err)
	assert.Equal(t, []string{"1000/1", "200/1"}, b.asked, "no more products than the server takes")
}

// A server that ignores the number of the page is found out by the ids of the items or, where they have none, by the number that
// it answers.
func TestPagesThatComeAgain(t *testing.T) {
	t.Parallel()
	first := []map[string]string{{"id": "0"}, {"id": "1"}}
	nameless := []map[string]string{{"name": "x"}, {"name": "x"}}
	for name, test := range map[string]struct {
		say   func(answer map[string]any, n int)
		asked int
	}{
		"ids":                  {func(a map[string]any, _ int) { a["data"] = first }, 2},
		"no ids":               {func(a map[string]any, _ int) { a["data"], a["page_number"] = nameless, 1 }, 2},
		"the last comes again": {func(a map[string]any, n int) { a["data"], a["page_number"] = nameless, min(n, 3) }, 4},
		"some in turn":         {func(a map[string]any, n int) { a["data"], a["page_number"] = nameless, 1+n%2 }, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &book{items: 90, say: test.say}
			_, err := b.all(t, &gen.QueryOffersParams{PageSize: new(int64(2))})
			assert.EqualError(t, err, fmt.Sprintf("Offers.QueryAll: at page %d: the server repeats a page at page %[1]d", test.asked))
			assert.Len(t, b.asked, test.asked)
		})
	}
	b := &book{items: 90, say: func(a map[string]any, n int) {
		a["data"], a["page_number"] = nameless[:map[bool]int{true: 2}[n < 5]], 0
	}}
	_, err := b.all(t, nil)
	require.NoError(t, err)
	assert.Len(t, b.asked, 5, "equal items without ids are no repeat, and 0 is no number")
}

// Position is a page: what the loop has not seen whole comes again.
func TestPositionIsThePage(t *testing.T) {
	t.Parallel()
	var stand int64
	var seen []string
	offers := gen.NewOffersService(callerFunc((&book{items: 5}).answer), "org")
	for offer, err := range offers.QueryAll(t.Context(), &gen.QueryOffersParams{PageSize: new(int64(2))}, position(&stand)) {
		require.NoError(t, err)
		seen = append(seen, fmt.Sprint(offer.GetID(), " at ", stand))
	}
	assert.Equal(t, []string{"0 at 1", "1 at 2", "2 at 2", "3 at 3", "4 at 4"}, seen)
	assert.EqualValues(t, 4, stand)

	for most, want := range map[int]int64{1: 1, 2: 2, 3: 2, 4: 3, 5: 4} {
		_, err := (&book{items: 5}).all(t, &gen.QueryOffersParams{PageSize: new(int64(2))}, position(&stand), atMostItems(most))
		require.NoError(t, err)
		assert.Equal(t, want, stand, "Max(%d)", most)
	}
}

// An iteration that starts at the page that an error, or the position, says yields each item that is left, once.
func TestResumeAtAPage(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken line")
	for _, n := range []int{0, 1, 4} {
		server := &shelf{items: 9, paged: true}
		calls := 0
		caller := callerFunc(func(call *gen.Call) error {
			if calls++; calls%3 == 0 {
				return broken
			}
			return server.Call(t.Context(), call)
		})
		if n > 0 { // several calls at once
			caller = callerFunc(func(call *gen.Call) error { return server.Call(t.Context(), call) })
			server.broken = 4
		}
		var got []string
		var stand int64
		for tries := 1; ; tries++ {
			params := &gen.QueryOffersParams{PageSize: new(int64(2)), PageNumber: &stand}
			ids, err := collect(gen.NewOffersService(caller, "org").QueryAll(t.Context(), params, position(&stand), ahead(n)))
			got = append(got, strings.Fields(ids)...)
			if err == nil {
				break
			}
			var listError *gen.ListError
			require.ErrorAs(t, err, &listError)
			assert.Equal(t, stand, listError.Offset)
			assert.EqualError(t, err, fmt.Sprintf("Offers.QueryAll: at page %d: broken line", stand))
			require.Less(t, tries, 9)
			server.broken = 0
		}
		assert.Equal(t, "0 1 2 3 4 5 6 7 8", strings.Join(got, " "))
	}
}

// Pages with numbers are fetched ahead from the second on, however many items the server puts on them.
func TestAheadOfPageNumbers(t *testing.T) {
	t.Parallel()
	for _, total := range []any{nil, 100} {
		synctest.Test(t, func(t *testing.T) {
			s := &shelf{items: 100, paged: true, size: cap5, total: total, delay: time.Second}
			start, items := time.Now(), 0
			for _, err := range s.all(t.Context(), 10, ahead(4)) {
				require.NoError(t, err)
				items++
			}
			assert.Equal(t, 100, items)
			assert.Equal(t, 5*time.Second, time.Since(start)) // 20 pages, and an empty one without a total: one, and then five at once
			asked, _ := s.state()
			if total != nil {
				assert.Len(t, asked, 20, "nothing behind the total is asked for")
			}
		})
	}
}
