package sugertest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func Example() {
	srv := sugertest.NewServer() // in a test: sugertest.New(t), which closes itself
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1"), Name: new("Enterprise")})

	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(offer.GetName(), err)

	_, err = srv.Client().Offers.Get(context.Background(), "offer-2")
	fmt.Println(errors.Is(err, api.ErrNotFound))
	// Output:
	// Enterprise <nil>
	// true
}

func ExampleServer_Seed() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Buyer{Name: new("Globex")}, &gen.Buyer{Name: new("Initech")})

	for buyer, err := range srv.Client().Buyers.All(context.Background(), nil) {
		fmt.Println(buyer.GetName(), err)
	}
	// Output:
	// Globex <nil>
	// Initech <nil>
}

func ExampleServer_Requests() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	_, err := srv.Client().Offers.UpdateMetaInfo(context.Background(), "offer-1", gen.MetaInfo{InternalNote: new("call first")})
	if err != nil {
		fmt.Println(err)
	}
	for _, request := range srv.Requests() {
		fmt.Println(request.Operation, request.Params["offerId"], request.Body, request.Status)
	}
	// Output: Offers.UpdateMetaInfo offer-1 map[internalNote:call first] 200
}

func ExampleServer_Reset() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1")})
	srv.Reset()
	_, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(errors.Is(err, api.ErrNotFound))
	// Output: true
}

func ExampleServer_AcceptOffer() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusPendingAcceptance)})

	ent, err := srv.Client().Entitlements.Get(context.Background(), srv.AcceptOffer("offer-1"))
	fmt.Println(ent.GetOfferID(), ent.GetStatus(), err)
	// Output: offer-1 ACTIVE <nil>
}

func ExampleExamples() {
	srv := sugertest.NewServer(sugertest.Examples())
	defer srv.Close()
	ent, err := srv.Client().Entitlements.Get(context.Background(), "any id")
	fmt.Println(ent.GetName(), err)
	// Output: Globex, Analytics Enterprise 2026 <nil>
}

func ExampleSynthesized() {
	srv := sugertest.NewServer(sugertest.Synthesized(1))
	defer srv.Close()
	first, err := srv.Client().Offers.Get(context.Background(), "any id")
	again, _ := srv.Client().Offers.Get(context.Background(), "any id")
	fmt.Println(first.GetID() == again.GetID(), err)
	// Output: true <nil>
}

func ExampleNewServer() {
	srv := sugertest.NewServer()
	defer srv.Close()
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offers, err := client.Offers.List(context.Background(), nil)
	fmt.Println(len(offers), err)
	// Output: 0 <nil>
}

func ExampleServer_Client() {
	srv := sugertest.NewServer()
	defer srv.Close()
	client := srv.Client(api.WithUserAgent("billing-job/1.4"))
	_, err := client.Offers.List(context.Background(), nil)
	fmt.Println(srv.Requests()[0].Header.Get("User-Agent"), err)
	// Output: billing-job/1.4 suger-go/devel <nil>
}

func ExampleServer_Close() {
	srv := sugertest.NewServer()
	srv.Close()
	_, err := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1})).Offers.List(context.Background(), nil)
	fmt.Println(err != nil)
	// Output: true
}

// The server answers without a network, too.
func ExampleServer_ServeHTTP() {
	srv := sugertest.NewServer()
	defer srv.Close()
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, httptest.NewRequest("GET", "/org/"+srv.OrgID+"/offer", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 401 "missing or wrong credentials in the header Authorization"
}

func ExampleOrganization() {
	srv := sugertest.NewServer(sugertest.Organization("my-org", "my-key"))
	defer srv.Close()
	fmt.Println(srv.OrgID, srv.APIKey)
	// Output: my-org my-key
}

func ExampleListener() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := sugertest.NewServer(sugertest.Listener(listener))
	defer srv.Close()
	fmt.Println(srv.URL == "http://"+listener.Addr().String())
	// Output: true
}

