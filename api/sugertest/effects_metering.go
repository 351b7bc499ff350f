package sugertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

var meteringEffects = map[string]effect{
	"reportUsageRecordGroup":         reportUsageRecordGroup,
	"batchReportUsageRecordGroups":   batchReportUsageRecordGroups,
	"batchValidateUsageRecordGroups": batchValidateUsageRecordGroups,
	"deleteUsageRecordGroup":         when(becomes("DELETED", "DELETE"), "CREATED", "INVALID"),
	"retryUsageRecordGroup":          when(becomes("CREATED", "UPDATE"), "REPORT_FAILED"),
	"aggregateUsageRecordGroups":     aggregate("UsageRecordGroup", "records"),
	"aggregateUsageRecordReports":    aggregate("UsageRecordReport", "info", "reportedRecords"),
}

// reportUsageRecordGroup stores usage. The server's clock reports it to the marketplace with the next full hour. A group with
// a key that is no dimension of the entitlement, if that has dimensions, is INVALID.
func reportUsageRecordGroup(s *state, c *call) (any, error) {
	group := c.properties()
	if err := checkUsage("body", group); err != nil {
		return nil, err
	}
	id := text(group, "id")
	if len(id) > 36 {
		return nil, badRequest("body/id: maximum string length is 36")
	}
	if s.get("UsageRecordGroup", id) != nil {
		return nil, fail(http.StatusConflict, "id: a usage record group %s exists already", id)
	}
	if err := checkUsageStrictly(s, "body", c.target, group); err != nil {
		return nil, err
	}
	return addUsage(s, c.target, group), nil
}

// batchReportUsageRecordGroups stores all groups or none.
func batchReportUsageRecordGroups(s *state, c *call) (any, error) {
	entitlements, err := checkBatch(s, c)
	if err != nil {
		return nil, err
	}
	groups := []any{}
	for i, group := range c.body.([]any) {
		groups = append(groups, addUsage(s, entitlements[i], without(group.(object), "id")))
	}
	return groups, nil
}

// batchValidateUsageRecordGroups says with status 500 which groups a report of the same body would make INVALID.
func batchValidateUsageRecordGroups(s *state, c *call) (any, error) {
	entitlements, err := checkBatch(s, c)
	if err != nil {
		return nil, err
	}
	var reasons []string
	for i, group := range c.body.([]any) {
		if keys := unknownKeys(entitlements[i], group.(object)); len(keys) > 0 {
			reasons = append(reasons, fmt.Sprintf("validation failed for usage record group %d: entitlement %s has no dimension %s",
				i, text(entitlements[i], "id"), strings.Join(keys, ", ")))
		}
	}
	if len(reasons) > 0 {
		return nil, fail(http.StatusInternalServerError, "%s", strings.Join(reasons, "; "))
	}
	return "", nil
}

// checkBatch returns the entitlements of the groups in a body, or the error that answers 400 for one of them.
func checkBatch(s *state, c *call) ([]object, error) {
	var entitlements []object
	for i, group := range c.body.([]any) {
		group, field := group.(object), fmt.Sprintf("body/%d", i)
		if err := checkUsage(field, group); err != nil {
			return nil, err
		}
		entitlement, err := s.find("Entitlement", text(group, "entitlementID"))
		if err != nil {
			return nil, badRequest("%s/entitlementID: %v", field, err)
		}
		if err := checkUsageStrictly(s, field, entitlement, group); err != nil {
			return nil, err
		}
		entitlements = append(entitlements, entitlement)
	}
	return entitlements, nil
}

// checkUsage refuses a group with both kinds of records, and one without any quantity but zero. A billable record may have no
// quantity, since some metrics count records.
func checkUsage(field string, group object) error {
	records, billable := inner(group, "records"), objects(group, "billableRecords")
	if len(records) > 0 && len(billable) > 0 {
		return badRequest("%s/billableRecords: not together with records", field)
	}
	for _, quantity := range records {
		if decimal(quantity).Sign() != 0 {
			return nil
		}
	}
	for _, record := range billable {
		if record["quantity"] == nil || decimal(record["quantity"]).Sign() != 0 {
			return nil
		}
	}
	return badRequest("%s/records: want a quantity that is not zero", field)
}

// unknownKeys returns the keys in a group that are no dimensions of the entitlement, in order. Without dimensions all are known.
func unknownKeys(entitlement, group object) []string {
	dimensions := objects(entitlement, "info", "dimensions")
	if len(dimensions) == 0 || at(group, "metaInfo", "SkipValidation") == true {
		return nil
	}
	keys := slices.Sorted(maps.Keys(inner(group, "records")))
	return slices.DeleteFunc(keys, func(key string) bool {
		return slices.ContainsFunc(dimensions, func(o object) bool { return text(o, "key") == key })
	})
}

