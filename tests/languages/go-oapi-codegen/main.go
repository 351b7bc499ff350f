// Command program is the scenario of every language. It prints each step that holds, and ends with an error at the first that
// does not.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/program/suger"
)

func main() {
	authorize := func(ctx context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Key "+os.Getenv("SUGER_API_KEY"))
		return nil
	}
	client, err := suger.NewClientWithResponses(os.Getenv("SUGER_BASE_URL"), suger.WithRequestEditorFn(authorize))
	if err != nil {
		log.Fatal(err)
	}
	ctx, org := context.Background(), os.Getenv("SUGER_ORG_ID")

	step("get an entitlement with values from the future", func() error {
		answer, err := client.GetEntitlementWithResponse(ctx, org, "entitlement-1")
		if err != nil || answer.JSON200 == nil {
			return fmt.Errorf("%w: %v", err, answer)
		}
		got := answer.JSON200
		return equal("ON_THE_MOON Globex, Analytics Enterprise 2026 1.677721705e+07",
			fmt.Sprint(*got.Status, " ", *got.Name, " ", *got.Info.CommitAmount))
	})
	step("change one property of an offer", func() error {
		answer, err := client.UpdateOfferMetaInfoWithResponse(ctx, org, "offer-1", suger.MetaInfo{InternalNote: new("Call first.")})
		if err != nil || answer.JSON200 == nil {
			return fmt.Errorf("%w: %v", err, answer)
		}
		return equal("Call first.", *answer.JSON200.InternalNote)
	})
	step("draft an offer with a commit", func() error {
		commits := []suger.CommitDimension{{Key: new("seats"), Rate: new(1250.5)}}
		answer, err := client.CreateOrUpdateDraftOfferWithResponse(ctx, org, suger.Offer{
			Name: new("Draft"), Info: &suger.OfferInfo{Commits: &commits},
		})
		if err != nil || answer.JSON200 == nil {
			return fmt.Errorf("%w: %v", err, answer)
		}
		return equal("Draft", *answer.JSON200.Name)
	})
	step("meet a 404", func() error {
		answer, err := client.GetEntitlementWithResponse(ctx, org, "missing")
		if err != nil || answer.JSON404 == nil {
			return fmt.Errorf("%w: %v", err, answer)
		}
		return equal(http.StatusNotFound, answer.StatusCode())
	})
}

func step(name string, run func() error) {
	if err := run(); err != nil {
		log.Fatalf("step %q failed: %v", name, err)
	}
	fmt.Printf("step %q holds\n", name)
}

func equal[T comparable](want, got T) error {
	if want != got {
		return fmt.Errorf("want %v, got %v", want, got)
	}
	return nil
}
