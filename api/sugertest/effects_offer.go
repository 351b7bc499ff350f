package sugertest

import (
	"fmt"
	"strings"
	"time"
)

var offerEffects = map[string]effect{
	"createOrUpdateDraftOffer": saveDraft,
	"getOfferByExternalId":     getOfferByExternalID,
	"cancelOffer": when(becomes("CANCELLED", "CANCEL"), "PENDING_ACCEPTANCE", "PENDING_CANCEL", "ACTIVE", "USED",
		"CANCELLED"),
	"deleteOffer":           when(becomes("DELETED", "DELETE"), "DRAFT", "CREATE_FAILED", "EXPIRED", "CANCELLED", "DELETED"),
	"extendOfferExpiryDate": when(extendOfferExpiryDate, "PENDING_ACCEPTANCE", "EXPIRED", "ACCEPTED"),
	"notifyOfferContacts":   notifyOfferContacts,
	"getOfferEula":          getOfferFile,
	"getOfferResellerEula":  getOfferFile,
	"syncOffer":             func(*state, *call) (any, error) { return "", nil }, // the marketplace changes nothing by itself
	"validateOffer":         validateOffer,
}

// validateOffer answers with the validation that was seeded. Without one every offer is valid, unless the server is strict.
func validateOffer(s *state, c *call) (any, error) {
	findings := []any{}
	if s.rules.strict {
		for _, fault := range faultsOf(c.properties()) {
			findings = append(findings, object{"source": "Suger", "message": fault})
		}
	}
	return seeded(object{"valid": len(findings) == 0, "findings": findings})(s, c)
}

func getOfferByExternalID(s *state, c *call) (any, error) {
	id := c.params["offerExternalId"]
	for _, o := range s.all("Offer") {
		if text(o, "externalID") == id {
			return o, nil
		}
	}
	return s.find("Offer", id)
}

// extendOfferExpiryDate lets an expired offer be accepted again. The offer expires at the end of the given day.
func extendOfferExpiryDate(s *state, c *call) (any, error) {
	date, err := dateIn(c.query, "newExpiryDate", time.Time{})
	if err != nil {
		return nil, err
	}
	if date.IsZero() {
		return nil, badRequest("query parameter newExpiryDate: want a date such as 2026-12-31")
	}
	changes := object{"expireTime": date.Format(time.DateOnly) + "T23:59:59Z"}
	if text(c.target, "status") == "EXPIRED" {
		changes["status"] = "PENDING_ACCEPTANCE"
	}
	return update(s, c, changes), nil
}

// notifyOfferContacts adds a notification message for each contact, and answers with the event, or with an empty string as newer
// servers do.
func notifyOfferContacts(s *state, c *call) (any, error) {
	ids, _ := c.body.([]any)
	for i, id := range ids {
		if _, err := s.find("Contact", fmt.Sprint(id)); err != nil {
			return nil, badRequest("body/%d: %v", i, err)
		}
	}
	if len(ids) == 0 {
		ids = list(c.target, "contactIds")
	}
	emails := []any{}
	for _, id := range ids {
		email := text(s.get("Contact", fmt.Sprint(id)), "emailAddress")
		if email == "" {
			continue
		}
		emails = append(emails, email)
		s.add("NotificationMessage", object{"type": "EMAIL", "recipient": email, "info": object{
			"action": "NOTIFY_CONTACTS", "subject": "Your offer " + text(c.target, "name"),
			"textContent": "Accept it at " + text(c.target, "info", "privateOfferUrl"),
		}})
	}
	event := s.happened("NOTIFY_CONTACTS", "Offer", c.target)
	event = merged(event, object{"channels": []any{"EMAIL"}, "contactIds": append([]any{}, ids...), "contactEmails": emails})
	event = s.put("NotificationEvent", event)
	if s.rules.emptyNotify {
		return "", nil
	}
	return event, nil
}

// getOfferFile answers with a link to a file that does not exist.
func getOfferFile(_ *state, c *call) (any, error) {
	word := c.op.path()[strings.LastIndex(c.op.path(), "/")+1:]
	return fmt.Sprintf("https://files.example.com/%s/%s.pdf?X-Amz-Expires=1800", text(c.target, "id"), word), nil
}
