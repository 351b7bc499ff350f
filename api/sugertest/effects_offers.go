package sugertest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// createOffer publishes the offer on the marketplace at once: there is no PENDING_CREATE.
func createOffer(s *Server, c *call) (any, error) {
	o := merged(c.object(), object{"status": "PENDING_ACCEPTANCE"})
	if text(o, "externalID") == "" {
		o["externalID"] = "offer-" + s.token()
	}
	if text(o, "info", "privateOfferUrl") == "" {
		o = set(o, "https://marketplace.example.com/offers/"+text(o, "externalID"), "info", "privateOfferUrl")
	}
	return s.create(c, o), nil
}

// saveDraft creates a draft offer or product, or updates the draft whose id is in the body.
func saveDraft(s *Server, c *call) (any, error) {
	draft := merged(c.object(), object{"status": "DRAFT"})
	id := text(draft, "id")
	if id == "" {
		return s.create(c, draft), nil
	}
	o, err := s.store.find(c.op.typ, id)
	if err != nil {
		return nil, err
	}
	c.target, c.targetType = o, c.op.typ
	if err := c.requireStatus("DRAFT"); err != nil {
		return nil, err
	}
	return s.update(c, draft), nil
}

func getOfferByExternalID(s *Server, c *call) (any, error) {
	id := c.params["offerExternalId"]
	for _, o := range s.store.all("Offer") {
		if text(o, "externalID") == id {
			return o, nil
		}
	}
	return s.store.find("Offer", id)
}

// extendOfferExpiryDate lets an expired offer be accepted again. It lasts until the end of the day.
func extendOfferExpiryDate(s *Server, c *call) (any, error) {
	if err := c.requireStatus("PENDING_ACCEPTANCE", "EXPIRED", "ACCEPTED"); err != nil {
		return nil, err
	}
	date, err := day(c.query, "newExpiryDate", time.Time{})
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
	return s.update(c, changes), nil
}

// notifyOfferContacts adds a notification message for each contact, and answers with the event.
func notifyOfferContacts(s *Server, c *call) (any, error) {
	ids, _ := c.body.([]any)
	for i, id := range ids {
		if _, err := s.store.find("Contact", fmt.Sprint(id)); err != nil {
			return nil, badRequest("body/%d: %v", i, err)
		}
	}
	if len(ids) == 0 {
		ids = list(c.target, "contactIds")
	}
	emails := []any{}
	for _, id := range ids {
		contact := s.store.get("Contact", fmt.Sprint(id))
		email := text(contact, "emailAddress")
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
	return s.store.put("NotificationEvent", event), nil
}

// getOfferFile answers with a link to a file that does not exist.
func getOfferFile(s *Server, c *call) (any, error) {
	word := c.op.path()[strings.LastIndex(c.op.path(), "/")+1:]
	return fmt.Sprintf("https://files.example.com/%s/%s.pdf?X-Amz-Expires=1800", text(c.target, "id"), word), nil
}

// createProduct lists the product on the marketplace, but not yet publicly.
func createProduct(s *Server, c *call) (any, error) {
	o := merged(c.object(), object{"status": "PREVIEW"})
	if text(o, "externalID") == "" {
		o["externalID"] = "prod-" + s.token()
	}
	return s.create(c, o), nil
}

// updateProduct leaves the prices as they are.
func updateProduct(s *Server, c *call) (any, error) {
	body := c.object()
	if info, ok := body["info"].(object); ok {
		prices := given(object{"commits": at(c.target, "info", "commits"), "dimensions": at(c.target, "info", "dimensions")})
		body["info"] = merged(without(info, "commits", "dimensions"), prices)
	}
	return s.update(c, body), nil
}

func publishProduct(s *Server, c *call) (any, error) {
	return s.update(c, merged(c.object(), object{"status": "PUBLIC"})), nil
}

func deleteProduct(s *Server, c *call) (any, error) {
	if text(c.target, "status") == "PUBLIC" {
		return nil, badRequest(`status: the product is "PUBLIC" and cannot be deleted`)
	}
	return transition{to: "DELETED", action: "DELETE"}.apply(s, c)
}

func listProductMeteringDimensions(_ *Server, c *call) (any, error) {
	return append([]any{}, list(c.target, "info", "dimensions")...), nil
}

// createContact answers with the contact that has the e-mail address already, if there is one.
func createContact(s *Server, c *call) (any, error) {
	return s.contact(c.object()), nil
}

func batchCreateContacts(s *Server, c *call) (any, error) {
	contacts := []any{}
	for _, body := range c.body.([]any) {
		contacts = append(contacts, s.contact(body.(object)))
	}
	return []any{contacts}, nil
}

func (s *Server) contact(o object) object {
	email := text(o, "emailAddress")
	for _, known := range s.store.all("Contact") {
		if email != "" && strings.EqualFold(text(known, "emailAddress"), email) {
			return known
		}
	}
	o = s.add("Contact", without(o, "id"))
	s.happened("CREATE", "Contact", o)
	return o
}

func addContact(s *Server, c *call) (any, error) {
	id := any(c.params["contactId"])
	ids := list(c.target, "contactIds")
	if !slices.Contains(ids, id) {
		ids = append(slices.Clone(ids), id)
	}
	return c.op.answerWith(s.update(c, object{"contactIds": ids})), nil
}

func removeContact(s *Server, c *call) (any, error) {
	ids := append([]any{}, list(c.target, "contactIds")...)
	ids = slices.DeleteFunc(ids, func(id any) bool { return id == c.params["contactId"] })
	return c.op.answerWith(s.update(c, object{"contactIds": ids})), nil
}

// token makes up an id as the marketplaces have them.
func (s *Server) token() string { return strings.ReplaceAll(uuid(s.store.random), "-", "")[:13] }
