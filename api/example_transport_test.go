package api_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

// tracer prints each request that goes through it. A transport of OpenTelemetry and the like takes the same place.
type tracer struct{ next http.RoundTripper }

func (t tracer) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		fmt.Println(req.Method, req.URL.Path, resp.StatusCode)
	}
	return resp, err
}

func ExampleWithTransport() {
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key"))
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(srv.URL),
		api.WithTransport(tracer{http.DefaultTransport}))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output:
	// GET /org/org-1/offer/o-1 200
	// Spring offer <nil>
}
