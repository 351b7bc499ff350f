package api_test

import (
	"context"
	"fmt"
	"time"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

// The documentation names no property that AWS demands. These carry the buyer, the price and the dates of a contract. How to wait
// until the marketplace has published an offer is in the example of [api.WaitFor].
func Example_privateOfferAWS() {
	srv := sugertest.NewServer(sugertest.Strict())
	defer srv.Close()
	srv.Seed(gen.Product{ID: new("product-1")}, gen.Buyer{ID: new("buyer-1")})

	start := time.Date(2030, 4, 1, 0, 0, 0, 0, time.UTC)
	offer, err := srv.Client().Offers.Create(context.Background(), gen.Offer{
		Partner:    new(gen.PartnerAWS),
		Service:    new(gen.PartnerServiceMarketplace),
		OfferType:  new(gen.OfferTypePrivate),
		ProductID:  new("product-1"),
		BuyerID:    new("buyer-1"),
		Name:       new("Globex 2030"),
		ExpireTime: new(gen.NewTime(start.AddDate(0, 0, -10))), // until when the buyer may accept
		EndTime:    new(gen.NewTime(start.AddDate(1, 0, 0))),
		Info: &gen.OfferInfo{
			BuyerAWSAccountIDs: []string{"210987654321"},
			Currency:           new("USD"),
			EULAType:           new(gen.EULATypeSCMP),
			StartTime:          new(gen.NewTime(start)), // if left out: the acceptance
			Commits: []gen.CommitDimension{{
				Key: new("platform"), Name: new("Platform fee"), Types: []string{"Entitled"},
				Rate: new(96000.0), Quantity: new(int64(1)), Length: new(int64(12)), TimeUnit: new(gen.TimeUnitMonth),
				IsUserCreated: new(true), // the dimension is new with this offer
			}},
			PaymentInstallments: []gen.PaymentInstallment{ // if left out: one payment
				{Amount: new(48000.0), ChargeOn: new(gen.NewTime(start))},
				{Amount: new(48000.0), ChargeOn: new(gen.NewTime(start.AddDate(0, 6, 0)))},
			},
		},
	})
	fmt.Println(offer.GetStatus(), offer.GetInfo().GetPrivateOfferURL() != "", err)
	// Output: PENDING_ACCEPTANCE true <nil>
}

// On Azure the offer is an AzurePrivateOffer: whom it is for, the price of each plan, and three days. The documentation gives
// the days the type of a time and the form YYYY-MM-DD; the start of a day in UTC is a time that says the day.
func Example_privateOfferAzure() {
	srv := sugertest.NewServer(sugertest.Strict())
	defer srv.Close()
	srv.Seed(gen.Product{ID: new("product-1")}, gen.Buyer{ID: new("buyer-1")})

	day := func(year int, month time.Month, day int) *gen.Time {
		return new(gen.NewTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC)))
	}
	offer, err := srv.Client().Offers.Create(context.Background(), gen.Offer{
		Partner:   new(gen.PartnerAzure),
		Service:   new(gen.PartnerServiceMarketplace),
		OfferType: new(gen.OfferTypePrivate),
		ProductID: new("product-1"),
		BuyerID:   new("buyer-1"),
		Name:      new("Globex 2030"),
		Info: &gen.OfferInfo{AzurePrivateOffer: &gen.AzureMarketplacePrivateOffer{
			PrivateOfferType: new(gen.AzureMarketplacePrivateOfferTypeCustomerPromotion),
			OfferPricingType: new(gen.AzureMarketplaceOfferPricingTypeEditExistingOfferPricingOnly),
			Beneficiaries:    []gen.AzureMarketplacePrivateOfferBeneficiary{{ID: new("billing-account-1")}}, // the customer's billing account
			Pricing: []gen.AzureMarketplacePrivateOfferPricing{{ // ten at most
				Product:            new("product/5e0f"),
				Plan:               new("plan/5e0f/9d1c"),
				DiscountType:       new(gen.PrivateOfferDiscountTypePercentage),
				DiscountPercentage: new(20.0),
			}},
			AcceptBy:             day(2030, 3, 20),
			Start:                day(2030, 4, 1), // left out with VariableStartDate, which starts with the acceptance
			End:                  day(2031, 3, 31),
			NotificationContacts: []string{"sales@example.com"}, // told of each change of the state
		}},
	})
	fmt.Println(offer.GetStatus(), len(offer.GetInfo().GetAzurePrivateOffer().GetPricing()), err)
	// Output: PENDING_ACCEPTANCE 1 <nil>
}

// On GCP four properties are documented as required: GCPCustomerInfo, GCPProviderInfo, GCPDuration and GCPPaymentSchedule.
func Example_privateOfferGCP() {
	srv := sugertest.NewServer(sugertest.Strict())
	defer srv.Close()
	srv.Seed(gen.Product{ID: new("product-1")}, gen.Buyer{ID: new("buyer-1")})

	offer, err := srv.Client().Offers.Create(context.Background(), gen.Offer{
		Partner:   new(gen.PartnerGCP),
		Service:   new(gen.PartnerServiceMarketplace),
		OfferType: new(gen.OfferTypePrivate),
		ProductID: new("product-1"),
		BuyerID:   new("buyer-1"),
		Name:      new("Globex 2030"), // the note to the buyer, too, unless there is a GCPProviderPublicNote
		Info: &gen.OfferInfo{
			GCPCustomerInfo: &gen.GCPMarketplacePrivateOfferCustomerInfo{
				Organization: new("Globex"), Contact: new("Dana Reyes"), Email: new("dana.reyes@example.com"),
				Address: new("1 Main Street, Springfield"), UnverifiedBillingAccount: new("012345-6789AB-CDEF01"),
			},
			GCPProviderInfo: &gen.GCPMarketplacePrivateOfferProviderInfo{
				CreatorEmailAddress: new("deals@example.com"),
				SalesContactName:    new("Sam Sales"), SalesContactEmail: new("sales@example.com"),
			},
			GCPDuration:        new(int64(12)), // months
			GCPPaymentSchedule: new(gen.PaymentScheduleTypePrepay),
			Commits: []gen.CommitDimension{{
				Key: new("platform"), Rate: new(8000.0), // a month, on GCP
				Quantity: new(int64(1)), Length: new(int64(12)), TimeUnit: new(gen.TimeUnitMonth),
			}},
		},
	})
	fmt.Println(offer.GetStatus(), offer.GetInfo().GetGCPDuration(), err)
	// Output: PENDING_ACCEPTANCE 12 <nil>
}
