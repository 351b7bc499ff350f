package bench

import (
	"context"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// apiKey is not checked by the server.
const apiKey = "bench-api-key"

// Client is package api.
var Client = Implementation{"client", func(baseURL string) (Caller, error) {
	c, err := api.New(OrgID, api.WithAPIKey(apiKey), api.WithBaseURL(baseURL))
	return client{c}, err
}}

type client struct{ *api.Client }

func (c client) GetEntitlement(ctx context.Context, id string) error {
	_, err := c.Entitlements.Get(ctx, id)
	return err
}

func (c client) ListEntitlements(ctx context.Context) (int, error) {
	entitlements, err := c.Entitlements.List(ctx, nil)
	return len(entitlements), err
}

func (c client) ExportOffers(ctx context.Context, n int) (int, error) {
	count := 0
	for _, err := range c.Offers.All(ctx, nil, api.Max(n)) {
		if err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}

func (c client) ReportUsage(ctx context.Context, id string) error {
	_, err := c.Metering.ReportUsageRecordGroup(ctx, SmallEntitlement, usage(id))
	return err
}

func (c client) Close() { c.CloseIdleConnections() }

// Usage are the records of a usage report.
var Usage = map[string]float64{"api_calls": 1250, "storage_gb": 40.5}

func usage(id string) gen.CreateUsageRecordGroupParams {
	return gen.CreateUsageRecordGroupParams{
		ID: &id, OrganizationID: OrgID, EntitlementID: SmallEntitlement, Records: Usage,
	}
}
