package sugertest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// references are where a body has the ids of objects, with the type of these. Other ids in bodies are those of other systems, of
// the object itself, or of what only Suger sets.
var references = []struct {
	typ  string
	path []string
}{
	{"Product", []string{"productID"}},
	{"Buyer", []string{"buyerID"}},
	{"Buyer", []string{"buyerId"}},
	{"Buyer", []string{"buyerIds"}},
	{"Buyer", []string{"resellerIds"}},
	{"Buyer", []string{"metaInfo", "buyerIds"}},
	{"Buyer", []string{"metaInfo", "resellerIds"}},
	{"Contact", []string{"contactIds"}},
	{"Offer", []string{"offerId"}},
	{"Offer", []string{"cppoInOfferId"}},
	{"Offer", []string{"cppoOutOfferId"}},
	{"Offer", []string{"cppoOfferId"}},
	{"Offer", []string{"metaInfo", "cppoInOfferId"}},
	{"Offer", []string{"metaInfo", "cppoOutOfferId"}},
	{"Offer", []string{"metaInfo", "cppoOfferId"}},
	{"Entitlement", []string{"entitlementID"}},
	{"EntitlementTerm", []string{"entitlementTermID"}},
	{"Wallet", []string{"paymentConfig", "defaultWalletId"}},
	{"BillableMetric", []string{"billableDimensions", "billableMetricId"}},
	{"BillableMetric", []string{"info", "billableDimensions", "billableMetricId"}},
}

// strictly returns the error that answers 400 to a call that the description allows and the documentation does not.
func strictly(s *state, c *call) error {
	bodies, isList := c.body.([]any)
	if !isList {
		bodies = []any{c.body}
	}
	for i, body := range bodies {
		field := "body"
		if isList {
			field = fmt.Sprint("body/", i)
		}
		body, _ := body.(object)
		if err := cmp.Or(c.checkIdentity(field, body), checkReferences(s, field, body)); err != nil {
			return err
		}
	}
	if check := strictChecks[c.op.id]; check != nil {
		return check(s, c)
	}
	return nil
}

// checkIdentity refuses ids in a body that the path has, too, and otherwise.
func (c *call) checkIdentity(field string, body object) error {
	for param, inPath := range c.params {
		names := []string{param}
		if param == "orgId" {
			names = []string{"organizationID", "organizationId"}
		}
		for property, named := range c.op.bodyIDs() {
			if named == param {
				names = append(names, property)
			}
		}
		for property, value := range body {
			isSame := slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, property) })
			if isSame && value != inPath && value != "" {
				return badRequest("%s/%s: it is %q, but the path has %q", field, property, value, inPath)
			}
		}
	}
	return nil
}

// checkReferences refuses the ids of objects that there are not.
func checkReferences(s *state, field string, body object) error {
	for _, reference := range references {
		for _, id := range idsAt(body, reference.path) {
			if _, err := s.find(reference.typ, id); err != nil {
				return badRequest("%s/%s: %v", field, strings.Join(reference.path, "/"), err)
			}
		}
	}
	return nil
}

// idsAt returns the texts at a path of properties that are not empty. A list on the way or at the end stands for what it holds.
func idsAt(value any, path []string) []string {
	var ids []string
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			ids = append(ids, idsAt(item, path)...)
		}
	case object:
		if len(path) > 0 {
			return idsAt(value[path[0]], path[1:])
		}
	case string:
		if len(path) == 0 && value != "" {
			return []string{value}
		}
	}
	return ids
}

// strictChecks are what the documentation demands of operations beyond that, by operationId.
var strictChecks = map[string]func(*state, *call) error{
	"createOffer":           checkNewOffer,
	"approveEntitlement":    soldThrough("AZURE", "GCP"),
	"cancelEntitlement":     soldThrough("AZURE"),
	"updateEntitlementSeat": checkSeat,
	"issueInvoice":          checkRecipients,
	"publishProduct":        unlessStatus("DELETED"),
	"updateProduct":         checkStatusIsKept,
	"reopenSupportTicket":   func(_ *state, c *call) error { return c.requireStatus("CLOSED", "OPEN") },
	"setBuyerDefaultWallet": unlessStatus("CLOSED", "DELETED"),
}

// soldThrough returns a check that the target is sold through one of the partners, or has none because it was seeded so.
func soldThrough(partners ...string) func(*state, *call) error {
	return func(_ *state, c *call) error {
		if partner := text(c.target, "partner"); partner != "" && !slices.Contains(partners, partner) {
			return badRequest("partner: the %s is sold through %s, this needs %q", inWords(c.targetType), partner, partners)
		}
		return nil
	}
}

func checkSeat(_ *state, c *call) error {
	if decimal(c.query.Get("newSeat")).Sign() < 0 {
		return badRequest("query parameter newSeat: want no negative number")
	}
	return nil
}

func checkRecipients(s *state, c *call) error {
	for i, id := range idsAt(c.body, nil) {
		if _, err := s.find("Contact", id); err != nil {
			return badRequest("body/%d: %v", i, err)
		}
	}
	return nil
}

// unlessStatus returns a check that the target has none of the statuses.
func unlessStatus(statuses ...string) func(*state, *call) error {
	return func(_ *state, c *call) error {
		if status := text(c.target, "status"); slices.Contains(statuses, status) {
			return badRequest("status: the %s is %q", inWords(c.targetType), status)
		}
		return nil
	}
}

func checkStatusIsKept(_ *state, c *call) error {
	if status := text(c.properties(), "status"); status != "" && status != text(c.target, "status") {
		return badRequest("body/status: the %s is %q, and an update does not change that", inWords(c.targetType), text(c.target, "status"))
	}
	return nil
}

// checkUsageStrictly refuses usage that the marketplace of the entitlement takes no more, negative quantities, and allocations
// where no marketplace takes them.
func checkUsageStrictly(s *state, field string, entitlement, group object) error {
	if !s.rules.strict {
		return nil
	}
	records := inner(group, "records")
	for _, key := range slices.Sorted(maps.Keys(records)) {
		if decimal(records[key]).Sign() < 0 {
			return badRequest("%s/records/%s: want no negative quantity", field, key)
		}
	}
	for i, record := range objects(group, "billableRecords") {
		if decimal(record["quantity"]).Sign() < 0 {
			return badRequest("%s/billableRecords/%d/quantity: want no negative quantity", field, i)
		}
	}
	isAWS := text(entitlement, "partner") == "AWS"
	if len(inner(group, "usageAllocations")) > 0 && text(entitlement, "partner") != "" && !isAWS {
		return badRequest("%s/usageAllocations: AWS alone takes them", field)
	}
	if used, err := parseTime("", text(group, "timestamp")); err == nil && isAWS && s.now().Sub(used) >= 6*time.Hour {
		return badRequest("%s/timestamp: AWS takes no usage that is six hours old or older", field)
	}
	status := text(entitlement, "status")
	end, err := parseTime("", text(entitlement, "lastUpdateTime")) // of a cancelled entitlement this is its end
	if isAWS && err == nil && status == "CANCELLED" && s.now().Sub(end) <= time.Hour {
		return nil // AWS takes usage for an hour after that
	}
	if status == "CANCELLED" || status == "DELETED" {
		return badRequest("%s/entitlementID: the entitlement is %q and takes no usage", field, status)
	}
	return nil
}
