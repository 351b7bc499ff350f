package sugertest

import (
	"encoding/json"

	"github.com/suger-go/suger/gen"
)

// AcceptOffer does what a buyer does on the marketplace: the offer with the id, which must be pending acceptance, is accepted,
// and its entitlement appears, with its first term. On Azure and GCP the entitlement waits for the seller's approval. It
// returns the id of the entitlement.
func (s *Server) AcceptOffer(id string) string {
	st := s.lock()
	defer s.mu.Unlock()
	entitlement, err := acceptOffer(st, id)
	if err != nil {
		s.fatalf("sugertest: AcceptOffer: %v", err)
	}
	return text(entitlement, "id")
}

// DraftInvoice does what Suger does at the end of a billing period: it adds a draft of an invoice for the usage of an
// entitlement since its last invoice, at the prices of its dimensions. The buyer has thirty days to pay.
func (s *Server) DraftInvoice(entitlementID string) *gen.Invoice {
	st := s.lock()
	defer s.mu.Unlock()
	draft, err := draftInvoice(st, entitlementID)
	var data []byte
	if err == nil {
		data, err = json.Marshal(draft)
	}
	invoice := new(gen.Invoice)
	if err == nil {
		err = json.Unmarshal(data, invoice)
	}
	if err != nil {
		s.fatalf("sugertest: DraftInvoice: %v", err)
		return nil
	}
	return invoice
}
