package sugertest

import (
	"encoding/json"
	"time"

	"github.com/suger-go/suger/gen"
)

// AcceptOffer does what a buyer does on the marketplace: the offer with the id, which must be pending acceptance, is accepted,
// and its entitlement appears, with its first term. On Azure and GCP the entitlement waits for the seller's approval. It
// returns the id of the entitlement.
func (s *Server) AcceptOffer(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	offer, err := s.store.find("Offer", id)
	if err == nil {
		err = (&call{target: offer, targetType: "Offer"}).requireStatus("PENDING_ACCEPTANCE")
	}
	if err != nil {
		s.fatalf("sugertest: AcceptOffer: %v", err)
		return ""
	}
	status := "ACTIVE"
	if partner := text(offer, "partner"); partner == "AZURE" || partner == "GCP" {
		status = "PENDING_START"
	}
	offer = s.change("Offer", set(offer, s.timestamp(), "metaInfo", "offerAcceptDate"), object{"status": "ACCEPTED"})
	s.happened("ACCEPT", "Offer", offer)
	return text(s.entitle(offer, object{"status": status}), "id")
}

// DraftInvoice does what Suger does at the end of a billing period: it adds a draft of an invoice for the usage of an
// entitlement since its last invoice, at the prices of its dimensions. The buyer has thirty days to pay.
func (s *Server) DraftInvoice(entitlementID string) *gen.Invoice {
	s.mu.Lock()
	defer s.mu.Unlock()
	entitlement, err := s.store.find("Entitlement", entitlementID)
	if err != nil {
		s.fatalf("sugertest: DraftInvoice: %v", err)
		return nil
	}
	billed := map[any]bool{}
	start := entitlement["startTime"]
	for _, o := range s.store.all("Invoice") {
		if text(o, "entitlementID") == entitlementID && text(o, "type") == "USAGE" && text(o, "status") != "CANCELED" {
			start = o["endDate"]
			for _, id := range s.store.billed[text(o, "id")] {
				billed[id] = true
			}
		}
	}
	total, groups := any(0), []any{}
	for _, group := range s.store.all("UsageRecordGroup") {
		status := text(group, "status")
		if text(group, "entitlementID") != entitlementID || status == "DELETED" || status == "INVALID" || billed[group["id"]] {
			continue
		}
		groups = append(groups, group["id"])
		for _, dimension := range list(entitlement, "info", "dimensions") {
			dimension, _ := dimension.(object)
			total = sum(total, product(dimension["rate"], at(group, "records", text(dimension, "key"))))
		}
	}
	now := s.now()
	o := picked(without(entitlement, "id", "info", "status", "type"), "Invoice")
	o = s.add("Invoice", given(merged(o, object{
		"entitlementID": entitlementID, "type": "USAGE", "status": "DRAFT", "startDate": start, "endDate": s.timestamp(),
		"info": object{
			"currency": currency(entitlement), "creationDate": s.timestamp(), "subtotalAmount": total, "taxAmount": 0, "dueAmount": sum(total),
			"gracePeriodInDays": 3, "netTermsInDays": 30, "dueDate": now.AddDate(0, 0, 33).Format(time.RFC3339),
		},
	})))
	s.store.billed[text(o, "id")] = groups
	s.happened("CREATE", "Invoice", o)
	data, err := json.Marshal(o)
	invoice := new(gen.Invoice)
	if err == nil {
		err = json.Unmarshal(data, invoice)
	}
	if err != nil {
		s.fatalf("sugertest: DraftInvoice: %v", err)
	}
	return invoice
}
