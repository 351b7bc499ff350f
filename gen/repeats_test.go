package gen_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

func TestAServerThatIgnoresTheOffset(t *testing.T) {
	t.Parallel()
	l := &list{answer: stuck}
	ids, err := collect(entitlements(l, &gen.ListEntitlementsParams{Limit: new(int64(2))}))
	assert.ErrorContains(t, err, ": at offset 2: the server repeats a page at offset 2")
	assert.Equal(t, "0 1", ids)
	assert.Equal(t, []string{"2/0", "2/2"}, l.asked)

	l = &list{answer: func(_ []map[string]string, offset int) any {
		return map[string]any{"usageRecordGroups": stuck(nil, 0), "nextOffset": offset + 2}
	}}
	ids, err = collect(usage(l))
	assert.ErrorContains(t, err, ": at offset 2: the server repeats a page at offset 2")
	assert.Equal(t, "0 1", ids)

	l = &list{total: 9, answer: func(items []map[string]string, offset int) any {
		return map[string]any{"usageRecordGroups": items, "nextOffset": 2}
	}}
	_, err = collect(usage(l))
	assert.EqualError(t, err, "Metering.AllUsageRecordGroups: at offset 5: the server sends back from offset 2 to 2")
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
	assert.ErrorContains(t, last, ": at offset 2: the server repeats a page at offset 2")
}

// A server that ignores the offset may change what it says of its items, and their order.
func TestARepeatedPageIsSeenByItsIDs(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(items []map[string]string, offset int) any{
		"changing times": func(_ []map[string]string, offset int) any {
			at := fmt.Sprintf("2024-01-31T10:20:%02dZ", offset)
			return []map[string]string{{"id": "0", "lastUpdateTime": at}, {"id": "1", "lastUpdateTime": at}, {"id": "2"}}
		},
		"in another order": func(_ []map[string]string, offset int) any {
			items := []map[string]string{{"id": "0"}, {"id": "1"}, {"id": "2"}}
			if offset > 0 {
				items[0], items[2] = items[2], items[0]
			}
			return items
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &list{answer: answer}
			ids, err := collect(entitlements(l, nil))
			assert.EqualError(t, err, "Entitlements.All: at offset 3: the server repeats a page at offset 3")
			assert.Len(t, strings.Fields(ids), 3)
		})
	}

	// Events have an id of another name.
	calls := 0
	events := gen.NewNotificationsService(callerFunc(func(call *gen.Call) error {
		calls++
		return json.Unmarshal(fmt.Appendf(nil, `{"notificationEvents": [{"eventID": "e", "message": "%d"}], "nextOffset": %d}`, calls, calls), call.Out)
	}), "org")
	var last error
	for _, err := range events.AllEvents(t.Context(), nil) {
		last = err
	}
	assert.EqualError(t, last, "Notifications.AllEvents: at offset 1: the server repeats a page at offset 1")
	assert.Equal(t, 2, calls)
}

// A server that sends a cycle of pages again and again is detected by remembering two of them.
func TestCyclesOfPagesAreSeen(t *testing.T) {
	t.Parallel()
	for cycle, want := range map[string]int{ // pages asked for until it is seen
		"A":        2,
		"AB":       4,
		"A BC":     4,
		"ABC":      7,
		"AB CDE":   7,
		"ABCDEFGH": 16,
	} {
		t.Run(cycle, func(t *testing.T) {
			t.Parallel()
			start, loop, found := strings.Cut(cycle, " ")
			if !found {
				start, loop = "", cycle
			}
			l := &list{}
			l.answer = func([]map[string]string, int) any {
				page := len(l.asked) - 1
				letter := (start + strings.Repeat(loop, 20))[page]
				return []map[string]string{{"id": string(letter), "name": fmt.Sprint(page)}}
			}
			_, err := collect(entitlements(l, nil))
			assert.ErrorContains(t, err, "the server repeats a page at offset")
			assert.Len(t, l.asked, want)
		})
	}
}

// Two records without ids may be equal, and so may be whole pages of them.
func TestEqualRecordsWithoutIDsAreNoRepeat(t *testing.T) {
	t.Parallel()
	calls := 0
	reports := gen.NewReportsService(callerFunc(func(call *gen.Call) error {
		calls++
		answer := map[string]any{"revenueRecordDetails": []any{map[string]any{}, map[string]any{}}}
		if calls < 4 {
			answer["nextOffset"] = 2 * calls
		}
		data, err := json.Marshal(answer)
		require.NoError(t, err)
		return json.Unmarshal(data, call.Out)
	}), "org")
	n := 0
	for _, err := range reports.AllRevenueRecordDetails(t.Context(), gen.PartnerAWS, nil) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 8, n)

	l := &list{}
	l.answer = func([]map[string]string, int) any {
		return make([]map[string]string, map[bool]int{true: 2}[len(l.asked) < 4])
	}
	n = 0
	for _, err := range entitlements(l, nil) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 6, n)
}
