package gen_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/operations"
)

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
	assert.Equal(t, []string{"0 <nil>", " Entitlements.All: at offset 1: broken line"}, steps)
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

// position is what api.Position does.
func position(offset *int64) gen.CallOption {
	return func(o *gen.CallOptions) { o.Position = offset }
}

func TestPositionStartsAtTheOffset(t *testing.T) {
	t.Parallel()
	stand := int64(99)
	for ent, err := range entitlements(&list{answer: bare}, &gen.ListEntitlementsParams{Offset: new(int64(7))}, position(&stand)) {
		t.Error("an empty list yields", ent, err)
	}
	assert.EqualValues(t, 7, stand)

	all := entitlements(&list{total: 9, answer: bare}, nil, position(&stand))
	for range all {
		break
	}
	assert.EqualValues(t, 1, stand)
}

// After the last item of a page an iteration stands where the server says, also when Max ends it there.
func TestPositionFollowsTheNextOffset(t *testing.T) {
	t.Parallel()
	var stand int64
	var stands []string
	service := gen.NewMeteringService(callerFunc(func(call *gen.Call) error {
		stands = append(stands, fmt.Sprint("page at ", stand))
		answers := map[int64]string{
			0:  `{"usageRecordGroups": [{"id": "a"}, {"id": "b"}], "nextOffset": 10}`,
			10: `{"usageRecordGroups": [{"id": "c"}]}`,
		}
		return json.Unmarshal([]byte(answers[stand]), call.Out)
	}), "org")
	for group, err := range service.AllUsageRecordGroups(t.Context(), nil, position(&stand)) {
		require.NoError(t, err)
		stands = append(stands, fmt.Sprint(group.GetID(), " ", stand))
	}
	assert.Equal(t, []string{"page at 0", "a 1", "b 2", "page at 10", "c 11"}, stands)
	assert.EqualValues(t, 11, stand)

	_, err := collect(service.AllUsageRecordGroups(t.Context(), nil, position(&stand), func(o *gen.CallOptions) { o.Max = 2 }))
	require.NoError(t, err)
	assert.EqualValues(t, 10, stand)
}

// An iteration that starts where the error says, or where the position stands, yields each item that is left, once.
func TestResumeAfterAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken line")
	for name, all := range map[string]func(caller gen.Caller, offset int64, opt gen.CallOption) (string, error){
		"Entitlements.All": func(caller gen.Caller, offset int64, opt gen.CallOption) (string, error) {
			params := &gen.ListEntitlementsParams{Limit: new(int64(2)), Offset: &offset}
			return collect(gen.NewEntitlementsService(caller, "org").All(t.Context(), params, opt))
		},
		"Metering.AllUsageRecordGroups": func(caller gen.Caller, offset int64, opt gen.CallOption) (string, error) {
			params := &gen.ListUsageRecordGroupsParams{Limit: new(int64(2)), Offset: &offset}
			return collect(gen.NewMeteringService(caller, "org").AllUsageRecordGroups(t.Context(), params, opt))
		},
		"Support.AllTickets": func(caller gen.Caller, offset int64, opt gen.CallOption) (string, error) {
			params := &gen.ListSupportTicketsParams{Limit: new(int64(2)), Offset: &offset}
			return collect(gen.NewSupportService(caller, "org").AllTickets(t.Context(), params, opt))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &list{total: 9, answer: func(items []map[string]string, offset int) any {
				switch name {
				case "Metering.AllUsageRecordGroups":
					return map[string]any{"usageRecordGroups": items, "nextOffset": (offset + 2) % 10} // 0 after the last
				case "Support.AllTickets":
					return map[string]any{"items": items, "totalCount": 9}
				}
				return items
			}}
			calls := 0
			caller := callerFunc(func(call *gen.Call) error {
				if calls++; calls%3 == 0 {
					return broken
				}
				return server.Call(t.Context(), call)
			})
			var got []string
			var stand int64
			for tries := 1; ; tries++ {
				ids, err := all(caller, stand, position(&stand))
				got = append(got, strings.Fields(ids)...)
				if err == nil {
					break
				}
				var listError *gen.ListError
				require.ErrorAs(t, err, &listError)
				assert.ErrorIs(t, err, broken)
				assert.Equal(t, name, listError.Operation)
				assert.Equal(t, stand, listError.Offset)
				assert.EqualError(t, err, fmt.Sprintf("%s: at offset %d: broken line", name, stand))
				require.Less(t, tries, 9)
			}
			assert.Equal(t, "0 1 2 3 4 5 6 7 8", strings.Join(got, " "))
		})
	}
}

// Every error of every iteration is a *ListError.
func TestIterationsYieldListErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken line")
	seen := 0
	for name, method := range operations.Methods(callerFunc(func(*gen.Call) error { return broken }), "org") {
		if !operations.IsIterator(method) {
			continue
		}
		seen++
		_, err := operations.Call(method, operations.LeastArguments(t.Context(), method, "id"))
		var listError *gen.ListError
		require.ErrorAs(t, err, &listError, name)
		assert.Equal(t, name, listError.Operation)
		first, pageNumbers := map[bool]int64{true: 1}, strings.HasPrefix(err.Error(), name+": at page 1: ")
		assert.Equal(t, first[pageNumbers], listError.Offset, name)
		assert.Empty(t, listError.Cursor)
		assert.Equal(t, broken, listError.Err)
	}
	assert.Equal(t, 29, seen)
}
