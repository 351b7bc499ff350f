package gen_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// list is a server's list of items with the ids "0", "1" and so on. It is a Caller.
type list struct {
	total  int
	asked  []string // "limit/offset" of each call
	answer func(items []map[string]string, offset int) any
}

func (l *list) Call(_ context.Context, call *gen.Call) error {
	req, err := call.NewRequest("https://api.example.com")
	if err != nil {
		return err
	}
	query := req.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		return err
	}
	offset, err := strconv.Atoi(query.Get("offset"))
	if err != nil {
		return err
	}
	l.asked = append(l.asked, fmt.Sprintf("%d/%d", limit, offset))
	if len(l.asked) > 20 {
		return errors.New("the iteration does not end")
	}
	items := []map[string]string{}
	for id := offset; id < min(offset+limit, l.total); id++ {
		items = append(items, map[string]string{"id": strconv.Itoa(id)})
	}
	data, err := json.Marshal(l.answer(items, offset))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, call.Out)
}

// bare answers with the items alone.
func bare(items []map[string]string, _ int) any { return items }

// wrapped answers with an object that says where the next page starts; it puts two items on a page, whatever the limit.
func wrapped(items []map[string]string, offset int) any {
	if len(items) <= 2 {
		return map[string]any{"usageRecordGroups": items}
	}
	return map[string]any{"usageRecordGroups": items[:2], "nextOffset": offset + 2}
}

// stuck answers with the same page whatever the offset.
func stuck([]map[string]string, int) any {
	return []map[string]string{{"id": "0"}, {"id": "1"}}
}

func entitlements(l *list, params *gen.ListEntitlementsParams, opts ...gen.CallOption) iter.Seq2[*gen.Entitlement, error] {
	return gen.NewEntitlementsService(l, "org").All(context.Background(), params, opts...)
}

func usage(l *list) iter.Seq2[*gen.UsageRecordGroup, error] {
	return gen.NewMeteringService(l, "org").AllUsageRecordGroups(context.Background(), &gen.ListUsageRecordGroupsParams{Limit: new(int64(3))})
}

func tickets(l *list) iter.Seq2[*gen.SupportTicket, error] {
	return gen.NewSupportService(l, "org").AllTickets(context.Background(), &gen.ListSupportTicketsParams{Limit: new(int64(2))})
}

// collect returns the ids of all items, with spaces between, and the error that ended the iteration.
func collect[T interface{ GetID() string }](items iter.Seq2[T, error]) (string, error) {
	var ids []string
	for item, err := range items {
		if err != nil {
			return strings.Join(ids, " "), err
		}
		ids = append(ids, item.GetID())
	}
	return strings.Join(ids, " "), nil
}

func TestBareListsEndWithAnEmptyPage(t *testing.T) {
	t.Parallel()
	for total, want := range map[int]struct {
		ids   string
		asked []string
	}{
		0: {"", []string{"2/0"}},
		1: {"0", []string{"2/0", "2/1"}},
		2: {"0 1", []string{"2/0", "2/2"}},
		5: {"0 1 2 3 4", []string{"2/0", "2/2", "2/4", "2/5"}},
	} {
		l := &list{total: total, answer: bare}
		params := &gen.ListEntitlementsParams{Limit: new(int64(2))}
		all := entitlements(l, params)
		ids, err := collect(all)
		require.NoError(t, err)
		assert.Equal(t, want.ids, ids)
		assert.Equal(t, want.asked, l.asked)
		assert.Equal(t, &gen.ListEntitlementsParams{Limit: new(int64(2))}, params, "the caller's parameters were changed")

		again, err := collect(all)
		require.NoError(t, err)
		assert.Equal(t, want.ids, again, "a second loop starts anew")
	}
}

// atMost cuts the items of a page.
func atMost(n int, items []map[string]string) []map[string]string { return items[:min(n, len(items))] }

