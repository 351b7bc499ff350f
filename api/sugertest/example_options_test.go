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

func ExampleRefuseUnknownParameters() {
	srv := sugertest.NewServer(sugertest.RefuseUnknownParameters())
	defer srv.Close()
	err := srv.Client().Do(context.Background(), "GET", "/org/{orgId}/offer?stauts=DRAFT", nil, nil)
	fmt.Println(errors.Is(err, api.ErrBadRequest), srv.Requests()[0].Unknown)
	// Output: true [stauts]
}
