package api_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

// tracer prints a span for each request that goes through it, in the place of OpenTelemetry's transport:
//
//	otelhttp.NewTransport(http.DefaultTransport, otelhttp.WithSpanNameFormatter(spanName))
type tracer struct{ next http.RoundTripper }

func (t tracer) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		fmt.Println(spanName("", req), resp.StatusCode)
	}
	return resp, err
}

// spanName names all requests of an operation the same, whatever the ids in their paths.
func spanName(_ string, req *http.Request) string {
	if op, ok := api.OperationFrom(req.Context()); ok {
		return op.Method + " " + op.Path
	}
	return req.Method
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
	// GET /org/{orgId}/offer/{offerId} 200
	// Spring offer <nil>
}
