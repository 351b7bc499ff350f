package sugertest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

// An offer expires while the test goes on at once.
func ExampleClock() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Clock.Set(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	srv.Seed(gen.Offer{
		ID: new("offer-1"), Status: new(gen.OfferStatusPendingAcceptance),
		ExpireTime: new(gen.NewTime(time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC))),
	})
	srv.Clock.Advance(30 * 24 * time.Hour)
	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(srv.Clock.Now().Format(time.DateOnly), offer.GetStatus(), err)
	// Output: 2026-03-31 EXPIRED <nil>
}

func ExampleClock_Set() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Clock.Set(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	offer, err := srv.Client().Offers.Create(context.Background(), gen.Offer{Name: new("Enterprise")})
	fmt.Println(offer.GetCreationTime().Year(), err)
	// Output: 2027 <nil>
}

func ExampleClock_Advance() {
	srv := sugertest.NewServer()
	defer srv.Close()
	before := srv.Clock.Now()
	srv.Clock.Advance(24 * time.Hour)
	fmt.Println(srv.Clock.Now().Sub(before) >= 24*time.Hour)
	// Output: true
}

func ExampleClock_Now() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Clock.Set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	fmt.Println(srv.Clock.Now().Format(time.DateOnly))
	// Output: 2026-03-01
}
