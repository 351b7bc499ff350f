package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"golang.org/x/oauth2"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleWithAPIKey() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleWithOAuth() {
	mux := http.NewServeMux() // in place of Suger and its endpoint for tokens
	mux.HandleFunc("POST /oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600}`)
	})
	mux.HandleFunc("GET /org/org-1/offer/o-1", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("Authorization:", r.Header.Get("Authorization"))
		io.WriteString(w, `{"id": "o-1", "name": "Spring offer"}`)
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()

	client, err := api.New("org-1", api.WithOAuth("app-id", "secret"),
		api.WithTokenURL(srv.URL+"/oauth2/token"), api.WithBaseURL(srv.URL)) // by default those of Suger
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output:
	// Authorization: Bearer a-token
	// Spring offer <nil>
}

// A proxy of one's own hands out the tokens.
func ExampleWithTokenURL() {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path)
		io.WriteString(w, `{"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600}`)
	}))
	defer proxy.Close()
	suger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"id": "o-1", "name": "Spring offer"}`)
	}))
	defer suger.Close()

	client, err := api.New("org-1", api.WithOAuth("app-id", "secret"), api.WithTokenURL(proxy.URL+"/tokens"), api.WithBaseURL(suger.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output:
	// POST /tokens
	// Spring offer <nil>
}

func ExampleWithBearerLogin() {
	mux := http.NewServeMux() // in place of Suger
	mux.HandleFunc("POST /public/apiClient/accessToken", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"access_token": "a-token", "expires_in": 3600}`)
	})
	mux.HandleFunc("GET /org/org-1/offer/o-1", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("Authorization:", r.Header.Get("Authorization"))
		io.WriteString(w, `{"id": "o-1", "name": "Spring offer"}`)
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()

	client, err := api.New("org-1", api.WithBearerLogin("api-client-id", "secret"), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output:
	// Authorization: Bearer a-token
	// Spring offer <nil>
}

// For tokens that come from elsewhere, such as a vault.
func ExampleWithTokenSource() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // in place of Suger
		fmt.Println("Authorization:", r.Header.Get("Authorization"))
		io.WriteString(w, `{"id": "o-1", "name": "Spring offer"}`)
	}))
	defer srv.Close()

	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "a-token"})
	client, err := api.New("org-1", api.WithTokenSource(source), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output:
	// Authorization: Bearer a-token
	// Spring offer <nil>
}
