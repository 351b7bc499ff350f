package signup

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// settling is how long the offer of a new entitlement may be wrong on AWS.
const settling = 5 * time.Minute

// Arrival is a buyer who has come from a marketplace, as Suger knows them. Nothing in it comes from the link.
type Arrival struct {
	// Entitlement is what the buyer has bought. It is neither cancelled nor deleted, but may be SUSPENDED, PENDING_START (such
	// as one that the seller has yet to approve) or PENDING_CANCEL.
	Entitlement *gen.Entitlement

	// Buyer is the customer to whom the entitlement belongs, which is not always the person who has opened the link.
	Buyer *gen.Buyer

	// SettlesBy is when the offer of the entitlement is right for certain: five minutes after the entitlement was created, on
	// AWS. It is zero if that is over, and on other marketplaces.
	SettlesBy time.Time
}

// Read returns the buyer whom a marketplace has sent to the seller's page with the request r. Only the query of r is read, and
// nothing in it is believed: the entitlement and its buyer come from Suger, by two calls. The context bounds both, with their
// retries. The errors are all of type [*Error], and match the kinds of this package with [errors.Is].
func Read(ctx context.Context, client *api.Client, r *http.Request) (*Arrival, error) {
	link, err := parse(r.URL.RawQuery)
	if err != nil {
		return nil, &Error{ErrLink, err}
	}
	entitlement, err := client.Entitlements.Get(ctx, link.entitlementID)
	switch {
	case errors.Is(err, api.ErrNotFound), errors.Is(err, api.ErrBadRequest): // all that can be bad is the id
		return nil, &Error{ErrNotFound, err}
	case err != nil:
		return nil, &Error{ErrUnavailable, err}
	}
	if err := checkEntitlement(client.OrgID(), link, entitlement); err != nil {
		return nil, err
	}
	buyer, err := client.Buyers.Get(ctx, entitlement.GetBuyerID())
	switch {
	case errors.Is(err, api.ErrNotFound):
		return nil, &Error{ErrNoBuyer, err}
	case err != nil:
		return nil, &Error{ErrUnavailable, err}
	}
	if err := checkOwner("buyer", client.OrgID(), entitlement.GetBuyerID(), buyer.GetID(), buyer.GetOrganizationID()); err != nil {
		return nil, err
	}
	return &Arrival{entitlement, buyer, settlesBy(entitlement, time.Now())}, nil
}

// link is what the query says.
type link struct{ entitlementID, partner string }

var (
	idForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`) // no dots and slashes, which could lead to another path
	nameForm = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)
)

// parse reads the query of a link. Other parameters, such as those of a campaign, are ignored.
func parse(query string) (link, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return link{}, errors.New("the query cannot be read")
	}
	for _, param := range []struct {
		name string
		form *regexp.Regexp
	}{{"sugerEntitlementId", idForm}, {"partner", nameForm}, {"offerType", nameForm}} {
		if n := len(values[param.name]); n > 1 {
			return link{}, fmt.Errorf("%s is there %d times", param.name, n)
		}
		if !param.form.MatchString(values.Get(param.name)) {
			return link{}, fmt.Errorf("%s is missing or malformed", param.name)
		}
	}
	return link{values.Get("sugerEntitlementId"), values.Get("partner")}, nil
}

// checkEntitlement returns an error for an entitlement that gives the person who brought the link no right to anything.
func checkEntitlement(orgID string, link link, entitlement *gen.Entitlement) error {
	err := checkOwner("entitlement", orgID, link.entitlementID, entitlement.GetID(), entitlement.GetOrganizationID())
	if err != nil {
		return err
	}
	partner := string(entitlement.GetPartner())
	if link.partner != "" && partner != "" && !strings.EqualFold(link.partner, partner) {
		return &Error{ErrPartner, fmt.Errorf("the link says %q, the entitlement is of %q", link.partner, partner)}
	}
	switch status := entitlement.GetStatus(); status {
	case gen.EntitlementStatusCancelled, gen.EntitlementStatusDeleted:
		return &Error{ErrCancelled, fmt.Errorf("its status is %s", status)}
	}
	if entitlement.GetBuyerID() == "" {
		return &Error{ErrNoBuyer, errors.New("the entitlement names none")}
	}
	return nil
}

// checkOwner returns an error if an answer is about another object than the one that was asked for, or about one of another
// organization. An answer without an organization is taken, as the path of the request has named it.
func checkOwner(what, orgID, wantID, id, organization string) error {
	switch {
	case !strings.EqualFold(id, wantID): // a UUID may be written in capitals
		return &Error{ErrElsewhere, fmt.Errorf("asked for %s %q, Suger gave %q", what, wantID, id)}
	case organization != "" && organization != orgID:
		return &Error{ErrElsewhere, fmt.Errorf("the %s belongs to organization %q", what, organization)}
	}
	return nil
}

// settlesBy returns until when the offer may be wrong. An entitlement of which the time of creation is not known, or to come
// because the clocks differ, counts as new.
func settlesBy(entitlement *gen.Entitlement, now time.Time) time.Time {
	switch entitlement.GetPartner() {
	case gen.PartnerAWS, gen.PartnerAWSChina:
	default:
		return time.Time{}
	}
	created := entitlement.GetCreationTime().Time
	if created.IsZero() || created.After(now) {
		created = now
	}
	if end := created.Add(settling); end.After(now) {
		return end
	}
	return time.Time{}
}
