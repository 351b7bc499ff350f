package sugertest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
)

// The start-up of a program that is an OAuth app, and what it does when its token ends.
func Example_oAuth() {
	srv := sugertest.NewServer()
	defer srv.Close()
	client, err := api.New(srv.OrgID, api.WithOAuth(srv.ClientID, srv.ClientSecret), api.WithTokenURL(srv.TokenURL), api.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		_, err := client.Offers.List(context.Background(), nil)
		fmt.Println(err)
		srv.Clock.Advance(2 * time.Hour)
	}
	for _, request := range srv.Requests() {
		fmt.Println(request.Operation, request.Status)
	}
	// Output:
	// <nil>
	// <nil>
	// Access.Token 200
	// Offers.List 200
	// Offers.List 401
	// Access.Token 200
	// Offers.List 200
}

// An API client of the older kind, whose first login finds the server busy.
func Example_bearerLogin() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("access.login", sugertest.Status(503).Times(1))
	client, err := api.New(srv.OrgID, api.WithBearerLogin(srv.ClientID, srv.ClientSecret), api.WithBaseURL(srv.URL),
		api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Offers.List(context.Background(), nil)
	var refused *api.AccessError
	fmt.Println(errors.As(err, &refused), refused.StatusCode)
	_, err = client.Offers.List(context.Background(), nil)
	fmt.Println(err)
	// Output:
	// true 503
	// <nil>
}

// A program that is started with the environment of the server calls that, and nothing real.
func ExampleServer_Env() {
	srv := sugertest.NewServer()
	defer srv.Close()
	program := exec.Command("/usr/local/bin/billing-job")
	program.Env = append(os.Environ(), srv.Env()...)
	fmt.Println(slices.Contains(program.Env, "SUGER_BASE_URL="+srv.URL))
	// Output: true
}

// In a test t.Setenv takes them, so that api.NewFromEnv makes a client of the server.
func ExampleServer_OAuthEnv() {
	srv := sugertest.NewServer()
	defer srv.Close()
	for _, variable := range srv.OAuthEnv() {
		name, value, _ := strings.Cut(variable, "=") // t.Setenv(name, value)
		fmt.Println(name, value != "")
	}
	// Output:
	// SUGER_ORG_ID true
	// SUGER_BASE_URL true
	// SUGER_API_KEY false
	// SUGER_CLIENT_ID true
	// SUGER_CLIENT_SECRET true
	// SUGER_TOKEN_URL true
}
