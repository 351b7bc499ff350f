package faults

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

// census counts effects in the store by their keys.
type census struct {
	*api.Client
	ctx    context.Context
	t      *testing.T
	counts map[string]int
}

// count looks at the store, past the proxies.
func count(t *testing.T, srv *sugertest.Server) map[string]int {
	t.Helper()
	client := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 20})) // for the moods of the gateway
	c := census{Client: client, ctx: t.Context(), t: t, counts: map[string]int{}}
	c.contacts()
	c.usage()
	c.money()
	c.wallets()
	c.offers()
	for entitlement, err := range client.Entitlements.All(c.ctx, nil) {
		require.NoError(t, err)
		c.add("entitlement cancelled", "ent-%d", entitlement.GetID(), entitlement.GetStatus() == gen.EntitlementStatusCancelled)
	}
	return c.counts
}

// add counts an effect if there was one and if the text, such as "contact-7", is of that format.
func (c census) add(what, format, text string, happened bool) {
	var n int
	if _, err := fmt.Sscanf(text, format, &n); err == nil && happened {
		c.counts[key(what)(n)]++
	}
}

func (c census) contacts() {
	for contact, err := range c.Contacts.All(c.ctx, nil) {
		require.NoError(c.t, err)
		c.add("created", "created-%d@", contact.GetEmailAddress(), true)
		c.add("updated", "contact-%d", contact.GetID(), contact.GetName() == "after")
	}
	for message, err := range c.Notifications.AllMessages(c.ctx, nil) {
		require.NoError(c.t, err)
		c.add("notified", "notified-%d@", message.GetRecipient(), true)
	}
}

func (c census) usage() {
	ever := &gen.ListUsageRecordGroupsParams{StartDate: new(gen.StartDate(creation(0).Format(time.DateOnly)))}
	for group, err := range c.Metering.AllUsageRecordGroups(c.ctx, ever) {
		require.NoError(c.t, err)
		if n, ok := group.GetRecords()["api_calls"]; ok {
			c.counts[key("reported")(int(n))]++
			continue
		}
		c.add("usage deleted", "00000000-0000-4000-8000-%d", group.GetID(), group.GetStatus() == gen.UsageRecordGroupStatusDeleted)
		c.add("usage retried", "00000000-0000-4000-8000-%d", group.GetID(), group.GetStatus() == gen.UsageRecordGroupStatusCreated)
	}
}

func (c census) money() {
	for addon, err := range c.Billing.AllAddons(c.ctx, nil) {
		require.NoError(c.t, err)
		c.add("deleted", "addon-%d", addon.GetID(), addon.GetStatus() == gen.AddonStatusDeleted)
	}
	for payment, err := range c.Billing.AllPaymentTransactions(c.ctx, nil) {
		require.NoError(c.t, err)
		if payment.GetType() == gen.PaymentTransactionTypeRefund {
			c.counts[key("refunded")(int(payment.GetAmount()*100+0.5)-1)]++
		}
	}
	terms, err := c.Entitlements.ListTerms(c.ctx, "ent")
	require.NoError(c.t, err)
	for _, term := range terms {
		for range int(term.GetCreditAmount()*10 + 0.5) {
			c.add("credited", "term-%d", term.GetID(), true)
		}
	}
}

func (c census) wallets() {
	wallets, err := c.Buyers.ListWallets(c.ctx, "buyer-1")
	require.NoError(c.t, err)
	left := map[string]bool{}
	for _, wallet := range wallets {
		left[wallet.GetID()] = true
		c.add("wallet created", "created-%d", wallet.GetName(), true)
	}
	for n := range *calls { // all of them, as it cannot be known here which ones were seeded
		c.add("wallet deleted", "wallet-%d", named("wallet", n), !left[named("wallet", n)])
	}
}

func (c census) offers() {
	for offer, err := range c.Offers.All(c.ctx, nil) {
		require.NoError(c.t, err)
		id, contacts := offer.GetID(), offer.GetContactIDs()
		c.add("offer cancelled", "offer-%d", id, offer.GetStatus() == gen.OfferStatusCancelled)
		c.add("draft deleted", "offer-%d", id, offer.GetStatus() == gen.OfferStatusDeleted)
		c.add("contact added", "offer-%d", id, slices.Contains(contacts, "added"))
		c.add("contact removed", "offer-%d", id, slices.Equal(contacts, []string{"kept"}))
	}
}
