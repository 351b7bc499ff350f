package sugertest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleEmptyNotify() {
	srv := sugertest.NewServer(sugertest.EmptyNotify())
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	event, err := srv.Client().Offers.NotifyContacts(context.Background(), "offer-1", nil)
	fmt.Printf("%q %v\n", event.GetEventID(), err)
	// Output: "" <nil>
}

func ExampleStrict() {
	srv := sugertest.NewServer(sugertest.Strict())
	defer srv.Close()
	offer := gen.Offer{Partner: new(gen.PartnerAWS), ProductID: new("product-1")}
	_, err := srv.Client().Offers.Create(context.Background(), offer)
	if e, ok := errors.AsType[*api.Error](err); ok {
		fmt.Println(e.Message)
	}
	srv.Seed(gen.Product{ID: new("product-1")})
	created, err := srv.Client().Offers.Create(context.Background(), offer)
	fmt.Println(created.GetStatus(), err)
	// Output:
	// body/productID: product not found: product-1
	// PENDING_ACCEPTANCE <nil>
}

func ExampleRefuseUnknownParameters() {
	srv := sugertest.NewServer(sugertest.RefuseUnknownParameters())
	defer srv.Close()
	err := srv.Client().Do(context.Background(), "GET", "/org/{orgId}/offer?stauts=DRAFT", nil, nil)
	fmt.Println(errors.Is(err, api.ErrBadRequest), srv.Requests()[0].Unknown)
	// Output: true [stauts]
}
