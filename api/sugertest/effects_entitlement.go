package sugertest

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"time"
)

var entitlementEffects = map[string]effect{
	"createEntitlement":                 createEntitlement,
	"getEntitlement":                    getEntitlement,
	"approveEntitlement":                when(becomes("ACTIVE", "APPROVE"), "PENDING_START", "ACTIVE"),
	"cancelEntitlement":                 when(becomes("CANCELLED", "CANCEL"), "ACTIVE", "CANCELLED"),
	"addEntitlementCredit":              addEntitlementCredit,
	"applyAddonToEntitlement":           when(applyAddonToEntitlement, "ACTIVE"),
	"divideEntitlementCommit":           divideEntitlementCommit,
	"deleteEntitlementTerm":             deleteEntitlementTerm,
	"scheduleEntitlementCancellation":   scheduleEntitlementCancellation,
	"unscheduleEntitlementCancellation": unscheduleEntitlementCancellation,
	"updateEntitlementPriceModel":       updateEntitlementPriceModel,
	"updateEntitlementSeat":             when(updateEntitlementSeat, "ACTIVE"),
}

// createEntitlement starts an entitlement under an offer that is billed through Stripe or Adyen.
func createEntitlement(s *state, c *call) (any, error) {
	body := c.properties()
	offer, err := s.find("Offer", text(body, "offerId"))
	if err != nil {
		return nil, badRequest("body/offerId: %v", err)
	}
	buyer, err := s.find("Buyer", text(body, "buyerId"))
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
	return entitle(s, offer, own), nil
}

// acceptOffer does what a buyer does on the marketplace, and returns the entitlement.
func acceptOffer(s *state, id string) (object, error) {
	offer, err := s.find("Offer", id)
	if err != nil {
		return nil, err
	}
	if err := (&call{target: offer, targetType: "Offer"}).requireStatus("PENDING_ACCEPTANCE"); err != nil {
		return nil, err
	}
	status := "ACTIVE"
	if partner := text(offer, "partner"); partner == "AZURE" || partner == "GCP" {
		status = "PENDING_START" // it waits for the seller's approval
	}
	offer = s.move("Offer", set(offer, s.timestamp(), "metaInfo", "offerAcceptDate"), "ACCEPTED", "ACCEPT")
	return entitle(s, offer, object{"status": status}), nil
}

// entitle adds the entitlement to what an offer sells, and its first term. Without an end of its own it lasts as long as the
// first commit of the offer.
func entitle(s *state, offer, own object) object {
	o := picked(without(offer, "id", "status", "externalID", "metaInfo", "creationTime", "lastUpdateTime"), "Entitlement")
	info := picked(inner(offer, "info"), "EntitlementInfo")
	o = merged(merged(o, object{"offerID": offer["id"], "info": info, "startTime": s.timestamp()}), own)
	commits := objects(offer, "info", "commits")
	if at(o, "info", "commitAmount") == nil {
		total := any(0)
		for _, commit := range commits {
			total = sum(total, product(commit["rate"], commit["quantity"]))
		}
		o = set(o, total, "info", "commitAmount")
	}
	if o["endTime"] == nil && len(commits) > 0 {
		o["endTime"] = endOfCommit(text(o, "startTime"), commits[0])
	}
	o = s.add("Entitlement", withExternalID(s, "Entitlement", o))
	o = addTerm(s, o, object{"info": object{"type": "Signup"}})
	s.happened("CREATE", "Entitlement", o)
	return o
}

// addTerm adds a term to an entitlement and makes it the current one.
func addTerm(s *state, o, own object) object {
	term := picked(without(o, "id", "info", "creationTime", "lastUpdateTime"), "EntitlementTerm")
	term = given(merged(term, object{
		"entitlementID": o["id"], "externalEntitlementID": o["externalID"], "commitAmount": at(o, "info", "commitAmount"),
		"usedCommitAmount": 0, "creditAmount": 0, "usedCreditAmount": 0, "reportedAmount": 0,
	}))
	term = s.add("EntitlementTerm", merged(term, own))
	return s.change("Entitlement", o, object{"entitlementTermID": term["id"]})
}

