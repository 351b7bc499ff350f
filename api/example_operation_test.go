package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
)

// counter counts requests by operation.
type counter map[string]int

func (c counter) RoundTrip(req *http.Request) (*http.Response, error) {
	op, _ := api.OperationFrom(req.Context())
	c[op.Name]++
	return http.DefaultTransport.RoundTrip(req)
}

func ExampleOperationFrom() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.get", sugertest.Status(503).Times(1)) // the client repeats the call

	requests := counter{}
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithTransport(requests))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Offers.Get(context.Background(), "o-1")
	fmt.Println(errors.Is(err, api.ErrNotFound))
	fmt.Println(requests)
	// Output:
	// true
	// map[Offers.Get:2]
}
