package sugertest

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}}}})
	srv.Seed(gen.UsageRecordGroup{ID: new("failed"), Status: new(gen.UsageRecordGroupStatusReportFailed)})
	group := gen.UsageRecordGroupBatchItem{EntitlementID: "ent-1", Records: map[string]float64{"api_calls": 1}}
	groups, err := client.Metering.BatchReportUsageRecordGroups(ctx, []gen.UsageRecordGroupBatchItem{group, {EntitlementID: "ent-1", Records: map[string]float64{"typo": 1}}})
	assert.ErrorIs(t, err, api.ErrUsageInvalid)
	assert.Equal(t, gen.UsageRecordGroupStatusCreated, groups[0].GetStatus())
	assert.Equal(t, gen.UsageRecordGroupStatusInvalid, groups[1].GetStatus())
	assert.NotEqual(t, groups[0].GetID(), groups[1].GetID())

	bad := []gen.UsageRecordGroupBatchItem{group, {EntitlementID: "nothing", Records: map[string]float64{"api_calls": 1}}}
	err = client.Metering.BatchValidateUsageRecordGroups(ctx, bad)
	assert.ErrorContains(t, err, "body/1/entitlementID: entitlement not found: nothing")
	_, err = client.Metering.BatchReportUsageRecordGroups(ctx, bad)
	assert.ErrorIs(t, err, api.ErrBadRequest)
	require.NoError(t, client.Metering.BatchValidateUsageRecordGroups(ctx, bad[:1]))
	page, err := client.Metering.ListUsageRecordGroups(ctx, nil)
	require.NoError(t, err)
	assert.Len(t, page.GetUsageRecordGroups(), 3, "a batch is stored as a whole or not at all")

	retried, err := client.Metering.RetryUsageRecordGroup(ctx, "failed", nil)
	require.NoError(t, err)
	assert.Equal(t, gen.UsageRecordGroupStatusCreated, retried.GetStatus())
	deleted, err := client.Metering.DeleteUsageRecordGroup(ctx, groups[1].GetID(), nil)
	require.NoError(t, err)
	assert.Equal(t, gen.UsageRecordGroupStatusDeleted, deleted.GetStatus())
	_, err = client.Metering.RetryUsageRecordGroup(ctx, groups[1].GetID(), nil)
	assert.ErrorIs(t, err, api.ErrBadRequest)

	metric, err := client.Metering.CreateBillableMetric(ctx, gen.BillableMetric{Name: new("Active users")})
	require.NoError(t, err)
	assert.Equal(t, gen.BillableMetricStatusActive, metric.GetStatus())
	_, err = client.Metering.UpdateBillableMetric(ctx, metric.GetID(), gen.BillableMetricUpdateParams{Name: new("MAU")})
	assert.ErrorContains(t, err, "body/name: minimum string length is 4")
	metric, err = client.Metering.UpdateBillableMetric(ctx, metric.GetID(), gen.BillableMetricUpdateParams{Status: new(gen.BillableMetricStatusDeleted)})
	require.NoError(t, err)
	assert.Equal(t, "Active users", metric.GetName())

	settings, err := client.Metering.UpdateConfigInfo(ctx, gen.UsageMeteringConfigInfo{
		PartnerUsageMeteringConfigs: []gen.PartnerUsageMeteringConfig{{Partner: new(gen.PartnerAWS)}}})
	require.NoError(t, err)
	again, err := client.Metering.GetConfigInfo(ctx)
	require.NoError(t, err)
	assert.Equal(t, settings, again)
	require.Len(t, again.GetPartnerUsageMeteringConfigs(), 1)
}

// A batch is valid if a report of it would make no group INVALID. The client does not take the status for a failure.
func TestBatchIsValidated(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	dimensions := &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}, {Key: new("storage")}}}
	srv.Seed(gen.Entitlement{ID: new("ent-1"), Info: dimensions}, gen.Entitlement{ID: new("ent-2")})
	group := func(entitlement string, keys ...string) gen.UsageRecordGroupBatchItem {
		records := map[string]float64{}
		for _, key := range keys {
			records[key] = 1
		}
		return gen.UsageRecordGroupBatchItem{EntitlementID: entitlement, Records: records}
	}
	require.NoError(t, client.Metering.BatchValidateUsageRecordGroups(ctx, []gen.UsageRecordGroupBatchItem{group("ent-1", "api_calls"), group("ent-2", "any")}))

	batch := []gen.UsageRecordGroupBatchItem{group("ent-1", "api_calls"), group("ent-1", "typo", "storage", "apicalls"), group("ent-2", "any"), group("ent-1", "typo")}
	before := len(srv.Requests())
	err := client.Metering.BatchValidateUsageRecordGroups(ctx, batch)
	e, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, err)
	assert.Equal(t, 500, e.StatusCode)
	assert.Equal(t, "validation failed for usage record group 1: entitlement ent-1 has no dimension apicalls, typo; "+
		"validation failed for usage record group 3: entitlement ent-1 has no dimension typo", e.Message)
	assert.ErrorIs(t, err, api.ErrBadRequest)
	assert.NotErrorIs(t, err, api.ErrServer)
	assert.NotErrorIs(t, err, api.ErrOutcomeUnknown)
	assert.False(t, api.IsRetryable(err))
	assert.Len(t, srv.Requests(), before+1, "no repeat")
	groups, err := client.Metering.BatchReportUsageRecordGroups(ctx, batch)
	assert.ErrorIs(t, err, api.ErrUsageInvalid)
	for i, status := range []gen.UsageRecordGroupStatus{"CREATED", "INVALID", "CREATED", "INVALID"} {
		assert.Equal(t, status, groups[i].GetStatus(), i)
	}
}

func TestZeroUsageIsRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		records map[string]float64
		metrics []gen.UsageRecord
		refused bool
	}{
		"zeros":             {map[string]float64{"api_calls": 0, "storage": 0}, nil, true},
		"nothing":           {map[string]float64{}, nil, true},
		"a zero":            {map[string]float64{"api_calls": 0, "storage": 0.1}, nil, false},
		"a credit":          {map[string]float64{"api_calls": -1}, nil, false},
		"zeros of a metric": {map[string]float64{}, []gen.UsageRecord{{Key: new("users"), Quantity: new(0.0)}}, true},
		"a metric":          {map[string]float64{}, []gen.UsageRecord{{Key: new("users"), Quantity: new(0.0)}, {Key: new("users"), Quantity: new(1.0)}}, false},
		"a counted record":  {map[string]float64{}, []gen.UsageRecord{{Key: new("users")}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := New(t)
			srv.Seed(gen.Entitlement{ID: new("ent-1")})
			client := srv.Client(checked(t, srv))
			ctx := t.Context()
			batch := []gen.UsageRecordGroupBatchItem{
				{EntitlementID: "ent-1", Records: map[string]float64{"api_calls": 1}},
				{EntitlementID: "ent-1", Records: tt.records, BillableRecords: tt.metrics},
			}
			_, err := client.Metering.ReportUsageRecordGroup(ctx, "ent-1", gen.CreateUsageRecordGroupParams{Records: tt.records, BillableRecords: tt.metrics})
			_, err2 := client.Metering.BatchReportUsageRecordGroups(ctx, batch)
			err3 := client.Metering.BatchValidateUsageRecordGroups(ctx, batch)
			if !tt.refused {
				require.NoError(t, errors.Join(err, err2, err3))
				return
			}
			for place, err := range map[string]error{"body": err, "body/1": err2, "body/1/": err3} {
				assert.ErrorContains(t, err, strings.TrimSuffix(place, "/")+"/records: want a quantity that is not zero")
				e, ok := errors.AsType[*api.Error](err)
				assert.True(t, ok && e.StatusCode == 400, err)
			}
			groups, err := client.Metering.ListUsageRecordGroups(ctx, nil)
			require.NoError(t, err)
			assert.Empty(t, groups.GetUsageRecordGroups())
		})
	}
}

func TestAggregates(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	seed := func(day int, partner gen.Partner, status gen.UsageRecordGroupStatus, records map[string]float64) {
		at := timeOf(noon.AddDate(0, 0, day))
		srv.Seed(
			gen.UsageRecordGroup{Partner: &partner, CreationTime: at, Status: &status, Records: records},
			gen.UsageRecordReport{Partner: &partner, CreationTime: at, Info: &gen.UsageRecordReportInfo{ReportedRecords: records}},
		)
	}
	seed(0, gen.PartnerAWS, gen.UsageRecordGroupStatusReported, map[string]float64{"calls": 0.1, "storage": 5})
	seed(0, gen.PartnerAWS, gen.UsageRecordGroupStatusCreated, map[string]float64{"calls": 0.2})
	seed(1, gen.PartnerAWS, gen.UsageRecordGroupStatusCreated, map[string]float64{"calls": 4})
	seed(2, gen.PartnerAWS, gen.UsageRecordGroupStatusDeleted, map[string]float64{"calls": 100})
	seed(0, gen.PartnerGCP, gen.UsageRecordGroupStatusCreated, map[string]float64{"calls": 1000})
	seed(9, gen.PartnerAWS, gen.UsageRecordGroupStatusCreated, map[string]float64{"calls": 10_000})
	date := func(day int) string { return noon.AddDate(0, 0, day).Format("2006-01-02") }
	sum := func(date, key string, quantity float64) gen.UsageRecordAggregated {
		return gen.UsageRecordAggregated{Date: &date, DimensionKey: &key, Quantity: &quantity}
	}
	groups, err := client.Metering.AggregateUsageRecordGroups(ctx, gen.PartnerAWS, "DAY", date(0), date(2))
	require.NoError(t, err)
	assert.Equal(t, []gen.UsageRecordAggregated{sum(date(0), "calls", 0.3), sum(date(0), "storage", 5), sum(date(1), "calls", 4)}, groups)
	reports, err := client.Metering.AggregateUsageRecordReports(ctx, gen.PartnerAWS, "MONTHLY", date(0), date(2))
	require.NoError(t, err)
	january, february := date(0)[:len("2006-01")], date(1)[:len("2006-01")]
	assert.Equal(t, []gen.UsageRecordAggregated{sum(january, "calls", 0.3), sum(january, "storage", 5), sum(february, "calls", 104)}, reports)
	_, err = client.Metering.AggregateUsageRecordGroups(ctx, gen.PartnerAWS, "DAY", "yesterday", date(2))
	assert.ErrorContains(t, err, "query parameter startDate: want a date")
}
