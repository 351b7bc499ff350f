package sugertest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleSlow() {
	srv := sugertest.NewServer(sugertest.Slow(time.Hour))
	defer srv.Close()
	offers := srv.Client().Offers
	offer, err := offers.Create(context.Background(), gen.Offer{Name: new("Globex 2026")})
	fmt.Println(offer.GetStatus(), err)
	srv.Clock.Advance(time.Hour)
	offer, err = offers.Get(context.Background(), offer.GetID())
	fmt.Println(offer.GetStatus(), err)
	// Output:
	// PENDING_CREATE <nil>
	// PENDING_ACCEPTANCE <nil>
}

// The code under test waits for an offer, and the marketplace refuses it.
func ExampleServer_FailOffer() {
	srv := sugertest.NewServer(sugertest.Slow(time.Hour))
	defer srv.Close()
	offers := srv.Client().Offers
	created, err := offers.Create(context.Background(), gen.Offer{Name: new("Globex 2026")})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.FailOffer(created.GetID(), "the payments do not add up to the price")

	offer, err := api.WaitFor(context.Background(),
		func(ctx context.Context) (*gen.Offer, error) { return offers.Get(ctx, created.GetID()) },
		func(offer *gen.Offer) bool { return offer.GetStatus() != gen.OfferStatusPendingCreate }, api.WaitOptions{})
	fmt.Println(offer.GetStatus(), offer.GetMetaInfo().GetErrorMessages(), err)
	// Output: CREATE_FAILED [the payments do not add up to the price] <nil>
}

func ExampleServer_FailUsage() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("ent-1")})
	ctx, metering := context.Background(), srv.Client().Metering
	group, err := metering.ReportUsageRecordGroup(ctx, "ent-1", gen.CreateUsageRecordGroupParams{Records: map[string]float64{"api_calls": 12}})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.FailUsage(group.GetID(), "CustomerNotSubscribed")
	for report, err := range metering.AllUsageRecordReports(ctx, nil) {
		fmt.Println(report.GetInfo().GetStatus(), report.GetInfo().GetMessage(), err)
	}
	// Output: FAILED CustomerNotSubscribed <nil>
}