func addUsage(s *state, entitlement, group object) object {
	s.serial++
	records := inner(group, "records")
	meta := merged(keeping(group, "billableRecords", "timestamp"), object{"source": "API", "originRecords": records})
	status := "CREATED"
	if len(unknownKeys(entitlement, group)) > 0 {
		status = "INVALID"
	}
	o := s.add("UsageRecordGroup", merged(keeping(entitlement, "buyerID", "partner"), object{
		"id": text(group, "id"), "serialID": s.serial, "entitlementID": entitlement["id"], "status": status,
		"records": records, "metaInfo": meta,
	}))
	s.happened("CREATE", "UsageRecordGroup", o)
	return o
}

// reportUsage does what Suger does every hour: usage that waits is reported, and counts from then on.
func reportUsage(s *state, p period) {
	hourIsFull := p.to.Truncate(time.Hour).After(p.from)
	for _, o := range s.all("UsageRecordGroup") {
		if hourIsFull && text(o, "status") == "CREATED" {
			reportToMarketplace(s, o)
		}
	}
}

func reportToMarketplace(s *state, group object) {
	group = s.move("UsageRecordGroup", set(group, s.timestamp(), "reportedTime"), "REPORTED", "METER")
	entitlement := s.get("Entitlement", text(group, "entitlementID"))
	records := inner(group, "records")
	amounts, prices := any(0), object{}
	for key, quantity := range records {
		for _, dimension := range objects(entitlement, "info", "dimensions") {
			if text(dimension, "key") == key {
				prices[key] = sum(dimension["rate"])
			}
		}
		amount := product(quantity, prices[key])
		amounts = sum(amounts, amount)
		countDay(s, group, key, quantity, amount)
	}
	report := addReport(s, group, object{"status": "SUCCESS", "reportedRecords": records, "dimensionUnitPrice": prices})
	s.change("UsageRecordGroup", group, object{"usageRecordReportID": report["id"]})
	if term := s.get("EntitlementTerm", text(entitlement, "entitlementTermID")); term != nil {
		s.change("EntitlementTerm", term, object{"reportedAmount": sum(term["reportedAmount"], amounts)})
	}
}

// addReport adds the report of a usage record group to its marketplace.
func addReport(s *state, group, info object) object {
	entitlement := s.get("Entitlement", text(group, "entitlementID"))
	info = given(merged(info, object{
		"startTime": group["creationTime"], "endTime": s.timestamp(), "usageRecordGroupIds": []any{group["id"]},
	}))
	return s.add("UsageRecordReport", merged(picked(without(group, "id"), "UsageRecordReport"), object{
		"entitlementTermID": text(entitlement, "entitlementTermID"), "productID": text(entitlement, "productID"), "info": info,
	}))
}

// countDay adds usage to the record of its day and dimension.
func countDay(s *state, group object, key string, quantity, amount any) {
	const typ = "UsageMeteringDailyRecord"
	day := s.now().Format(time.DateOnly) + "T00:00:00Z"
	for id, o := range s.all(typ) {
		if text(o, "entitlementID") == text(group, "entitlementID") && text(o, "key") == key && text(o, "date") == day {
			s.putAs(typ, id, merged(o, object{"quantity": sum(o["quantity"], quantity), "amount": sum(o["amount"], amount)}))
			return
		}
	}
	o := keeping(group, "entitlementID", "partner")
	s.put(typ, given(merged(o, object{"key": key, "date": day, "quantity": quantity, "amount": amount})))
}

// aggregate returns an effect that adds up the quantities at a path of the objects of a type, by month where the granularity
// starts so, and else by day. Usage that was deleted or is invalid does not count.
func aggregate(typ string, path ...string) effect {
	return func(s *state, c *call) (any, error) {
		days, err := lastDays(s, c.query)
		if err != nil {
			return nil, err
		}
		layout := time.DateOnly
		if strings.HasPrefix(strings.ToLower(c.query.Get("granularity")), "month") {
			layout = layout[:len("2006-01")]
		}
		sums := map[string]json.Number{}
		for _, o := range s.all(typ) {
			ignored := slices.Contains([]string{"DELETED", "INVALID"}, text(o, "status"))
			if ignored || text(o, "partner") != c.query.Get("partner") || dateOf(o) == "" || !days(o) {
				continue
			}
			for key, quantity := range inner(o, path...) {
				key = dateOf(o)[:len(layout)] + " " + key
				sums[key] = sum(sums[key], quantity)
			}
		}
		records := []any{}
		for _, key := range slices.Sorted(maps.Keys(sums)) {
			date, dimension, _ := strings.Cut(key, " ")
			records = append(records, object{"date": date, "dimensionKey": dimension, "quantity": sums[key]})
		}
		return records, nil
	}
}