// A server may put fewer items on a page than it was asked for, on all of them or on one.
func TestShortPagesEndNoList(t *testing.T) {
	t.Parallel()
	all := "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22"
	for name, answer := range map[string]func(items []map[string]string, offset int) []map[string]string{
		"cap of 5": func(items []map[string]string, _ int) []map[string]string { return atMost(5, items) },
		"one short page in the middle": func(items []map[string]string, offset int) []map[string]string {
			if offset == 10 {
				return atMost(1, items)
			}
			return items
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit := new(int64(10))
			ids, err := collect(entitlements(&list{total: 23, answer: func(items []map[string]string, offset int) any {
				return answer(items, offset)
			}}, &gen.ListEntitlementsParams{Limit: limit}))
			require.NoError(t, err)
			assert.Equal(t, all, ids)

			ids, err = collect(gen.NewMeteringService(&list{total: 23, answer: func(items []map[string]string, offset int) any {
				items = answer(items, offset)
				if offset += len(items); offset < 23 {
					return map[string]any{"usageRecordGroups": items, "nextOffset": offset}
				}
				return map[string]any{"usageRecordGroups": items}
			}}, "org").AllUsageRecordGroups(t.Context(), &gen.ListUsageRecordGroupsParams{Limit: limit}))
			require.NoError(t, err)
			assert.Equal(t, all, ids)

			ids, err = collect(gen.NewSupportService(&list{total: 23, answer: func(items []map[string]string, offset int) any {
				return map[string]any{"items": answer(items, offset), "totalCount": 23}
			}}, "org").AllTickets(t.Context(), &gen.ListSupportTicketsParams{Limit: limit}))
			require.NoError(t, err)
			assert.Equal(t, all, ids)

			ids, err = collect(gen.NewNotificationsService(&list{total: 23, answer: func(items []map[string]string, offset int) any {
				return map[string]any{"notificationMessages": answer(items, offset), "totalCount": 23}
			}}, "org").AllMessages(t.Context(), &gen.ListNotificationMessagesParams{Limit: limit}))
			require.NoError(t, err)
			assert.Equal(t, all, ids, "no next offset, but the total says that there is more")
		})
	}
}

func TestWrappedListsFollowTheNextOffset(t *testing.T) {
	t.Parallel()
	l := &list{total: 5, answer: wrapped}
	ids, err := collect(usage(l))
	require.NoError(t, err)
	assert.Equal(t, "0 1 2 3 4", ids)
	assert.Equal(t, []string{"3/0", "3/2", "3/4"}, l.asked)

	l = &list{answer: wrapped}
	ids, err = collect(usage(l))
	require.NoError(t, err)
	assert.Empty(t, ids)
	assert.Equal(t, []string{"3/0"}, l.asked)

	// 0 and null are how some answers say that there is no next page.
	for _, next := range []any{0, nil} {
		l = &list{total: 9, answer: func(items []map[string]string, _ int) any {
			return map[string]any{"usageRecordGroups": items, "nextOffset": next}
		}}
		ids, err = collect(usage(l))
		require.NoError(t, err)
		assert.Equal(t, "0 1 2", ids)
	}
}

// A list that is filtered after it was cut into pages has pages without items.
func TestAnEmptyPageWithANextOffsetEndsNoList(t *testing.T) {
	t.Parallel()
	l := &list{total: 9, answer: func(items []map[string]string, offset int) any {
		switch offset {
		case 0:
			return map[string]any{"usageRecordGroups": items, "nextOffset": 3}
		case 3:
			return map[string]any{"usageRecordGroups": []any{}, "nextOffset": 6}
		}
		return map[string]any{"usageRecordGroups": items}
	}}
	ids, err := collect(usage(l))
	require.NoError(t, err)
	assert.Equal(t, "0 1 2 6 7 8", ids)
	assert.Equal(t, []string{"3/0", "3/3", "3/6"}, l.asked)
}

