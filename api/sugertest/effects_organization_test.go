package sugertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestAIUsage(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for i := range 5 {
		srv.Seed(gen.AIUsageRecord{HourBucket: new(noon.Add(time.Duration(i) * time.Hour).Format(time.RFC3339)), Model: new(fmt.Sprint(i))})
	}
	client := srv.Client(checked(t, srv))
	params := func(hours int, limit, offset int64) *gen.ListAIUsageParams {
		end := noon.Add(time.Duration(hours) * time.Hour)
		return &gen.ListAIUsageParams{StartTime: noon.Format(time.RFC3339), EndTime: end.Format(time.RFC3339), Limit: &limit, Offset: &offset}
	}
	for want, asked := range map[string]*gen.ListAIUsageParams{
		"0 1 2 3 4 of 5":     params(90*24, 0, 0),
		"0 1 2 of 3":         params(3, 0, 0),
		"0 1 of 5, and more": params(5, 2, 0),
		"2 3 of 5, and more": params(5, 2, 2),
		"4 of 5":             params(5, 2, 4),
		" of 5":              params(5, 2, 6),
		" of 0":              params(0, 2, 0),
	} {
		usage, err := client.Organization.ListAIUsage(t.Context(), asked)
		require.NoError(t, err)
		var models []string
		for _, record := range usage.GetRecords() {
			models = append(models, record.GetModel())
		}
		got := fmt.Sprintf("%s of %d", strings.Join(models, " "), usage.GetTotalCount())
		if usage.GetHasMore() {
			got += ", and more"
		}
		assert.Equal(t, want, got)
		assert.Equal(t, asked.EndTime, usage.GetEndTime())
		assert.Equal(t, *asked.Offset, usage.GetOffset())
	}
	for _, hours := range []int{-1, 90*24 + 1} {
		_, err := client.Organization.ListAIUsage(t.Context(), params(hours, 0, 0))
		assert.ErrorContains(t, err, "endTime: want a time up to 90 days")
	}
	_, err := client.Organization.ListAIUsage(t.Context(), &gen.ListAIUsageParams{StartTime: "2026-01-01", EndTime: "2026-01-02"})
	assert.ErrorContains(t, err, "startTime: want a time such as")
	usage, err := client.Organization.ListAIUsage(t.Context(), params(1, 20_000, 0))
	require.NoError(t, err)
	assert.Equal(t, int64(10_000), usage.GetLimit())
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	srv := New(t)
	require.NoError(t, srv.SeedJSON([]byte(`{"Quota": [{"name": "apiClients", "limit": 5}, {"name": "users"}]}`)))
	quotas, err := srv.Client(checked(t, srv)).Organization.ListQuotas(t.Context())
	require.NoError(t, err)
	require.Len(t, quotas, 2)
	assert.Equal(t, "apiClients", quotas[0].(map[string]any)["name"])
}

func TestSearch(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	srv.Seed(
		gen.Offer{ID: new("o1"), Name: new("Globex 2026 platform")},
		gen.Buyer{ID: new("b1"), Name: new("Initech"), Description: new("Part of Globex")},
		gen.Buyer{ID: new("b2"), Name: new("Globex")},
		gen.Contact{ID: new("c1"), EmailAddress: new("priya@globex.example.com")},
	)
	for want, params := range map[string]gen.SearchOrganizationParams{
		"o1 b2 b1 c1": {Q: "globex"},
		"o1":          {Q: "PLATFORM globex"},
		"b2 b1":       {Q: "globex", Types: new("buyer,product")},
		"":            {Q: "umbra"},
	} {
		found, err := client.Organization.Search(t.Context(), &params)
		require.NoError(t, err)
		var ids []string
		for _, item := range found.GetItems() {
			ids = append(ids, item.GetObjectID())
			assert.Equal(t, srv.OrgID, item.GetOrganizationID())
		}
		assert.Equal(t, want, strings.Join(ids, " "), params)
	}
	var ids []string
	params := gen.SearchOrganizationParams{Q: "globex", Limit: new(int64(3))}
	for range 2 {
		found, err := client.Organization.Search(t.Context(), &params)
		require.NoError(t, err)
		for _, item := range found.GetItems() {
			ids = append(ids, item.GetType()+" "+item.GetObjectID())
		}
		params.Cursor = found.NextCursor
	}
	assert.Nil(t, params.Cursor)
	assert.Equal(t, []string{"offer o1", "buyer b2", "buyer b1", "contact c1"}, ids)
	_, err := client.Organization.Search(t.Context(), &gen.SearchOrganizationParams{Q: "globex", Cursor: new("nonsense")})
	assert.ErrorIs(t, err, api.ErrBadRequest)
	assert.ErrorContains(t, err, "query parameter cursor: ")
}