// endOfCommit returns the time at which a commit that begins at a time ends, nil if it does not say.
func endOfCommit(start string, commit object) any {
	t, err := time.Parse(time.RFC3339, start)
	length, _ := decimal(commit["length"]).Float64()
	n := int(length)
	terms := map[string][]int{"YEAR": {n, 0, 0}, "MONTH": {0, n, 0}, "DAY": {0, 0, n}}
	term, ok := terms[text(commit, "timeUnit")]
	if err != nil || !ok || length < 1 || length > 1200 {
		return nil
	}
	return t.AddDate(term[0], term[1], term[2]).Format(time.RFC3339)
}

// getEntitlement adds the usage of each dimension to the answer, which no other operation does.
func getEntitlement(s *state, c *call) (any, error) {
	dimensions := slices.Clone(list(c.target, "info", "dimensions"))
	if len(dimensions) == 0 {
		return c.target, nil
	}
	for i, dimension := range dimensions {
		dimension, _ := dimension.(object)
		count := inner(dimension, "usageCount")
		for _, group := range s.all("UsageRecordGroup") {
			if text(group, "entitlementID") == text(c.target, "id") && text(group, "status") == "REPORTED" {
				count = merged(count, object{"reportedCount": sum(count["reportedCount"], at(group, "records", text(dimension, "key")))})
			}
		}
		if count != nil {
			dimensions[i] = merged(dimension, object{"usageCount": count})
		}
	}
	return set(c.target, dimensions, "info", "dimensions"), nil
}

func addEntitlementCredit(s *state, c *call) (any, error) {
	body := c.properties()
	term, err := termOf(s, c.target, text(body, "entitlementTermID"))
	if err != nil {
		return nil, err
	}
	credit := sum(term["creditAmount"], body["creditAmountIncrement"])
	s.change("EntitlementTerm", term, object{"creditAmount": credit})
	s.happened("UPDATE", "Entitlement", c.target)
	return object{
		"organizationID": s.orgID, "entitlementID": c.target["id"], "entitlementTermID": term["id"],
		"creditAmountIncrement": body["creditAmountIncrement"], "newCreditAmount": credit,
	}, nil
}

// termOf returns a term of an entitlement, the current one if the id is empty.
func termOf(s *state, entitlement object, id string) (object, error) {
	id = cmp.Or(id, text(entitlement, "entitlementTermID"))
	term, err := s.find("EntitlementTerm", id)
	if err != nil || text(term, "entitlementID") != text(entitlement, "id") {
		return nil, badRequest("body/entitlementTermID: the entitlement has no term %q", id)
	}
	return term, nil
}

func applyAddonToEntitlement(s *state, c *call) (any, error) {
	return update(s, c, appended(c.target, c.body, "info", "addons")), nil
}

// divideEntitlementCommit makes equal parts, in whole cents; the last one gets the remainder.
func divideEntitlementCommit(s *state, c *call) (any, error) {
	term, err := termOf(s, c.target, "")
	if err != nil {
		return nil, err
	}
	body := c.properties()
	starts := list(body, "startDates")
	if len(starts) == 0 || !sameTime(starts[0], term["startTime"]) {
		return nil, badRequest("body/startDates: the first must be the start of the term, %v", term["startTime"])
	}
	commit, amount := decimal(term["commitAmount"]), decimal(body["commitAmount"])
	property := "commitAmount"
	if amount.Sign() <= 0 { // without an amount, the whole commit is divided into credits
		amount, property = commit, "creditAmount"
	}
	if amount.Cmp(commit) > 0 {
		return nil, badRequest("body/commitAmount: the term has a commit of %v", term["commitAmount"])
	}
	part := new(big.Rat).Quo(amount, big.NewRat(int64(len(starts)), 1))
	part.SetString(part.FloatString(2))
	undivided := without(term, "id", "commitAmount")
	for i, start := range starts {
		sub := merged(undivided, object{
			"startTime": start, "info": object{"type": "DivideCommit", "parentEntitlementTermId": term["id"]},
		})
		if i < len(starts)-1 {
			sub["endTime"] = starts[i+1]
			amount = new(big.Rat).Sub(amount, part)
			sub[property] = number(part)
		} else {
			sub[property] = number(amount)
		}
		term = appended(term, s.add("EntitlementTerm", sub)["id"], "info", "subEntitlementTermIds")
	}
	s.change("EntitlementTerm", set(term, true, "info", "isCommitDivided"), nil)
	s.happened("UPDATE", "Entitlement", c.target)
	return "", nil
}

