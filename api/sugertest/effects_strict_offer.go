package sugertest

import (
	"fmt"
	"strings"
)

// mostPrices is how many prices a private offer on Azure may have.
const mostPrices = 10

func checkNewOffer(_ *state, c *call) error {
	if faults := faultsOf(c.properties()); len(faults) > 0 {
		return badRequest("body/%s", faults[0])
	}
	return nil
}

// faultsOf returns what the documentation demands of an offer that is to be created and that it does not have: a place and a
// reason each. Marketplaces demand more, which is not documented.
func faultsOf(offer object) []string {
	var faults []string
	want := func(reason string, path ...string) {
		if value := at(offer, path...); value == nil || value == "" {
			faults = append(faults, strings.Join(path, "/")+": "+reason)
		}
	}
	want("an offer is made through a marketplace or a payment provider", "partner")
	want("an offer is for a product", "productID")
	if at(offer, "metaInfo", "isRenewalOffer") == true && text(offer, "partner") == "AWS" {
		want("a renewal on AWS needs it", "metaInfo", "renewalOfferType")
	}
	if at(offer, "metaInfo", "enableTestUsageMetering") == true {
		want("test usage needs it", "metaInfo", "testUsageMeteringEndTime")
	}
	if kind := text(offer, "offerType"); kind != "PRIVATE" && kind != "" {
		return faults
	}
	switch text(offer, "partner") {
	case "GCP":
		for _, name := range []string{"gcpCustomerInfo", "gcpProviderInfo", "gcpDuration", "gcpPaymentSchedule"} {
			want("a private offer on GCP needs it", "info", name)
		}
	case "AZURE":
		want("a private offer on Azure is one", "info", "azurePrivateOffer")
		faults = append(faults, azureFaults(inner(offer, "info", "azurePrivateOffer"))...)
	}
	return faults
}

// azureFaults returns what is wrong with a private offer on Azure: its number of prices, a start that varies and is given, percents
// out of range, and new plans without what they are made of.
func azureFaults(offer object) []string {
	var faults []string
	fault := func(format string, args ...any) {
		faults = append(faults, "info/azurePrivateOffer/"+fmt.Sprintf(format, args...))
	}
	prices := objects(offer, "pricing")
	if len(prices) > mostPrices {
		fault("pricing: more than %d prices", mostPrices)
	}
	if offer["variableStartDate"] == true && text(offer, "start") != "" {
		fault("start: want none where the start varies")
	}
	for i, price := range prices {
		for _, name := range []string{"discountPercentage", "markupPercentage"} {
			percent, least := decimal(price[name]), "0.01"
			if name == "markupPercentage" {
				least = "0.00000001"
			}
			if percent.Sign() != 0 && percent.Cmp(decimal(least)) < 0 || percent.Cmp(decimal(100)) > 0 {
				fault("pricing/%d/%s: want %s to 100", i, name, least)
			}
		}
		if text(offer, "offerPricingType") != "saasNewCustomizedPlans" {
			continue
		}
		if text(price, "basePlan") == "" {
			fault("pricing/%d/basePlan: a new plan needs it", i)
		}
		if len(inner(price, "newPlanDetails")) == 0 {
			fault("pricing/%d/newPlanDetails: a new plan needs them", i)
		}
	}
	return faults
}
