package api_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

// A Query has a filter and an order. What comes from elsewhere, such as the name of a buyer, is quoted.
func Example_query() {
	srv := sugertest.NewServer()
	defer srv.Close()
	for _, name := range []string{"Globex 2026", "Initech", "GLOBEX \"trial\"", "globex 2025"} {
		srv.Seed(gen.Offer{Name: &name, Status: new(gen.OfferStatusDraft)})
	}
	ctx, client := context.Background(), srv.Client()

	params := &gen.QueryOffersParams{
		Q: gen.And(gen.Eq("status", gen.OfferStatusDraft), gen.ILike("name", "%globex%")),
		S: gen.Desc("name"),
	}
	fmt.Println(params.Q, params.S)
	for offer, err := range client.Offers.QueryAll(ctx, params) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(offer.GetName())
	}

	page, err := client.Offers.Query(ctx, &gen.QueryOffersParams{Q: gen.RawFilter(`(ilike name "%2026")`), PageSize: new(int64(1))})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.GetTotalCount(), page.GetData()[0].GetName())

	_, err = client.Offers.Query(ctx, &gen.QueryOffersParams{Q: gen.Eq("expireTime", "2026-03-20")})
	fmt.Println(err)
	// Output:
	// (and (= status "DRAFT") (ilike name "%globex%")) name:desc
	// globex 2025
	// Globex 2026
	// GLOBEX "trial"
	// 1 Globex 2026
	// Offers.Query: q "expireTime": is no name in snake_case, such as creation_time
}

// A list with page numbers is resumed at a page, one with a cursor where the error says.
func Example_resume() {
	srv := sugertest.NewServer()
	defer srv.Close()
	for i := range 5 {
		srv.Seed(gen.Offer{Name: new(fmt.Sprint("offer ", i)), Status: new(gen.OfferStatusDraft)})
	}
	ctx, client := context.Background(), srv.Client()

	page := int64(1)
	for range 2 {
		params := &gen.QueryOffersParams{S: gen.Asc("name"), PageSize: new(int64(2)), PageNumber: &page}
		for offer, err := range client.Offers.QueryAll(ctx, params, api.Position(&page), api.Max(3)) {
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Print(offer.GetName(), ", ")
		}
		fmt.Println("on page", page)
	}

	search := &gen.SearchOrganizationParams{Q: "offer", Limit: new(int64(1))}
	for _, err := range client.Organization.SearchAll(ctx, search) {
		var broken *gen.ListError
		if errors.As(err, &broken) {
			search.Cursor = &broken.Cursor
			break
		}
		srv.Fail("organization.search", sugertest.Status(400).Times(1)) // the next page
	}
	rest, err := api.Collect(client.Organization.SearchAll(ctx, search))
	fmt.Println(len(rest), "left", err)
	// Output:
	// offer 0, offer 1, offer 2, on page 2
	// offer 2, offer 3, offer 4, on page 4
	// 4 left <nil>
}
