package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// catalogue serves n offers, page by page, and records which pages.
type catalogue struct {
	n      int
	pages  []string // "limit@offset"
	broken int      // the page that answers with an error, counted from 1
	stuck  bool     // ignores the offset
}

func (c *catalogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	c.pages = append(c.pages, fmt.Sprintf("%d@%d", limit, offset))
	if len(c.pages) == c.broken {
		answer(400, "application/json", `"broken"`)(w, r)
		return
	}
	if c.stuck {
		offset = 0
	}
	offers := []gen.Offer{}
	for i := offset; i < min(offset+limit, c.n); i++ {
		offers = append(offers, gen.Offer{ID: new(fmt.Sprint(i))})
	}
	json.NewEncoder(w).Encode(offers)
}

// ids iterates over offers until an error.
func ids(ctx context.Context, client *api.Client, params *gen.ListOffersParams, opts ...api.CallOption) (ids []string, err error) {
	for offer, err := range client.Offers.All(ctx, params, opts...) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, offer.GetID())
	}
	return ids, nil
}

func TestAll(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		n      int
		params *gen.ListOffersParams
		opts   []api.CallOption
		pages  []string
		first  string
		items  int
	}{
		{"nothing", 0, nil, nil, []string{"1000@0"}, "", 0},
		{"short page", 3, nil, nil, []string{"1000@0", "1000@3"}, "0", 3},
		{"limit is the size of a page", 5, &gen.ListOffersParams{Limit: new(int64(2))}, nil, []string{"2@0", "2@2", "2@4", "2@5"}, "0", 5},
		{"last page is full", 4, &gen.ListOffersParams{Limit: new(int64(2))}, nil, []string{"2@0", "2@2", "2@4"}, "0", 4},
		{"limit above the maximum", 1001, &gen.ListOffersParams{Limit: new(int64(5000))}, nil, []string{"1000@0", "1000@1000", "1000@1001"}, "0", 1001},
		{"offset", 5, &gen.ListOffersParams{Limit: new(int64(2)), Offset: new(int64(3))}, nil, []string{"2@3", "2@5"}, "3", 2},
		{"Max within a page", 5, &gen.ListOffersParams{Limit: new(int64(2))}, []api.CallOption{api.Max(3)}, []string{"2@0", "2@2"}, "0", 3},
		{"Max at the end of a page", 5, &gen.ListOffersParams{Limit: new(int64(2))}, []api.CallOption{api.Max(2)}, []string{"2@0"}, "0", 2},
		{"Max of 0", 5, &gen.ListOffersParams{Limit: new(int64(4))}, []api.CallOption{api.Max(0)}, []string{"4@0", "4@4", "4@5"}, "0", 5},
		{"Max above the number", 3, nil, []api.CallOption{api.Max(9)}, []string{"1000@0", "1000@3"}, "0", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := &catalogue{n: tt.n}
			got, err := ids(t.Context(), serve(t, server.ServeHTTP), tt.params, tt.opts...)
			require.NoError(t, err)
			assert.Equal(t, tt.pages, server.pages)
			require.Len(t, got, tt.items)
			if tt.items > 0 {
				assert.Equal(t, tt.first, got[0])
			}
		})
	}
}

// TestAllBreak checks that no page is fetched after a break.
func TestAllBreak(t *testing.T) {
	t.Parallel()
	server := &catalogue{n: 5}
	for offer, err := range serve(t, server.ServeHTTP).Offers.All(t.Context(), &gen.ListOffersParams{Limit: new(int64(2))}) {
		require.NoError(t, err)
		if offer.GetID() == "1" {
			break
		}
	}
	assert.Equal(t, []string{"2@0"}, server.pages)
}

// TestAllStuck has a server that ignores the offset, with which an iterator could go on for ever.
func TestAllStuck(t *testing.T) {
	t.Parallel()
	server := &catalogue{n: 5, stuck: true}
	got, err := ids(t.Context(), serve(t, server.ServeHTTP), &gen.ListOffersParams{Limit: new(int64(2))})
	assert.ErrorContains(t, err, "repeats a page at offset 2")
	assert.Equal(t, []string{"0", "1"}, got)
	assert.Len(t, server.pages, 2)
}

// TestResume takes an export up where a break and an error left it.
func TestResume(t *testing.T) {
	t.Parallel()
	server := &catalogue{n: 7, broken: 3}
	client := serve(t, server.ServeHTTP)
	var position int64
	var got []string
	for offer, err := range client.Offers.All(t.Context(), &gen.ListOffersParams{Limit: new(int64(2))}, api.Position(&position)) {
		require.NoError(t, err)
		got = append(got, offer.GetID())
		if len(got) == 1 {
			break
		}
	}
	assert.EqualValues(t, 1, position)

	more, err := ids(t.Context(), client, &gen.ListOffersParams{Limit: new(int64(2)), Offset: &position}, api.Position(&position))
	assertKinds(t, err, api.ErrBadRequest)
	assert.ErrorContains(t, err, "Offers.All: at offset 3: ")
	assert.EqualValues(t, 3, position)
	got = append(got, more...)

	more, err = ids(t.Context(), client, &gen.ListOffersParams{Limit: new(int64(2)), Offset: &position}, api.Position(&position))
	require.NoError(t, err)
	assert.EqualValues(t, 7, position)
	assert.Equal(t, []string{"0", "1", "2", "3", "4", "5", "6"}, append(got, more...))
}

// TestNextOffset has answers that say where the next page starts.
func TestNextOffset(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		next   map[string]string // nextOffset by offset
		events []string
		err    string
	}{
		{"followed", map[string]string{"0": "3", "3": "9", "9": "null"}, []string{"0", "3", "9"}, ""},
		{"0 is the end", map[string]string{"0": "3", "3": "0"}, []string{"0", "3"}, ""},
		{"back", map[string]string{"0": "3", "3": "3"}, []string{"0", "3"}, "sends back from offset 3 to 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				offset := r.URL.Query().Get("offset")
				fmt.Fprintf(w, `{"notificationEvents": [{"eventID": %q}], "nextOffset": %s}`, offset, tt.next[offset])
			})
			var got []string
			var last error
			for event, err := range client.Notifications.AllEvents(t.Context(), nil) {
				if last = err; err == nil {
					got = append(got, event.GetEventID())
				}
			}
			assert.Equal(t, tt.events, got)
			if tt.err == "" {
				assert.NoError(t, last)
			} else {
				assert.ErrorContains(t, last, tt.err)
			}
		})
	}
}
