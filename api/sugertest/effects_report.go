package sugertest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

var reportEffects = map[string]effect{
	"listRevenueRecordDetails": listRevenueRecordDetails,
	"getRevenueReport":         getRevenueReport,
}

// listRevenueRecordDetails lists only seeded lines, since marketplaces make them and no operation does.
func listRevenueRecordDetails(s *state, c *call) (any, error) {
	const typ = "RevenueRecordDetail"
	lines := propertyLike(typ, c.params["partner"]+typ) // awsRevenueRecordDetail
	items := []any{}
	for _, o := range s.all(typ) {
		line, ok := o[lines].(object)
		for param, name := range map[string]string{"productId": "productID", "buyerId": "buyerID", "entitlementId": "entitlementID"} {
			want := c.query.Get(param)
			ok = ok && (want == "" || text(line, name) == want)
		}
		if ok {
			items = append(items, o)
		}
	}
	return page(c.op, items, c.query), nil
}

// revenueAmounts are the properties of a revenue record that the types of a report add up.
var revenueAmounts = map[string]string{
	"GrossAmount": "amount", "InvoicedAmount": "invoiceAmount", "CollectableAmount": "collectableAmount",
	"DisbursedAmount": "disburseAmount",
}

// getRevenueReport adds up the revenue records by day or month and currency. Refunds lower the gross amount.
func getRevenueReport(s *state, c *call) (any, error) {
	report := merged(c.properties(), object{"reportDate": s.timestamp()})
	layout := "2006-01-02"
	if text(report, "groupBy") == "month" {
		layout = "2006-01"
	}
	sums := map[string]json.Number{}
	for _, o := range s.all("RevenueRecord") {
		matches := true
		for _, name := range []string{"partner", "buyerID", "productID", "entitlementID"} {
			want := text(report, name)
			matches = matches && (want == "" || text(o, name) == want)
		}
		if date := text(o, "date"); matches && len(date) >= len(layout) {
			key := date[:len(layout)] + " " + text(o, "currency")
			sums[key] = sum(sums[key], o[revenueAmounts[text(report, "reportType")]])
		}
	}
	records := []any{}
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		date, code, _ := strings.Cut(key, " ")
		t, err := time.Parse(layout, date)
		if err != nil {
			continue // a seeded record without a valid date
		}
		record := object{"date": t.Format(time.RFC3339), "amount": sums[key], "currency": code, "partner": report["partner"]}
		records = append(records, record)
	}
	report["revenueRecords"] = records
	return report, nil
}