// Another service that the program calls may be at the same server.
func ExampleHandle() {
	rates := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"EUR": 0.9}`) }
	srv := sugertest.NewServer(sugertest.Handle("GET /rates", http.HandlerFunc(rates)))
	defer srv.Close()
	response, err := http.Get(srv.URL + "/rates")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output: 200 OK
}

func ExampleServer_SeedJSON() {
	srv := sugertest.NewServer()
	defer srv.Close()
	err := srv.SeedJSON([]byte(`{"Offer": [{"id": "offer-1", "status": "FROM_THE_FUTURE"}]}`))
	if err != nil {
		fmt.Println(err)
	}
	offer, err := srv.Client().Offers.Get(context.Background(), "offer-1")
	fmt.Println(offer.GetStatus(), err)
	// Output: FROM_THE_FUTURE <nil>
}

func ExampleServer_SeedFrom() {
	srv := sugertest.NewServer()
	defer srv.Close()
	file := strings.NewReader(`{"Buyer": [{"id": "globex"}, {"id": "initech"}]}`) // or a file of any size
	if err := srv.SeedFrom(file); err != nil {
		fmt.Println(err)
	}
	buyers, err := srv.Client().Buyers.List(context.Background(), nil)
	fmt.Println(len(buyers), err)
	// Output: 2 <nil>
}

func ExampleNewUnstarted() {
	srv := sugertest.NewUnstarted()
	defer srv.Close()
	srv.Seed(gen.Buyer{ID: new("globex")}) // nobody can call it yet
	srv.Start(nil)
	buyer, err := srv.Client().Buyers.Get(context.Background(), "globex")
	fmt.Println(buyer.GetID(), err)
	// Output: globex <nil>
}

func ExampleServer_Start() {
	srv := sugertest.NewUnstarted()
	defer srv.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Start(listener)
	fmt.Println(srv.URL == "http://"+listener.Addr().String())
	// Output: true
}

func ExampleServer_SeedExamples() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.SeedExamples()
	buyers, err := srv.Client().Buyers.List(context.Background(), nil)
	fmt.Println(len(buyers) > 0, err)
	// Output: true <nil>
}

func ExampleServer_DraftInvoice() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(
		gen.Entitlement{ID: new("ent-1"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls"), Rate: new(0.02)}}}},
		gen.UsageRecordGroup{EntitlementID: new("ent-1"), Records: map[string]float64{"api_calls": 1000}},
	)
	invoice := srv.DraftInvoice("ent-1")
	fmt.Println(invoice.GetStatus(), invoice.GetInfo().GetDueAmount(), invoice.GetInfo().GetCurrency())
	// Output: DRAFT 20 USD
}

func ExampleRequest() {
	srv := sugertest.NewServer()
	defer srv.Close()
	_, err := srv.Client().Offers.List(context.Background(), &gen.ListOffersParams{Limit: new(int64(5))})
	var request sugertest.Request = srv.Requests()[0]
	fmt.Println(request.Method, request.Path == "/org/"+srv.OrgID+"/offer", request.Query.Encode(), request.Status, err)
	// Output: GET true limit=5 200 <nil>
}

func ExampleOption() {
	options := []sugertest.Option{sugertest.Organization("org-1", "key-1"), sugertest.Synthesized(7)}
	srv := sugertest.NewServer(options...)
	defer srv.Close()
	offer, err := srv.Client().Offers.Get(context.Background(), "any")
	fmt.Println(srv.OrgID, offer.GetID() != "", err)
	// Output: org-1 true <nil>
}

func ExampleServer() {
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key-1"))
	defer srv.Close()
	client, err := api.New("org-1", api.WithAPIKey("key-1"), api.WithBaseURL(srv.URL)) // or srv.Client()
	if err != nil {
		fmt.Println(err)
		return
	}
	buyer, err := client.Buyers.Create(context.Background(), gen.BuyerCreateParams{Name: new("Globex")})
	fmt.Println(buyer.GetName(), err)
	// Output: Globex <nil>
}

// Other containers call the server by a name.
func ExampleHosts() {
	srv := sugertest.NewServer(sugertest.Hosts("suger-fake"))
	defer srv.Close()
	for _, host := range []string{"localhost", "suger-fake", "suger.example"} {
		request, err := http.NewRequest("GET", srv.URL+"/org/"+srv.OrgID+"/offer", nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		request.Host = host
		request.Header.Set("Authorization", "Key "+srv.APIKey)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = response.Body.Close()
		fmt.Println(host, response.Status)
	}
	// Output:
	// localhost 200 OK
	// suger-fake 200 OK
	// suger.example 421 Misdirected Request
}
