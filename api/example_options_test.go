package api_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"golang.org/x/time/rate"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

func ExampleNew() {
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
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	options := []api.Option{api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL)}
	if os.Getenv("PATIENT") != "" {
		options = append(options, api.WithTimeout(time.Minute))
	}
	client, err := api.New(srv.OrgID, options...)
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
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

func ExampleWithHTTPClient() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	httpClient := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithHTTPClient(httpClient))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleWithUserAgent() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithUserAgent("billing-job/1.4"))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	fmt.Println(srv.Requests()[0].Header.Get("User-Agent"))
	// Output:
	// Spring offer <nil>
	// billing-job/1.4 suger-go/devel
}

func ExampleWithTimeout() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithTimeout(10*time.Second))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleWithMaxResponseBytes() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithMaxResponseBytes(10))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Offers.Get(context.Background(), "o-1")
	fmt.Println(err)
	// Output: Offers.Get: the call succeeded (200 OK), but its answer cannot be read: the answer is larger than the limit of the client, 10 bytes (see WithMaxResponseBytes)
}

func ExampleWithRetry() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})
	srv.Fail("offers.get", sugertest.Status(503).Times(1))

	patient := api.RetryPolicy{MaxTries: 6, BaseDelay: 100 * time.Millisecond, MaxDelay: time.Minute}
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithRetry(patient))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err, len(srv.Requests()))
	// Output: Spring offer <nil> 2
}

// The standard policy with more patience, for a job that runs at night.
func ExampleDefaultRetryPolicy() {
	policy := api.DefaultRetryPolicy()
	policy.MaxTries = 6
	fmt.Println(policy.MaxTries, policy.BaseDelay, policy.MaxDelay)
	// Output: 6 500ms 30s
}

func ExampleRetryPolicy() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Fail("offers.get", sugertest.Status(503))

	policy := api.DefaultRetryPolicy()
	policy.MaxTries = 1 // no repeats
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithRetry(policy))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Offers.Get(context.Background(), "o-1")
	fmt.Println(errors.Is(err, api.ErrServer), len(srv.Requests()))
	// Output: true 1
}

func ExampleWithRateLimit() {
	srv := sugertest.NewServer()
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	limiter := rate.NewLimiter(10, 20) // 10 a second, 20 at once
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL(srv.URL), api.WithRateLimit(limiter))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output: Spring offer <nil>
}

func ExampleWithLogger() {
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key"))
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	replace := func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Key == slog.TimeKey || attr.Key == "duration" { // differ from run to run
			return slog.Attr{}
		}
		return attr
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: replace}))
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(srv.URL), api.WithLogger(logger))
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output:
	// level=DEBUG msg="suger call" operation=Offers.Get method=GET path=/org/org-1/offer/o-1 try=1 status=200
	// Spring offer <nil>
}

func ExampleWithLoggedBodies() {
	srv := sugertest.NewServer(sugertest.Organization("org-1", "key"))
	defer srv.Close()
	srv.Seed(gen.Offer{ID: new("o-1"), Name: new("Spring offer")})

	replace := func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Key == slog.TimeKey || attr.Key == "duration" { // differ from run to run
			return slog.Attr{}
		}
		return attr
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: replace}))
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(srv.URL), api.WithLogger(logger), api.WithLoggedBodies())
	if err != nil {
		fmt.Println(err)
		return
	}
	offer, err := client.Offers.Get(context.Background(), "o-1")
	fmt.Println(offer.GetName(), err)
	// Output:
	// level=DEBUG msg="suger call" operation=Offers.Get method=GET path=/org/org-1/offer/o-1 try=1 status=200 request_body="" response_body="{\"id\":\"o-1\",\"name\":\"Spring offer\"}"
	// Spring offer <nil>
}
