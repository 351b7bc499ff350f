package api_test

import (
	"fmt"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func ExampleAhead() {
	params := &gen.ListOffersParams{Limit: new(int64(1))}
	for offer, err := range client.Offers.All(ctx, params, api.Ahead(4)) { // the next pages are on their way meanwhile
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(offer.GetID())
	}
	// Output:
	// o-1
	// o-2
	// o-3
}
