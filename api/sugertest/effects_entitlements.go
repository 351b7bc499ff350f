package sugertest

import (
	"fmt"
	"math/big"
	"slices"
	"time"
)

// createEntitlement starts an entitlement under an offer that is billed through Stripe or Adyen.
func createEntitlement(s *Server, c *call) (any, error) {
	body := c.object()
	offer, err := s.store.find("Offer", text(body, "offerId"))
	if err != nil {
		return nil, badRequest("body/offerId: %v", err)
	}
	buyer, err := s.store.find("Buyer", text(body, "buyerId"))
	if err != nil {
		return nil, badRequest("body/buyerId: %v", err)
	}
	if err := billedDirectly("body/offerId", offer); err != nil {
		return nil, err
	}
	own := object{"buyerID": buyer["id"], "status": "ACTIVE"}
	for param, name := range map[string]string{"startDate": "startTime", "endDate": "endTime"} {
		if text(body, param) == "" {
			continue
		}
		t, err := parseTime("body/"+param, text(body, param))
		if err != nil {
			return nil, err
		}
		own[name] = t.Format(time.RFC3339)
		if name == "endTime" && t.Before(s.now()) {
			own["status"] = "CANCELLED"
		}
	}
	return s.entitle(offer, own), nil
}

func billedDirectly(field string, o object) error {
	if partner := text(o, "partner"); partner != "STRIPE" && partner != "ADYEN" {
		return badRequest("%s: the partner is %q, this needs STRIPE or ADYEN", field, partner)
	}
	return nil
}

// parseTime reads a time or a date.
func parseTime(field, value string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, badRequest("%s: want a time such as 2026-12-31T00:00:00Z or a date", field)
}

// entitle adds the entitlement to what an offer sells, and its first term. Without an end of its own it lasts as long as the
// first commit of the offer.
func (s *Server) entitle(offer, own object) object {
	o := picked(without(offer, "id", "status", "externalID", "metaInfo", "creationTime", "lastUpdateTime"), "Entitlement")
	info, _ := offer["info"].(object)
	o = merged(o, object{"offerID": offer["id"], "info": picked(info, "EntitlementInfo"), "startTime": s.timestamp()})
	o = merged(o, own)
	if at(o, "info", "commitAmount") == nil {
		total := any(0)
		for _, commit := range list(info, "commits") {
			commit, _ := commit.(object)
			total = sum(total, product(commit["rate"], commit["quantity"]))
		}
		o = set(o, total, "info", "commitAmount")
	}
	if o["endTime"] == nil && len(list(info, "commits")) > 0 {
		commit, _ := list(info, "commits")[0].(object)
		o["endTime"] = after(text(o, "startTime"), commit)
	}
	if text(o, "externalID") == "" {
		o["externalID"] = "agmt-" + s.token()
	}
	o = s.add("Entitlement", o)
	o = s.addTerm(o, object{"info": object{"type": "Signup"}})
	s.happened("CREATE", "Entitlement", o)
	return o
}

// addTerm adds a term to an entitlement and makes it the current one.
func (s *Server) addTerm(o, own object) object {
	term := picked(without(o, "id", "info", "creationTime", "lastUpdateTime"), "EntitlementTerm")
	term = given(merged(term, object{
		"entitlementID": o["id"], "externalEntitlementID": o["externalID"], "commitAmount": at(o, "info", "commitAmount"),
		"usedCommitAmount": 0, "creditAmount": 0, "usedCreditAmount": 0, "reportedAmount": 0,
	}))
	term = s.add("EntitlementTerm", merged(term, own))
	return s.change("Entitlement", o, object{"entitlementTermID": term["id"]})
}

