package faults

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

const (
	products = 40 // as many as TestFaults lists
	payments = 50 // that are refunded by turns
)

// operation is one of the operations that TestFaults mixes. Each call of one has a number of its own, and acts on something
// of that number.
type operation struct {
	name    string
	givesUp bool                               // the caller does not repeat half of its calls, even where it may
	once    bool                               // the server refuses a repeat by the state that the first one left
	seed    func(srv *sugertest.Server, n int) // what the call acts on
	call    func(a attempt) error
	key     func(n int) string // of the call's effect in the census
}

// attempt is what a call is made with.
type attempt struct {
	*api.Client
	ctx context.Context
	n   int
	id  *string // of the usage, once the client has made one up
}

func key(what string) func(int) string {
	return func(n int) string { return fmt.Sprintf("%s %d", what, n) }
}

// named returns what the n-th call acts on, such as "contact-7".
func named(what string, n int) string { return fmt.Sprintf("%s-%d", what, n) }

// groupID returns the id of a usage record group, which has to be a UUID.
func groupID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// creation returns the day of a usage record group. Each has its own, so that it can be found in a short list.
func creation(n int) time.Time { return time.Unix(0, 0).UTC().AddDate(0, 0, n) }

func seedGroup(status gen.UsageRecordGroupStatus) func(*sugertest.Server, int) {
	return func(srv *sugertest.Server, n int) {
		srv.Seed(gen.UsageRecordGroup{ID: new(groupID(n)), Status: &status, CreationTime: new(gen.NewTime(creation(n)))})
	}
}

func seedOffer(status gen.OfferStatus, contacts ...string) func(*sugertest.Server, int) {
	return func(srv *sugertest.Server, n int) {
		srv.Seed(gen.Offer{ID: new(named("offer", n)), Status: &status, ContactIDs: contacts})
	}
}

var mix = []operation{
	{
		name: "Contacts.Create", key: key("created"),
		call: func(a attempt) error {
			_, err := a.Contacts.Create(a.ctx, gen.Contact{EmailAddress: new(named("created", a.n) + "@example.com")})
			return err
		},
	},
	{
		name: "Contacts.Update", key: key("updated"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Contact{ID: new(named("contact", n)), Name: new("before")})
		},
		call: func(a attempt) error {
			_, err := a.Contacts.Update(a.ctx, named("contact", a.n), gen.Contact{Name: new("after")})
			return err
		},
	},
	{
		name: "Metering.ReportUsageRecordGroup", givesUp: true, key: key("reported"),
		seed: func(srv *sugertest.Server, n int) { srv.Seed(gen.Entitlement{ID: new(named("ent", n))}) },
		call: func(a attempt) error {
			_, err := a.Metering.ReportUsageRecordGroup(a.ctx, named("ent", a.n), gen.CreateUsageRecordGroupParams{
				EntitlementID: named("ent", a.n), OrganizationID: a.OrgID(), ID: a.id, Records: map[string]float64{"api_calls": float64(a.n)},
			})
			return err
		},
	},
	{
		name: "Metering.DeleteUsageRecordGroup", once: true, key: key("usage deleted"),
		seed: seedGroup(gen.UsageRecordGroupStatusInvalid),
		call: func(a attempt) error {
			_, err := a.Metering.DeleteUsageRecordGroup(a.ctx, groupID(a.n), &gen.DeleteUsageRecordGroupParams{
				CreationDate: new(creation(a.n).Format(time.DateOnly)),
			})
			return err
		},
	},
	{
		name: "Metering.RetryUsageRecordGroup", once: true, key: key("usage retried"),
		seed: seedGroup(gen.UsageRecordGroupStatusReportFailed),
		call: func(a attempt) error {
			_, err := a.Metering.RetryUsageRecordGroup(a.ctx, groupID(a.n), &gen.RetryUsageRecordGroupParams{
				CreationDate: new(creation(a.n).Format(time.DateOnly)),
			})
			return err
		},
	},
	{
		name: "Billing.DeleteAddon", key: key("deleted"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Addon{ID: new(named("addon", n)), Status: new(gen.AddonStatusActive)})
		},
		call: func(a attempt) error { return a.Billing.DeleteAddon(a.ctx, named("addon", a.n)) },
	},
	{
		name: "Offers.NotifyContacts", givesUp: true, key: key("notified"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Contact{ID: new(named("contact", n)), EmailAddress: new(named("notified", n) + "@example.com")})
		},
		call: func(a attempt) error {
			_, err := a.Offers.NotifyContacts(a.ctx, "offer", []string{named("contact", a.n)})
			return err
		},
	},
	{
		name: "Billing.CreateRefund", givesUp: true, key: key("refunded"),
		call: func(a attempt) error {
			_, err := a.Billing.CreateRefund(a.ctx, "buyer-1", named("payment", a.n%payments), float64(a.n+1)/100)
			return err
		},
	},
	{
		name: "Billing.CreateRefund of too much", givesUp: true, key: key("refunded too much"), // never, as the server refuses it
		call: func(a attempt) error {
			_, err := a.Billing.CreateRefund(a.ctx, "buyer-1", named("payment", a.n%payments), 2e9)
			return err
		},
	},
	{
		name: "Entitlements.AddCredit", givesUp: true, key: key("credited"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.EntitlementTerm{ID: new(named("term", n)), EntitlementID: new("ent")})
		},
		call: func(a attempt) error {
			_, err := a.Entitlements.AddCredit(a.ctx, "ent", gen.EntitlementCreditAddParams{
				EntitlementID: "ent", OrganizationID: a.OrgID(), EntitlementTermID: new(named("term", a.n)), CreditAmountIncrement: 0.1,
			})
			return err
		},
	},
	{
		name: "Buyers.CreateCreditWallet", givesUp: true, key: key("wallet created"),
		call: func(a attempt) error {
			_, err := a.Buyers.CreateCreditWallet(a.ctx, "buyer-1", map[string]any{"name": named("created", a.n), "totalAmount": 5})
			return err
		},
	},
	{
		name: "Buyers.DeleteWallet", once: true, key: key("wallet deleted"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Wallet{ID: new(named("wallet", n)), BuyerID: new("buyer-1")})
		},
		call: func(a attempt) error { return a.Buyers.DeleteWallet(a.ctx, "buyer-1", named("wallet", a.n)) },
	},
	{
		name: "Offers.Cancel", key: key("offer cancelled"), seed: seedOffer(gen.OfferStatusPendingAcceptance),
		call: func(a attempt) error {
			_, err := a.Offers.Cancel(a.ctx, named("offer", a.n))
			return err
		},
	},
	{
		name: "Offers.Delete", key: key("draft deleted"), seed: seedOffer(gen.OfferStatusDraft),
		call: func(a attempt) error { return a.Offers.Delete(a.ctx, named("offer", a.n)) },
	},
	{
		name: "Contacts.AddToOffer", key: key("contact added"), seed: seedOffer(gen.OfferStatusActive),
		call: func(a attempt) error { return a.Contacts.AddToOffer(a.ctx, "added", named("offer", a.n)) },
	},
	{
		name: "Contacts.RemoveFromOffer", key: key("contact removed"), seed: seedOffer(gen.OfferStatusActive, "kept", "removed"),
		call: func(a attempt) error { return a.Contacts.RemoveFromOffer(a.ctx, "removed", named("offer", a.n)) },
	},
	{
		name: "Entitlements.Cancel", key: key("entitlement cancelled"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Entitlement{ID: new(named("ent", n)), Status: new(gen.EntitlementStatusActive)})
		},
		call: func(a attempt) error {
			_, err := a.Entitlements.Cancel(a.ctx, named("ent", a.n))
			return err
		},
	},
	{name: "Products.All", call: listProducts},
}

