package api_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/time/rate"

	"github.com/suger-go/suger/api"
)

// show makes a call, with what New returned.
func show(client *api.Client, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(ctx, "o-1")
	fmt.Println(offer.GetName(), err)
}

func ExampleNew() {
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(ctx, "o-1")
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleNewFromEnv() {
	os.Setenv("SUGER_ORG_ID", "org-1")
	os.Setenv("SUGER_API_KEY", "key")
	defer os.Unsetenv("SUGER_ORG_ID")
	defer os.Unsetenv("SUGER_API_KEY")

	client, err := api.NewFromEnv()
	fmt.Println(client.OrgID(), err)
	// Output: org-1 <nil>
}

func ExampleOption() {
	options := []api.Option{api.WithAPIKey("key"), api.WithBaseURL(server.URL)}
	if testing := true; testing {
		options = append(options, api.WithTimeout(time.Second))
	}
	show(api.New("org-1", options...))
	// Output: Spring offer <nil>
}

func ExampleEnvironment() {
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithEnvironment(api.Development))
	fmt.Println(client.LogValue(), err)
	// Output: [org=org-1 server=https://api.dev.suger.cloud/] <nil>
}

func ExampleWithEnvironment() {
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithEnvironment(api.Development))
	fmt.Println(client.LogValue(), err)
	// Output: [org=org-1 server=https://api.dev.suger.cloud/] <nil>
}

func ExampleWithBaseURL() {
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL)))
	// Output: Spring offer <nil>
}

func ExampleWithAPIKey() {
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL)))
	// Output: Spring offer <nil>
}

func ExampleWithOAuth() {
	show(api.New("org-1", api.WithOAuth("app-id", "secret"), api.WithTokenURL(server.URL+"/oauth2/token"), api.WithBaseURL(server.URL)))
	// Output: Spring offer <nil>
}

func ExampleWithTokenURL() {
	show(api.New("org-1", api.WithOAuth("app-id", "secret"), api.WithTokenURL(server.URL+"/oauth2/token"), api.WithBaseURL(server.URL)))
	// Output: Spring offer <nil>
}

func ExampleWithBearerLogin() {
	show(api.New("org-1", api.WithBearerLogin("api-client-id", "secret"), api.WithBaseURL(server.URL)))
	// Output: Spring offer <nil>
}

func ExampleWithTokenSource() {
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "token"})
	show(api.New("org-1", api.WithTokenSource(source), api.WithBaseURL(server.URL)))
	// Output: Spring offer <nil>
}

func ExampleWithHTTPClient() {
	httpClient := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithHTTPClient(httpClient)))
	// Output: Spring offer <nil>
}

func ExampleWithUserAgent() {
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithUserAgent("billing-job/1.4")))
	// Output: Spring offer <nil>
}

func ExampleWithTimeout() {
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithTimeout(10*time.Second)))
	// Output: Spring offer <nil>
}

func ExampleWithMaxResponseBytes() {
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithMaxResponseBytes(10))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Offers.Get(ctx, "o-1")
	fmt.Println(err)
	// Output: Offers.Get: the call succeeded (200 OK), but its answer cannot be read: the answer is larger than the limit of the client, 10 bytes (see WithMaxResponseBytes)
}

func ExampleWithRetry() {
	patient := api.RetryPolicy{MaxTries: 6, BaseDelay: time.Second, MaxDelay: time.Minute}
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithRetry(patient)))
	// Output: Spring offer <nil>
}

func ExampleRetryPolicy() {
	policy := api.DefaultRetryPolicy()
	policy.MaxTries = 1 // no repeats
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithRetry(policy)))
	// Output: Spring offer <nil>
}

func ExampleWithRateLimit() {
	limiter := rate.NewLimiter(10, 20) // 10 a second, 20 at once
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithRateLimit(limiter)))
	// Output: Spring offer <nil>
}

func ExampleWithLogger() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: dropTimes}))
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithLogger(logger)))
	// Output:
	// level=DEBUG msg="suger call" operation=Offers.Get method=GET path=/org/org-1/offer/o-1 try=1 status=200 request_id=req-7
	// Spring offer <nil>
}

func ExampleWithLoggedBodies() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: dropTimes}))
	show(api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithLogger(logger), api.WithLoggedBodies()))
	// Output:
	// level=DEBUG msg="suger call" operation=Offers.Get method=GET path=/org/org-1/offer/o-1 try=1 status=200 request_id=req-7 request_body="" response_body="{\"id\": \"o-1\", \"name\": \"Spring offer\", \"status\": \"PENDING_ACCEPTANCE\", \"info\": {\"commitAmount\": 1200.5}}"
	// Spring offer <nil>
}