// after returns the time at which a commit that begins at a time ends, nil if it does not say.
func after(start string, commit object) any {
	t, err := time.Parse(time.RFC3339, start)
	length, _ := decimal(commit["length"]).Float64()
	if err != nil || length < 1 || length > 1200 {
		return nil
	}
	n := int(length)
	switch text(commit, "timeUnit") {
	case "DAY":
		t = t.AddDate(0, 0, n)
	case "MONTH":
		t = t.AddDate(0, n, 0)
	case "YEAR":
		t = t.AddDate(n, 0, 0)
	default:
		return nil
	}
	return t.Format(time.RFC3339)
}

// getEntitlement counts the usage of each dimension, which no other operation does.
func getEntitlement(s *Server, c *call) (any, error) {
	dimensions := slices.Clone(list(c.target, "info", "dimensions"))
	if len(dimensions) == 0 {
		return c.target, nil
	}
	for i, dimension := range dimensions {
		dimension, _ := dimension.(object)
		count := dimension["usageCount"]
		for _, group := range s.store.all("UsageRecordGroup") {
			if text(group, "entitlementID") == text(c.target, "id") && text(group, "status") == "REPORTED" {
				reported, _ := count.(object)
				count = merged(reported, object{"reportedCount": sum(reported["reportedCount"], at(group, "records", text(dimension, "key")))})
			}
		}
		if count != nil {
			dimensions[i] = merged(dimension, object{"usageCount": count})
		}
	}
	return set(c.target, dimensions, "info", "dimensions"), nil
}

func addEntitlementCredit(s *Server, c *call) (any, error) {
	body := c.object()
	term, err := s.term(c.target, text(body, "entitlementTermID"))
	if err != nil {
		return nil, err
	}
	credit := sum(term["creditAmount"], body["creditAmountIncrement"])
	s.change("EntitlementTerm", term, object{"creditAmount": credit})
	s.happened("UPDATE", "Entitlement", c.target)
	return object{
		"organizationID": s.OrgID, "entitlementID": c.target["id"], "entitlementTermID": term["id"],
		"creditAmountIncrement": body["creditAmountIncrement"], "newCreditAmount": credit,
	}, nil
}

// term returns a term of an entitlement, the current one if the id is empty.
func (s *Server) term(entitlement object, id string) (object, error) {
	if id == "" {
		id = text(entitlement, "entitlementTermID")
	}
	term, err := s.store.find("EntitlementTerm", id)
	if err != nil || text(term, "entitlementID") != text(entitlement, "id") {
		return nil, badRequest("body/entitlementTermID: the entitlement has no term %q", id)
	}
	return term, nil
}

func applyAddonToEntitlement(s *Server, c *call) (any, error) {
	if err := c.requireStatus("ACTIVE"); err != nil {
		return nil, err
	}
	addons := append(slices.Clone(list(c.target, "info", "addons")), c.body)
	return s.update(c, set(c.target, addons, "info", "addons")), nil
}

// divideEntitlementCommit makes the parts equal to the cent; the last one takes what is left over.
func divideEntitlementCommit(s *Server, c *call) (any, error) {
	term, err := s.term(c.target, "")
	if err != nil {
		return nil, err
	}
	body := c.object()
	starts := list(body, "startDates")
	if len(starts) == 0 || !sameTime(starts[0], term["startTime"]) {
		return nil, badRequest("body/startDates: the first must be the start of the term, %v", term["startTime"])
	}
	commit, amount := decimal(term["commitAmount"]), decimal(body["commitAmount"])
	property := "commitAmount"
	if amount.Sign() <= 0 { // all of it, as credit
		amount, property = commit, "creditAmount"
	}
	if amount.Cmp(commit) > 0 {
		return nil, badRequest("body/commitAmount: the term has a commit of %v", term["commitAmount"])
	}
	part := new(big.Rat).Quo(amount, big.NewRat(int64(len(starts)), 1))
	part.SetString(part.FloatString(2))
	ids := []any{}
	for i, start := range starts {
		sub := merged(without(term, "id", "commitAmount"), object{
			"startTime": start, "info": object{"type": "DivideCommit", "parentEntitlementTermId": term["id"]},
		})
		if i < len(starts)-1 {
			sub["endTime"] = starts[i+1]
			amount = new(big.Rat).Sub(amount, part)
			sub[property] = number(part)
		} else {
			sub[property] = number(amount)
		}
		ids = append(ids, s.add("EntitlementTerm", sub)["id"])
	}
	parentInfo, _ := term["info"].(object)
	info := merged(parentInfo, object{"isCommitDivided": true, "subEntitlementTermIds": append(slices.Clone(list(term, "info", "subEntitlementTermIds")), ids...)})
	s.change("EntitlementTerm", term, object{"info": info})
	s.happened("UPDATE", "Entitlement", c.target)
	return "", nil
}

