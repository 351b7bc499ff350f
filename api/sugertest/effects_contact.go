package sugertest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var contactEffects = map[string]effect{
	"createContact":          createContact,
	"batchCreateContacts":    batchCreateContacts,
	"addContactToBuyer":      addContact,
	"addContactToOffer":      addContact,
	"removeContactFromBuyer": removeContact,
	"removeContactFromOffer": removeContact,
	"updateContactTags":      updateContactTags,
}

func createContact(s *state, c *call) (any, error) {
	return contactOf(s, c.properties()), nil
}

func batchCreateContacts(s *state, c *call) (any, error) {
	contacts := []any{}
	for _, body := range c.body.([]any) {
		contacts = append(contacts, contactOf(s, body.(object)))
	}
	return []any{contacts}, nil
}

// contactOf returns the contact that has the e-mail address already. If there is none, it adds one.
func contactOf(s *state, o object) object {
	email := text(o, "emailAddress")
	for _, known := range s.all("Contact") {
		if email != "" && strings.EqualFold(text(known, "emailAddress"), email) {
			return known
		}
	}
	o = s.add("Contact", without(o, "id"))
	s.happened("CREATE", "Contact", o)
	return o
}

func addContact(s *state, c *call) (any, error) {
	o := c.target
	if id := any(c.params["contactId"]); !slices.Contains(list(o, "contactIds"), id) {
		o = appended(o, id, "contactIds")
	}
	return c.op.answerWith(update(s, c, o)), nil
}

func removeContact(s *state, c *call) (any, error) {
	ids := append([]any{}, list(c.target, "contactIds")...)
	ids = slices.DeleteFunc(ids, func(id any) bool { return id == c.params["contactId"] })
	return c.op.answerWith(update(s, c, object{"contactIds": ids})), nil
}

var contactTag = regexp.MustCompile(`^\pL{1,10}$`)

func updateContactTags(s *state, c *call) (any, error) {
	tags := append([]any{}, list(c.properties(), "tags")...)
	if len(tags) > 5 {
		return nil, badRequest("body/tags: more than 5 tags")
	}
	for i, tag := range tags {
		if !contactTag.MatchString(fmt.Sprint(tag)) {
			return nil, badRequest("body/tags/%d: want 1 to 10 letters", i)
		}
	}
	return update(s, c, object{"tags": tags})["tags"], nil
}