func TestEmptyPagesWithoutEndAreAnError(t *testing.T) {
	t.Parallel()
	calls := 0
	metering := gen.NewMeteringService(callerFunc(func(call *gen.Call) error {
		calls++
		return json.Unmarshal(fmt.Appendf(nil, `{"usageRecordGroups": [], "nextOffset": %d}`, 3*calls), call.Out)
	}), "org")
	_, err := collect(metering.AllUsageRecordGroups(t.Context(), nil))
	assert.EqualError(t, err, "Metering.AllUsageRecordGroups: at offset 3000: the server sends empty pages without end")
	assert.Equal(t, 1000, calls)

	// With an item now and then they are none without end.
	calls = 0
	metering = gen.NewMeteringService(callerFunc(func(call *gen.Call) error {
		calls++
		answer := map[string]any{"usageRecordGroups": []any{}, "nextOffset": (3 * calls) % 6000}
		if calls%700 == 0 {
			answer["usageRecordGroups"] = []any{map[string]any{"id": fmt.Sprint(calls)}}
		}
		data, err := json.Marshal(answer)
		require.NoError(t, err)
		return json.Unmarshal(data, call.Out)
	}), "org")
	ids, err := collect(metering.AllUsageRecordGroups(t.Context(), nil))
	require.NoError(t, err)
	assert.Equal(t, "700 1400", ids)
	assert.Equal(t, 2000, calls)
}

func TestCountedListsEndWithTheTotal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		totalCount any
		ids        string
		asked      []string
	}{
		"right":                      {3, "0 1 2", []string{"2/0", "2/2"}},
		"absent":                     {nil, "0 1 2", []string{"2/0", "2/2", "2/3"}},
		"0 beside items":             {0, "0 1 2", []string{"2/0", "2/2", "2/3"}},
		"too large":                  {9, "0 1 2", []string{"2/0", "2/2", "2/3"}},
		"fewer than came":            {1, "0 1 2", []string{"2/0", "2/2", "2/3"}},
		"too small, which none sees": {2, "0 1", []string{"2/0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &list{total: 3, answer: func(items []map[string]string, _ int) any {
				return map[string]any{"items": items, "totalCount": test.totalCount}
			}}
			ids, err := collect(tickets(l))
			require.NoError(t, err)
			assert.Equal(t, test.ids, ids)
			assert.Equal(t, test.asked, l.asked)
		})
	}
}

func TestLimitAndOffsetOfTheFirstPage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limit, offset *int64
		want          []string
	}{
		{nil, nil, []string{"1000/0", "1000/42"}},
		{new(int64(5000)), nil, []string{"1000/0", "1000/42"}},
		{new(int64(math.MaxInt64)), nil, []string{"1000/0", "1000/42"}},
		{new(int64(0)), nil, []string{"1000/0", "1000/42"}},
		{new(int64(-1)), new(int64(-1)), []string{"1000/0", "1000/42"}},
		{new(int64(7)), new(int64(40)), []string{"7/40", "7/42"}},
	} {
		l := &list{total: 42, answer: bare}
		_, err := collect(entitlements(l, &gen.ListEntitlementsParams{Limit: test.limit, Offset: test.offset}))
		require.NoError(t, err)
		assert.Equal(t, test.want, l.asked)
	}
	l := &list{total: 3, answer: bare}
	ids, err := collect(entitlements(l, nil))
	require.NoError(t, err)
	assert.Equal(t, "0 1 2", ids)
	assert.Equal(t, []string{"1000/0", "1000/3"}, l.asked)
}

func TestBreakEndsTheCalls(t *testing.T) {
	t.Parallel()
	l := &list{total: 9, answer: bare}
	for ent, err := range entitlements(l, &gen.ListEntitlementsParams{Limit: new(int64(2))}) {
		require.NoError(t, err)
		if ent.GetID() == "3" {
			break
		}
	}
	assert.Equal(t, []string{"2/0", "2/2"}, l.asked)
}
