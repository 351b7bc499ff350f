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

func TestBareListsEndWithAShortPage(t *testing.T) {
	t.Parallel()
	for total, want := range map[int]struct {
		ids   string
		asked []string
	}{
		0: {"", []string{"2/0"}},
		1: {"0", []string{"2/0"}},
		2: {"0 1", []string{"2/0", "2/2"}},
		5: {"0 1 2 3 4", []string{"2/0", "2/2", "2/4"}},
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

	// 0 is how some answers say that there is no next page.
	l = &list{total: 9, answer: func(items []map[string]string, _ int) any {
		return map[string]any{"usageRecordGroups": items, "nextOffset": 0}
	}}
	ids, err = collect(usage(l))
	require.NoError(t, err)
	assert.Equal(t, "0 1 2", ids)
}

func TestCountedListsEndWithAShortPage(t *testing.T) {
	t.Parallel()
	l := &list{total: 3, answer: func(items []map[string]string, _ int) any {
		return map[string]any{"items": items, "totalCount": 3}
	}}
	ids, err := collect(tickets(l))
	require.NoError(t, err)
	assert.Equal(t, "0 1 2", ids)
	assert.Equal(t, []string{"2/0", "2/2"}, l.asked)
}

func TestAServerThatIgnoresTheOffset(t *testing.T) {
	t.Parallel()
	l := &list{answer: stuck}
	ids, err := collect(entitlements(l, &gen.ListEntitlementsParams{Limit: new(int64(2))}))
	assert.EqualError(t, err, "the server repeats a page at offset 2")
	assert.Equal(t, "0 1", ids)
	assert.Equal(t, []string{"2/0", "2/2"}, l.asked)

	l = &list{answer: func(_ []map[string]string, offset int) any {
		return map[string]any{"usageRecordGroups": stuck(nil, 0), "nextOffset": offset + 2}
	}}
	ids, err = collect(usage(l))
	assert.EqualError(t, err, "the server repeats a page at offset 2")
	assert.Equal(t, "0 1", ids)

	l = &list{total: 9, answer: func(items []map[string]string, offset int) any {
		return map[string]any{"usageRecordGroups": items, "nextOffset": 2}
	}}
	_, err = collect(usage(l))
	assert.EqualError(t, err, "the server sends back from offset 2 to 2")
}

// The items belong to the caller, who may change them while the loop runs.
func TestARepeatedPageIsSeenThoughItsItemsWereChanged(t *testing.T) {
	t.Parallel()
	l := &list{answer: stuck}
	var last error
	for ent, err := range entitlements(l, &gen.ListEntitlementsParams{Limit: new(int64(2))}) {
		if last = err; err == nil {
			*ent.ID += " seen"
		}
	}
	assert.EqualError(t, last, "the server repeats a page at offset 2")
}

func TestLimitAndOffsetOfTheFirstPage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limit, offset *int64
		want          string
	}{
		{nil, nil, "1000/0"},
		{new(int64(5000)), nil, "1000/0"},
		{new(int64(math.MaxInt64)), nil, "1000/0"},
		{new(int64(0)), nil, "1000/0"},
		{new(int64(-1)), new(int64(-1)), "1000/0"},
		{new(int64(7)), new(int64(40)), "7/40"},
	} {
		l := &list{total: 42, answer: bare}
		_, err := collect(entitlements(l, &gen.ListEntitlementsParams{Limit: test.limit, Offset: test.offset}))
		require.NoError(t, err)
		assert.Equal(t, []string{test.want}, l.asked)
	}
	l := &list{total: 3, answer: bare}
	ids, err := collect(entitlements(l, nil))
	require.NoError(t, err)
	assert.Equal(t, "0 1 2", ids)
	assert.Equal(t, []string{"1000/0"}, l.asked)
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

func TestAnErrorEndsTheIteration(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken line")
	calls := 0
	service := gen.NewEntitlementsService(callerFunc(func(call *gen.Call) error {
		if calls++; calls == 2 {
			return broken
		}
		return json.Unmarshal([]byte(`[{"id":"0"}]`), call.Out)
	}), "org")
	var steps []string
	for ent, err := range service.All(context.Background(), &gen.ListEntitlementsParams{Limit: new(int64(1))}) {
		steps = append(steps, fmt.Sprint(ent.GetID(), " ", err))
		if err != nil {
			assert.Nil(t, ent)
			assert.ErrorIs(t, err, broken)
		}
	}
	assert.Equal(t, []string{"0 <nil>", " broken line"}, steps)
}

func TestMaxAndPosition(t *testing.T) {
	t.Parallel()
	var position int64
	l := &list{total: 9, answer: bare}
	ids, err := collect(entitlements(l, &gen.ListEntitlementsParams{Limit: new(int64(2)), Offset: new(int64(1))}, func(o *gen.CallOptions) {
		o.Max, o.Position = 4, &position
	}))
	require.NoError(t, err)
	assert.Equal(t, "1 2 3 4", ids)
	assert.Equal(t, int64(5), position)
	assert.Equal(t, []string{"2/1", "2/3"}, l.asked)
}
