package signup_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/signup"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleRead() {
	suger := sugertest.NewServer()
	defer suger.Close()
	suger.Seed(
		gen.Entitlement{ID: new("ent-1"), BuyerID: new("buyer-1"), Partner: new(gen.PartnerAzure), Status: new(gen.EntitlementStatusSuspended)},
		gen.Buyer{ID: new("buyer-1"), Name: new("Globex")},
	)
	client := suger.Client()
	defer client.CloseIdleConnections()

	r := httptest.NewRequest(http.MethodGet, "/signup?sugerEntitlementId=ent-1&partner=azure&offerType=PRIVATE", nil)
	arrival, err := signup.Read(r.Context(), client, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(arrival.Buyer.GetName(), arrival.Entitlement.GetPartner(), arrival.Entitlement.GetStatus())
	// Output: Globex AZURE SUSPENDED
}

// On AWS the offer of a purchase that is new may still be wrong.
func ExampleArrival() {
	suger := sugertest.NewServer()
	defer suger.Close()
	suger.Seed(
		gen.Entitlement{ID: new("ent-1"), BuyerID: new("buyer-1"), Partner: new(gen.PartnerAWS), CreationTime: new(gen.NewTime(time.Now()))},
		gen.Buyer{ID: new("buyer-1")},
	)
	client := suger.Client()
	defer client.CloseIdleConnections()

	r := httptest.NewRequest(http.MethodGet, "/signup?sugerEntitlementId=ent-1&partner=aws", nil)
	arrival, err := signup.Read(context.Background(), client, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	if !arrival.SettlesBy.IsZero() {
		fmt.Println("read the entitlement again before its offer is provisioned")
	}
	// Output: read the entitlement again before its offer is provisioned
}

// The person sees the text of the error, the log gets what was found.
func ExampleError() {
	suger := sugertest.NewServer()
	defer suger.Close()
	suger.Fail("entitlements.get", sugertest.Status(http.StatusForbidden))
	client := suger.Client()
	defer client.CloseIdleConnections()

	r := httptest.NewRequest(http.MethodGet, "/signup?sugerEntitlementId=ent-1", nil)
	_, err := signup.Read(context.Background(), client, r)
	var refused *signup.Error
	if errors.As(err, &refused) {
		fmt.Println("page:", refused)
		fmt.Println("the seller has no right to it:", errors.Is(refused, api.ErrForbidden))
	}
	// Output:
	// page: the purchase cannot be looked up at the moment: please try again later
	// the seller has no right to it: true
}
