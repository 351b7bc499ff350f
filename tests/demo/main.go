// Command demo shows the client at work against the embedded fake server: it reads an entitlement, changes the meta info of its
// offer, notifies the contacts of that, meets an error, and reports usage from a process that is killed.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/openapi"
)

func main() {
	program := run
	if os.Getenv(childEnv) != "" {
		program = report
	}
	if err := program(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	srv := sugertest.NewServer(sugertest.Strict())
	defer srv.Close()
	entitlement, err := example[gen.Entitlement]("EntitlementExample")
	if err != nil {
		return err
	}
	offer, err := example[gen.Offer]("OfferExample")
	if err != nil {
		return err
	}
	srv.Seed(entitlement, offer)

	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "A fake Suger listens at %s.\n\n", srv.URL)

	ent, err := client.Entitlements.Get(ctx, entitlement.GetID())
	if err != nil {
		return err
	}
	show(out, ent)

	meta, err := client.Offers.UpdateMetaInfo(ctx, offer.GetID(), gen.MetaInfo{InternalNote: new("call first")})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nThe internal note of offer %s is now %q.\n", offer.GetID(), meta.GetInternalNote())

	if err := notify(ctx, out, offer); err != nil {
		return err
	}
	if err := notify(ctx, out, offer, sugertest.EmptyNotify()); err != nil {
		return err
	}

	_, err = client.Entitlements.Get(ctx, "00000000-0000-0000-0000-000000000000")
	if !errors.Is(err, api.ErrNotFound) {
		return fmt.Errorf("want a not found error, got %w", err)
	}
	fmt.Fprintf(out, "\nAn error reads like this:\n  %v\n", err)

	fmt.Fprintln(out, "\nUsage counts once, whatever happens to the process that reports it:")
	return meter(ctx, out, srv, entitlement.GetID())
}

// notify notifies the contacts of an offer. Newer servers answer with an empty string, not with the event.
func notify(ctx context.Context, out io.Writer, offer *gen.Offer, options ...sugertest.Option) error {
	srv := sugertest.NewServer(append(options, sugertest.Strict())...)
	defer srv.Close()
	srv.Seed(offer)
	event, err := srv.Client().Offers.NotifyContacts(ctx, offer.GetID(), nil)
	if err != nil {
		return err
	}
	if event.GetEventID() == "" {
		fmt.Fprintln(out, "A newer server has notified them, too, and does not say more.")
		return nil
	}
	fmt.Fprintf(out, "Its contacts were notified: event %s, action %s.\n", event.GetEventID(), event.GetAction())
	return nil
}

func show(out io.Writer, ent *gen.Entitlement) {
	info := ent.GetInfo()
	fmt.Fprintf(out, "Entitlement %s: %s\n", ent.GetID(), ent.GetName())
	fmt.Fprintf(out, "  buyer      %s (%s account %s)\n", ent.GetBuyerID(), ent.GetPartner(), ent.GetExternalBuyerID())
	fmt.Fprintf(out, "  status     %s, agreement %s\n", ent.GetStatus(), info.GetAWSAgreement().GetStatus())
	fmt.Fprintf(out, "  term       %s to %s\n", ent.GetStartTime().Format(time.DateOnly), ent.GetEndTime().Format(time.DateOnly))
	fmt.Fprintf(out, "  committed  %.2f %s, invoiced %.2f, disbursed %.2f\n",
		info.GetCommitAmount(), info.GetCurrency(), info.GetInvoicedAmount(), info.GetDisbursedAmount())
	for _, installment := range info.GetPaymentInstallments() {
		fmt.Fprintf(out, "  due        %s: %.2f\n", installment.GetChargeOn().Format(time.DateOnly), installment.GetAmount())
	}
}

// example returns one of the examples of the description as the client's type.
func example[T any](name string) (*T, error) {
	doc, err := openapi.Load()
	if err != nil {
		return nil, err
	}
	ref := doc.Components.Examples[name]
	if ref == nil {
		return nil, fmt.Errorf("the description has no example %s", name)
	}
	data, err := json.Marshal(ref.Value.Value)
	if err != nil {
		return nil, err
	}
	value := new(T)
	return value, json.Unmarshal(data, value)
}