func sameTime(a, b any) bool {
	first, err := time.Parse(time.RFC3339, fmt.Sprint(a))
	second, err2 := time.Parse(time.RFC3339, fmt.Sprint(b))
	return err == nil && err2 == nil && first.Equal(second)
}

func deleteEntitlementTerm(s *state, c *call) (any, error) {
	parent, err := s.find("EntitlementTerm", text(c.target, "info", "parentEntitlementTermId"))
	if err != nil {
		return nil, badRequest("entitlementTermId: the term does not come from a divided commit")
	}
	ids := slices.Clone(list(parent, "info", "subEntitlementTermIds"))
	ids = slices.DeleteFunc(ids, func(id any) bool { return id == c.target["id"] })
	parent = set(set(parent, ids, "info", "subEntitlementTermIds"), len(ids) > 0, "info", "isCommitDivided")
	s.change("EntitlementTerm", parent, nil)
	return removeTarget(s, c)
}

// scheduleEntitlementCancellation stores a planned cancellation for the server's clock. One for now is carried out at once.
func scheduleEntitlementCancellation(s *state, c *call) (any, error) {
	plan := merged(c.properties(), object{"creationDate": s.now().Format(time.DateOnly)})
	switch text(plan, "type") {
	case "SpecificDate":
		if _, err := parseTime("body/cancelDate", text(plan, "cancelDate")); err != nil {
			return nil, err
		}
	case "":
		return nil, badRequest("body/type: value is required but missing")
	}
	o := update(s, c, set(c.target, plan, "metaInfo", "entitlementCancellationSchedule"))
	if text(plan, "type") == "Immediate" {
		o = s.move("Entitlement", o, "CANCELLED", "CANCEL")
	}
	return o, nil
}

func unscheduleEntitlementCancellation(s *state, c *call) (any, error) {
	return update(s, c, object{"metaInfo": without(inner(c.target, "metaInfo"), "entitlementCancellationSchedule")}), nil
}

// updateEntitlementPriceModel changes the prices at once, whatever applyTime says.
func updateEntitlementPriceModel(s *state, c *call) (any, error) {
	if err := billedDirectly("partner", c.target); err != nil {
		return nil, err
	}
	return update(s, c, object{"info": merged(inner(c.target, "info"), without(c.properties(), "applyTime"))}), nil
}

// updateEntitlementSeat answers with the entitlement as it was before.
func updateEntitlementSeat(s *state, c *call) (any, error) {
	subscriptions := slices.Clone(list(c.target, "info", "azureSubscriptions"))
	if len(subscriptions) == 0 {
		return nil, badRequest("info/azureSubscriptions: the entitlement has no Azure subscription")
	}
	first, _ := subscriptions[0].(object)
	subscriptions[0] = merged(first, object{"quantity": number(decimal(c.query.Get("newSeat")))})
	update(s, c, set(c.target, subscriptions, "info", "azureSubscriptions"))
	return c.target, nil
}

// endEntitlements ends or renews those whose term is over, and carries out planned cancellations.
func endEntitlements(s *state, p period) {
	for _, o := range s.all("Entitlement") {
		plan := inner(o, "metaInfo", "entitlementCancellationSchedule")
		ends := p.includes(o["endTime"])
		switch {
		case text(o, "status") != "ACTIVE":
		case text(plan, "type") == "SpecificDate" && p.includes(plan["cancelDate"]), text(plan, "type") == "EndOfTerm" && ends:
			s.move("Entitlement", o, "CANCELLED", "CANCEL")
		case ends && at(o, "info", "autoRenew") == true:
			renew(s, o)
		case ends:
			s.move("Entitlement", o, "CANCELLED", "EXPIRE")
		}
	}
}

// renew adds a term as long as the last one.
func renew(s *state, o object) {
	term, end := s.get("EntitlementTerm", text(o, "entitlementTermID")), text(o, "endTime")
	from, err := parseTime("", cmp.Or(text(term, "startTime"), text(o, "startTime")))
	to, err2 := parseTime("", end)
	if err != nil || err2 != nil || !to.After(from) {
		return
	}
	years, months, days := to.Year()-from.Year(), int(to.Month()-from.Month()), to.Day()-from.Day()
	o = s.change("Entitlement", o, object{"endTime": to.AddDate(years, months, days).Format(time.RFC3339)})
	o = addTerm(s, o, object{"startTime": end, "info": object{"type": "AutoRenew"}})
	s.happened("UPDATE", "Entitlement", o)
}
