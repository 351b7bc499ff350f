package api_test

import (
	"context"
	"fmt"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleCollect() {
	srv := sugertest.NewServer()
	defer srv.Close()
	for range 5 {
		srv.Seed(gen.Offer{Status: new(gen.OfferStatusDraft)})
	}
	ctx, client := context.Background(), srv.Client()

	// With two drafts on a page: a loop over the iterator would delete two, and then look for more behind the next two.
	params := &gen.ListOffersParams{Status: new(gen.OfferStatusDraft), Limit: new(int64(2))}
	drafts, err := api.Collect(client.Offers.All(ctx, params))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, draft := range drafts {
		if err := client.Offers.Delete(ctx, draft.GetID()); err != nil {
			fmt.Println(err)
			return
		}
	}
	left, err := api.Collect(client.Offers.All(ctx, params))
	fmt.Println(len(drafts), "deleted,", len(left), "left", err)
	// Output: 5 deleted, 0 left <nil>
}
