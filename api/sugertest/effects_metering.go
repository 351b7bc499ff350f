package sugertest

import (
	"fmt"
	"net/http"
	"time"
)

// reportUsageRecordGroup stores usage. The server's clock reports it to the marketplace with the next full hour. A group with
// a key that is no dimension of the entitlement, if that has dimensions, is INVALID.
func reportUsageRecordGroup(s *Server, c *call) (any, error) {
	group := c.object()
	if err := s.checkUsage("body", group); err != nil {
		return nil, err
	}
	id := text(group, "id")
	if len(id) > 36 {
		return nil, badRequest("body/id: maximum string length is 36")
	}
	if s.store.get("UsageRecordGroup", id) != nil {
		return nil, fail(http.StatusConflict, "id: a usage record group %s exists already", id)
	}
	return s.addUsage(c.target, group), nil
}

// batchReportUsageRecordGroups stores all groups or none.
func batchReportUsageRecordGroups(s *Server, c *call) (any, error) {
	if _, err := batchValidateUsageRecordGroups(s, c); err != nil {
		return nil, err
	}
	groups := []any{}
	for _, group := range c.body.([]any) {
		group := group.(object)
		entitlement := s.store.get("Entitlement", text(group, "entitlementID"))
		groups = append(groups, s.addUsage(entitlement, without(group, "id")))
	}
	return groups, nil
}

// batchValidateUsageRecordGroups refuses groups for unknown entitlements and those with both kinds of records.
func batchValidateUsageRecordGroups(s *Server, c *call) (any, error) {
	for i, group := range c.body.([]any) {
		field := fmt.Sprintf("body/%d", i)
		if err := s.checkUsage(field, group.(object)); err != nil {
			return nil, err
		}
		if _, err := s.store.find("Entitlement", text(group.(object), "entitlementID")); err != nil {
			return nil, badRequest("%s/entitlementID: %v", field, err)
		}
	}
	return "", nil
}

func (s *Server) checkUsage(field string, group object) error {
	records, _ := group["records"].(object)
	if len(records) > 0 && len(list(group, "billableRecords")) > 0 {
		return badRequest("%s/billableRecords: not together with records", field)
	}
	return nil
}

func (s *Server) addUsage(entitlement, group object) object {
	s.store.serial++
	records, _ := group["records"].(object)
	meta := merged(keeping(group, "billableRecords", "timestamp"), object{"source": "API", "originRecords": records})
	status := "CREATED"
	known := map[string]bool{}
	for _, dimension := range list(entitlement, "info", "dimensions") {
		dimension, _ := dimension.(object)
		known[text(dimension, "key")] = true
	}
	for key := range records {
		if len(known) > 0 && !known[key] && at(group, "metaInfo", "SkipValidation") != true {
			status = "INVALID"
		}
	}
	o := s.add("UsageRecordGroup", merged(keeping(entitlement, "buyerID", "partner"), object{
		"id": text(group, "id"), "serialID": s.store.serial, "entitlementID": entitlement["id"], "status": status, "records": records, "metaInfo": meta,
	}))
	s.happened("CREATE", "UsageRecordGroup", o)
	return o
}

// reportToMarketplace does what Suger does every hour: usage that waits is reported, and counts from then on.
func (s *Server) reportToMarketplace(group object) {
	group = s.change("UsageRecordGroup", group, object{"status": "REPORTED", "reportedTime": s.timestamp()})
	s.happened("METER", "UsageRecordGroup", group)
	entitlement := s.store.get("Entitlement", text(group, "entitlementID"))
	records, _ := group["records"].(object)
	amounts, prices := any(0), object{}
	for key, quantity := range records {
		for _, dimension := range list(entitlement, "info", "dimensions") {
			if dimension, _ := dimension.(object); text(dimension, "key") == key {
				prices[key] = sum(dimension["rate"])
			}
		}
		amount := product(quantity, prices[key])
		amounts = sum(amounts, amount)
		s.countDay(group, key, quantity, amount)
	}
	report := s.add("UsageRecordReport", merged(picked(without(group, "id"), "UsageRecordReport"), object{
		"entitlementTermID": text(entitlement, "entitlementTermID"), "productID": text(entitlement, "productID"),
		"info": object{
			"status": "SUCCESS", "startTime": group["creationTime"], "endTime": s.timestamp(),
			"reportedRecords": records, "dimensionUnitPrice": prices, "usageRecordGroupIds": []any{group["id"]},
		},
	}))
	s.change("UsageRecordGroup", group, object{"usageRecordReportID": report["id"]})
	if term := s.store.get("EntitlementTerm", text(entitlement, "entitlementTermID")); term != nil {
		s.change("EntitlementTerm", term, object{"reportedAmount": sum(term["reportedAmount"], amounts)})
	}
}

// countDay adds usage to the record of its day and dimension.
func (s *Server) countDay(group object, key string, quantity, amount any) {
	day := s.now().Format(time.DateOnly) + "T00:00:00Z"
	for id, o := range s.store.table("UsageMeteringDailyRecord").objects {
		if text(o, "entitlementID") == text(group, "entitlementID") && text(o, "key") == key && text(o, "date") == day {
			s.store.table("UsageMeteringDailyRecord").objects[id] = merged(o, object{
				"quantity": sum(o["quantity"], quantity), "amount": sum(o["amount"], amount),
			})
			return
		}
	}
	o := object{"entitlementID": group["entitlementID"], "key": key, "date": day, "quantity": quantity, "amount": amount}
	if partner := text(group, "partner"); partner != "" {
		o["partner"] = partner
	}
	s.store.put("UsageMeteringDailyRecord", o)
}

func createBillableMetric(s *Server, c *call) (any, error) {
	return s.create(c, merged(c.object(), object{"status": "ACTIVE"})), nil
}
