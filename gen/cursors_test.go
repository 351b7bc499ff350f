package gen_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// chain answers like a server that goes on by a cursor: the page of each, a text such as "0 1 > b", has ids, and the next cursor
// after ">".
type chain struct {
	pages map[string]string
	asked []string
}

func (c *chain) answer(call *gen.Call) error {
	req, err := call.NewRequest("https://api.example.com")
	if err != nil {
		return err
	}
	cursor, sent := req.URL.Query().Get("cursor"), req.URL.Query().Has("cursor")
	if req.Method == "POST" {
		var body map[string]any
		if err := json.NewDecoder(req.Body).Decode(&body); err != nil && err != io.EOF {
			return err
		}
		token, has := body["offsetToken"]
		if sent = has; has {
			cursor = token.(string)
		}
	}
	if sent && cursor == "" {
		return errors.New("an empty cursor was sent")
	}
	if c.asked = append(c.asked, cursor); len(c.asked) > 2000 {
		return errors.New("the iteration does not end")
	}
	page, ok := c.pages[cursor]
	if !ok {
		return fmt.Errorf("no page %q", cursor)
	}
	ids, next, _ := strings.Cut(page, ">")
	return fill(call.Out, strings.Fields(ids), strings.TrimSpace(next))
}

// fill sets an answer to items with ids and the next cursor.
func fill(out any, ids []string, next string) error {
	switch out := out.(type) {
	case *gen.SearchResponse:
		for _, id := range ids {
			out.Items = append(out.Items, gen.SearchResultItem{ObjectID: &id})
		}
		out.NextCursor = &next
	case *gen.OperationListResponse:
		for _, id := range ids {
			out.Operations = append(out.Operations, gen.WorkflowOperation{ID: &id})
		}
		if len(ids)%2 == 0 { // by one name or the other
			out.OffsetToken = &next
		} else {
			out.NextOffsetToken = &next
		}
	default:
		return fmt.Errorf("unknown answer %T", out)
	}
	return nil
}

// cursorLists are the lists that go on by a cursor or a token, from one on.
var cursorLists = map[string]func(t *testing.T, c gen.Caller, from *string, opts ...gen.CallOption) (string, error){
	"Organization.SearchAll": func(t *testing.T, c gen.Caller, from *string, opts ...gen.CallOption) (string, error) {
		var ids []string
		params := &gen.SearchOrganizationParams{Q: "globex", Cursor: from}
		for item, err := range gen.NewOrganizationService(c, "org").SearchAll(t.Context(), params, opts...) {
			if err != nil {
				return strings.Join(ids, " "), err
			}
			ids = append(ids, item.GetObjectID())
		}
		assert.Equal(t, from, params.Cursor, "the caller's parameters were changed")
		return strings.Join(ids, " "), nil
	},
	"Operations.All": func(t *testing.T, c gen.Caller, from *string, opts ...gen.CallOption) (string, error) {
		return collect(gen.NewOperationsService(c, "org").All(t.Context(), gen.OperationSearch{OffsetToken: from}, opts...))
	},
}

func TestCursors(t *testing.T) {
	t.Parallel()
	repeated := ": the server repeats the cursor "
	for name, test := range map[string]struct {
		pages  map[string]string
		from   *string
		ids    string
		err    string // after the name of the method, "" for none
		cursor string // of the error
		asked  int
	}{
		"followed":                {map[string]string{"": "0 1 > b", "b": "2 > c", "c": "3"}, nil, "0 1 2 3", "", "", 3},
		"one page":                {map[string]string{"": "0 1"}, nil, "0 1", "", "", 1},
		"nothing":                 {map[string]string{"": ""}, nil, "", "", "", 1},
		"from a cursor on":        {map[string]string{"b": "2 > c", "c": "3"}, new("b"), "2 3", "", "", 2},
		"an empty one is none":    {map[string]string{"": "0 1"}, new(""), "0 1", "", "", 1},
		"an empty page":           {map[string]string{"": "0 > b", "b": "> c", "c": "1"}, nil, "0 1", "", "", 3},
		"an empty page at last":   {map[string]string{"": "0 > b", "b": ""}, nil, "0", "", "", 2},
		"an error":                {map[string]string{"": "0 > b"}, nil, "0", `: at cursor "b": no page "b"`, "b", 2},
		"an error at first":       {nil, nil, "", `: at the first page: no page ""`, "", 1},
		"the same again":          {map[string]string{"": "0 > b", "b": "1 > b"}, nil, "0 1", `: at cursor "b"` + repeated + `"b"`, "b", 2},
		"the same without items":  {map[string]string{"": "> b", "b": "> b"}, nil, "", `: at cursor "b"` + repeated + `"b"`, "b", 2},
		"the same at once":        {map[string]string{"b": "> b"}, new("b"), "", `: at cursor "b"` + repeated + `"b"`, "b", 1},
		"two in turn":             {map[string]string{"": "0 > b", "b": "1 > c", "c": "2 > b"}, nil, "0 1 2", `: at cursor "b": the server repeats a page at cursor "b"`, "b", 4},
		"three without items":     {map[string]string{"": "> b", "b": "> c", "c": "> d", "d": "> b"}, nil, "", `: at cursor "b"` + repeated + `"b"`, "b", 7},
		"back to where it began":  {map[string]string{"b": "1 > c", "c": "2 > b"}, new("b"), "1 2 1", `: at cursor "c": the server repeats a page at cursor "c"`, "c", 4},
		"the same page by others": {map[string]string{"": "0 1 > b", "b": "1 0 > c"}, nil, "0 1", `: at cursor "b": the server repeats a page at cursor "b"`, "b", 2},
	} {
		for method, all := range cursorLists {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				c := &chain{pages: test.pages}
				ids, err := all(t, callerFunc(c.answer), test.from)
				assert.Equal(t, test.ids, ids)
				assert.Len(t, c.asked, test.asked)
				if test.err == "" {
					assert.NoError(t, err)
					return
				}
				assert.EqualError(t, err, method+test.err)
				var listError *gen.ListError
				require.ErrorAs(t, err, &listError)
				assert.Equal(t, test.cursor, listError.Cursor)
				assert.Zero(t, listError.Offset)
			})
		}
	}
}