func sameTime(a, b any) bool {
	first, err := time.Parse(time.RFC3339, fmt.Sprint(a))
	second, err2 := time.Parse(time.RFC3339, fmt.Sprint(b))
	return err == nil && err2 == nil && first.Equal(second)
}

func deleteEntitlementTerm(s *Server, c *call) (any, error) {
	parent, err := s.store.find("EntitlementTerm", text(c.target, "info", "parentEntitlementTermId"))
	if err != nil {
		return nil, badRequest("entitlementTermId: the term does not come from a divided commit")
	}
	ids := slices.DeleteFunc(slices.Clone(list(parent, "info", "subEntitlementTermIds")), func(id any) bool { return id == c.target["id"] })
	parent = set(set(parent, ids, "info", "subEntitlementTermIds"), len(ids) > 0, "info", "isCommitDivided")
	s.change("EntitlementTerm", parent, nil)
	return remove(s, c)
}

// scheduleEntitlementCancellation keeps the plan; the server's clock carries it out. One for now is carried out at once.
func scheduleEntitlementCancellation(s *Server, c *call) (any, error) {
	plan := merged(c.object(), object{"creationDate": s.now().Format(time.DateOnly)})
	switch text(plan, "type") {
	case "SpecificDate":
		if _, err := parseTime("body/cancelDate", text(plan, "cancelDate")); err != nil {
			return nil, err
		}
	case "":
		return nil, badRequest("body/type: value is required but missing")
	}
	o := s.update(c, set(c.target, plan, "metaInfo", "entitlementCancellationSchedule"))
	if text(plan, "type") == "Immediate" {
		o = s.change("Entitlement", o, object{"status": "CANCELLED"})
		s.happened("CANCEL", "Entitlement", o)
	}
	return o, nil
}

func unscheduleEntitlementCancellation(s *Server, c *call) (any, error) {
	meta, _ := c.target["metaInfo"].(object)
	return s.update(c, object{"metaInfo": merged(without(meta, "entitlementCancellationSchedule"), nil)}), nil
}

// updateEntitlementPriceModel changes the prices at once, whatever applyTime says.
func updateEntitlementPriceModel(s *Server, c *call) (any, error) {
	if err := billedDirectly("partner", c.target); err != nil {
		return nil, err
	}
	info, _ := c.target["info"].(object)
	return s.update(c, object{"info": merged(info, without(c.object(), "applyTime"))}), nil
}

// updateEntitlementSeat answers with the entitlement as it was before.
func updateEntitlementSeat(s *Server, c *call) (any, error) {
	if err := c.requireStatus("ACTIVE"); err != nil {
		return nil, err
	}
	subscriptions := slices.Clone(list(c.target, "info", "azureSubscriptions"))
	if len(subscriptions) == 0 {
		return nil, badRequest("info/azureSubscriptions: the entitlement has no Azure subscription")
	}
	first, _ := subscriptions[0].(object)
	subscriptions[0] = merged(first, object{"quantity": number(decimal(c.query.Get("newSeat")))})
	s.update(c, set(c.target, subscriptions, "info", "azureSubscriptions"))
	return c.target, nil
}