// listProducts reads pages, and checks that each product comes once.
func listProducts(a attempt) error {
	seen := 0
	for product, err := range a.Products.All(a.ctx, &gen.ListProductsParams{Limit: new(int64(15))}) {
		if err != nil {
			return err
		}
		if want := named("product", seen); product.GetID() != want {
			return fmt.Errorf("product %s instead of %s", product.GetID(), want)
		}
		seen++
	}
	if seen != products {
		return fmt.Errorf("%d products instead of %d", seen, products)
	}
	return nil
}

// seeded starts a server with the objects that the calls act on. It fails some calls, as a gateway in trouble does.
func seeded(t *testing.T) *sugertest.Server {
	t.Helper()
	srv := sugertest.New(t)
	srv.Seed(gen.Entitlement{ID: new("ent")}, gen.Buyer{ID: new("buyer-1")}, gen.Offer{ID: new("offer")})
	srv.Seed(gen.Contact{ID: new("added")}, gen.Contact{ID: new("kept")}, gen.Contact{ID: new("removed")})
	for i := range products {
		srv.Seed(gen.Product{ID: new(named("product", i)), Name: new(strings.Repeat("x", 100))})
	}
	for i := range payments {
		srv.Seed(gen.PaymentTransaction{
			ID: new(named("payment", i)), BuyerID: new("buyer-1"), Amount: new(1e9), Currency: new("USD"),
			Status: new(gen.PaymentStatusSuccess), Type: new(gen.PaymentTransactionTypeCharge),
		})
	}
	for n := range *calls {
		if op := mix[n%len(mix)]; op.seed != nil {
			op.seed(srv, n)
		}
	}
	srv.Fail("*", sugertest.HTML(http.StatusBadGateway).Probability(0.02, *seed))
	srv.Fail("offers.notifyContacts", sugertest.Status(http.StatusTooManyRequests).Probability(0.5, *seed))
	srv.Fail("*", sugertest.Status(http.StatusTooManyRequests).Probability(0.15, *seed))
	return srv
}