// Cursors without end, each another one, to pages without items.
func TestEmptyPagesByCursor(t *testing.T) {
	t.Parallel()
	for method, all := range cursorLists {
		calls := 0
		_, err := all(t, callerFunc(func(call *gen.Call) error {
			calls++
			return fill(call.Out, nil, fmt.Sprint("c", calls))
		}), nil)
		assert.EqualError(t, err, method+`: at cursor "c1000": the server sends empty pages without end`)
		assert.Equal(t, 1000, calls)
	}
}

// The cursor of an error goes on where the list broke off.
func TestResumeByCursor(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken line")
	for method, all := range cursorLists {
		c := &chain{pages: map[string]string{"": "0 1 > b", "b": "2 3 > c", "c": "4 > d", "d": "5"}}
		calls := 0
		caller := callerFunc(func(call *gen.Call) error {
			if calls++; calls%2 == 0 {
				return broken
			}
			return c.answer(call)
		})
		var got []string
		var from *string
		for tries := 1; ; tries++ {
			ids, err := all(t, caller, from)
			got = append(got, strings.Fields(ids)...)
			var listError *gen.ListError
			if !errors.As(err, &listError) {
				require.NoError(t, err)
				break
			}
			assert.ErrorIs(t, err, broken)
			assert.Equal(t, method, listError.Operation)
			require.Less(t, tries, 9)
			from = &listError.Cursor
		}
		assert.Equal(t, "0 1 2 3 4 5", strings.Join(got, " "))
	}
}

// Max works with cursors; Position and Ahead say that they cannot, and nothing is sent.
func TestOptionsOfCursors(t *testing.T) {
	t.Parallel()
	for method, all := range cursorLists {
		c := &chain{pages: map[string]string{"": "0 1 > b", "b": "2 3 > c", "c": "4"}}
		ids, err := all(t, callerFunc(c.answer), nil, atMostItems(3))
		require.NoError(t, err)
		assert.Equal(t, "0 1 2", ids)
		assert.Equal(t, []string{"", "b"}, c.asked)

		nothing := callerFunc(func(*gen.Call) error { return assert.AnError })
		stand := int64(7)
		_, err = all(t, nothing, new("b"), position(&stand))
		assert.EqualError(t, err, method+`: at cursor "b": api.Position has no number for a place in this list: it goes on by a cursor, `+
			"which the *ListError of a list that broke off has; leave out api.Position")
		assert.EqualValues(t, 7, stand)
		_, err = all(t, nothing, nil, ahead(2))
		assert.EqualError(t, err, method+": at the first page: api.Ahead cannot read this list: only the answer with a page says where the next one starts; leave out api.Ahead")
	}
}

// A text of an error has neither a token of any length nor a line break that a server put into one.
func TestTheTextOfACursor(t *testing.T) {
	t.Parallel()
	c := &chain{}
	for method, all := range cursorLists {
		_, err := all(t, callerFunc(c.answer), new(strings.Repeat("\n", 5000)))
		assert.ErrorContains(t, err, method+`: at cursor "`+strings.Repeat(`\n`, 40)+`": no page`)
	}
}

// A job that was started anew is in the list twice, with one id and two runs.
func TestRunsOfAnOperationAreNoRepeat(t *testing.T) {
	t.Parallel()
	calls := 0
	operations := gen.NewOperationsService(callerFunc(func(call *gen.Call) error {
		calls++
		next := map[bool]string{true: fmt.Sprint("c", calls)}[calls < 3]
		return json.Unmarshal(fmt.Appendf(nil, `{"operations": [{"id": "job", "runId": "%d"}], "offsetToken": %q}`, calls, next), call.Out)
	}), "org")
	ids, err := collect(operations.All(t.Context(), gen.OperationSearch{Limit: new(int64(1))}))
	require.NoError(t, err)
	assert.Equal(t, "job job job", ids)
}
