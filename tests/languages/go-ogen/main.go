// Command program is the scenario of every language. It prints each step that holds, and ends with an error at the first that
// does not.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/ogen-go/ogen/ogenerrors"

	"example.com/program/suger"
)

type access struct{ key string }

func (a access) ApiKey(context.Context, suger.OperationName) (suger.ApiKey, error) {
	return suger.ApiKey{APIKey: "Key " + a.key}, nil
}

func (access) OAuth(context.Context, suger.OperationName) (suger.OAuth, error) {
	return suger.OAuth{}, ogenerrors.ErrSkipClientSecurity
}

func (access) BearerLogin(context.Context, suger.OperationName) (suger.BearerLogin, error) {
	return suger.BearerLogin{}, ogenerrors.ErrSkipClientSecurity
}

func main() {
	client, err := suger.NewClient(os.Getenv("SUGER_BASE_URL"), access{os.Getenv("SUGER_API_KEY")})
	if err != nil {
		log.Fatal(err)
	}
	ctx, org := context.Background(), os.Getenv("SUGER_ORG_ID")

	step("get an entitlement with values from the future", func() error {
		answer, err := client.GetEntitlement(ctx, suger.GetEntitlementParams{OrgId: org, EntitlementId: "entitlement-1"})
		entitlement, ok := answer.(*suger.Entitlement)
		if err != nil || !ok {
			return fmt.Errorf("%w: %v", err, answer)
		}
		return equal("ON_THE_MOON Globex, Analytics Enterprise 2026 1.677721705e+07",
			fmt.Sprint(entitlement.Status.Value, " ", entitlement.Name.Value, " ", entitlement.Info.Value.CommitAmount.Value))
	})
	step("change one property of an offer", func() error {
		answer, err := client.UpdateOfferMetaInfo(ctx, &suger.MetaInfo{InternalNote: suger.NewOptString("Call first.")},
			suger.UpdateOfferMetaInfoParams{OrgId: org, OfferId: "offer-1"})
		metaInfo, ok := answer.(*suger.MetaInfo)
		if err != nil || !ok {
			return fmt.Errorf("%w: %v", err, answer)
		}
		return equal("Call first.", metaInfo.InternalNote.Value)
	})
	step("draft an offer with a commit", func() error {
		commits := []suger.CommitDimension{{Key: suger.NewOptString("seats"), Rate: suger.NewOptFloat64(1250.5)}}
		answer, err := client.CreateOrUpdateDraftOffer(ctx, &suger.Offer{
			Name: suger.NewOptString("Draft"), Info: suger.NewOptOfferInfo(suger.OfferInfo{Commits: commits}),
		}, suger.CreateOrUpdateDraftOfferParams{OrgId: org})
		draft, ok := answer.(*suger.Offer)
		if err != nil || !ok {
			return fmt.Errorf("%w: %v", err, answer)
		}
		return equal("Draft", draft.Name.Value)
	})
	step("meet a 404", func() error {
		answer, err := client.GetEntitlement(ctx, suger.GetEntitlementParams{OrgId: org, EntitlementId: "missing"})
		if err != nil {
			return err
		}
		if name := fmt.Sprintf("%T", answer); !strings.Contains(name, "NotFound") {
			return fmt.Errorf("want a type of a refusal, got a %s", name)
		}
		return nil
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
