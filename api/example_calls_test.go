package api_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleCallOption() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	options := []api.CallOption{api.Timeout(5 * time.Second), api.Header("X-Trace-Id", "t-1")}
	offer, err := srv.Client().Offers.Get(context.Background(), "o-1", options...)
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleHeader() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	offer, err := srv.Client().Offers.Get(context.Background(), "o-1", api.Header("X-Trace-Id", "t-1"))
	fmt.Println(offer.GetName(), srv.Requests()[0].Header.Get("X-Trace-Id"), err)
	// Output: Spring offer t-1 <nil>
}

func ExampleTimeout() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	offer, err := srv.Client().Offers.Get(context.Background(), "o-1", api.Timeout(5*time.Second))
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

// This contact has no objection to a second mail, so it is sent again when an answer is lost.
func ExampleEffect() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), ContactIDs: []string{"contact-1"}}, gen.Contact{ID: new("contact-1")})
	srv.Fail("offers.notifyContacts", sugertest.DropAfter().Times(1))

	client := srv.Client()
	event, err := client.Offers.NotifyContacts(context.Background(), "o-1", []string{"contact-1"}, api.Effect(gen.EffectIdempotent))
	fmt.Println(event.GetAction(), err, len(srv.Requests()))
	// Output: NOTIFY_CONTACTS <nil> 2
}

func ExampleCapture() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1")})

	var resp *http.Response
	_, err := srv.Client().Offers.Get(context.Background(), "o-1", api.Capture(&resp))
	fmt.Println(resp.Status, resp.Header.Get("Content-Type"), err)
	// Output: 200 OK application/json <nil>
}

func ExampleMax() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1")}, gen.Offer{ID: new("o-2")}, gen.Offer{ID: new("o-3")})

	for offer, err := range srv.Client().Offers.All(context.Background(), nil, api.Max(2)) {
		fmt.Println(offer.GetID(), err)
	}
	// Output:
	// o-1 <nil>
	// o-2 <nil>
}

func ExamplePosition() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1")}, gen.Offer{ID: new("o-2")}, gen.Offer{ID: new("o-3")})

	ctx, client := context.Background(), srv.Client()
	var position int64
	for offer, err := range client.Offers.All(ctx, nil, api.Position(&position)) {
		fmt.Println(offer.GetID(), err)
		break // the machine goes down
	}
	// Later, with the position that was stored.
	for offer, err := range client.Offers.All(ctx, &gen.ListOffersParams{Offset: &position}) {
		fmt.Println(offer.GetID(), err)
	}
	// Output:
	// o-1 <nil>
	// o-2 <nil>
	// o-3 <nil>
}

// The next pages are fetched while the program works on one.
func ExampleAhead() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1")}, gen.Offer{ID: new("o-2")}, gen.Offer{ID: new("o-3")})

	params := &gen.ListOffersParams{Limit: new(int64(1))} // of a page
	for offer, err := range srv.Client().Offers.All(context.Background(), params, api.Ahead(4)) {
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
