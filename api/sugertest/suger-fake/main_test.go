package main

import (
	"bytes"
	"context"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/openapi"
)

// serve runs the command until the test ends, and returns what it printed when it was ready.
func serve(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), writer, io.Discard)
		writer.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
	})
	var text strings.Builder
	buffer := make([]byte, 1024)
	for !strings.Contains(text.String(), "Authorization") {
		n, err := reader.Read(buffer)
		require.NoError(t, err)
		text.Write(buffer[:n])
	}
	return text.String()
}

func client(t *testing.T, printed, org, key string) *api.Client {
	t.Helper()
	url, _, _ := strings.Cut(printed, "\n")
	c, err := api.New(org, api.WithAPIKey(key), api.WithBaseURL(url), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	require.NoError(t, err)
	return c
}

func TestServesTheExamples(t *testing.T) {
	printed := serve(t, "-org", "my-org", "-key", "my-key", "-fail", "Offers.List=status:429,after:1s,times:1")
	assert.Contains(t, printed, `organization my-org, header "Authorization: Key my-key"`)
	c := client(t, printed, "my-org", "my-key")
	_, err := c.Offers.List(t.Context(), nil)
	var limited *api.Error
	require.ErrorAs(t, err, &limited)
	assert.Equal(t, time.Second, limited.RetryAfter)
	offers, err := c.Offers.List(t.Context(), nil)
	require.NoError(t, err)
	assert.NotEmpty(t, offers)
	ent, err := c.Entitlements.Get(t.Context(), "7c9e6679-7425-40de-944b-e07fc1f90ae7")
	require.NoError(t, err)
	assert.Equal(t, "my-org", ent.GetOrganizationID())
}

func TestServesWhatTheFlagsSay(t *testing.T) {
	c := client(t, serve(t, "-org", "o", "-key", "k", "-strict", "-slow", "24h", "-empty-notify", "-refuse-unknown"), "o", "k")
	product, err := c.Products.Create(t.Context(), gen.Product{Name: new("Acme Analytics")})
	require.NoError(t, err)
	offer := gen.Offer{Name: new("Globex 2026"), Partner: new(gen.PartnerAWS), ProductID: new("gone")}
	_, err = c.Offers.Create(t.Context(), offer)
	assert.ErrorContains(t, err, "body/productID: product not found: gone")
	offer.ProductID = product.ID
	created, err := c.Offers.Create(t.Context(), offer)
	require.NoError(t, err)
	assert.Equal(t, gen.OfferStatusPendingCreate, created.GetStatus())
	event, err := c.Offers.NotifyContacts(t.Context(), created.GetID(), nil)
	require.NoError(t, err)
	assert.Empty(t, event.GetAction())
	err = c.Do(t.Context(), "GET", "/org/{orgId}/offer?stauts=DRAFT", nil, nil)
	assert.ErrorContains(t, err, "query parameter stauts: Offers.List has none of that name")
}

func TestServesASeedFile(t *testing.T) {
	seed := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(seed, []byte(`{"Entitlement": [{"id": "ent-1", "status": "ON_THE_MOON"}]}`), 0o600))
	c := client(t, serve(t, "-org", "o", "-key", "k", "-seed", seed), "o", "k")
	ent, err := c.Entitlements.Get(t.Context(), "ent-1")
	require.NoError(t, err)
	assert.Equal(t, gen.EntitlementStatus("ON_THE_MOON"), ent.GetStatus())
	offers, err := c.Offers.List(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, offers, "the examples stay away")
}

// Answers may be made up instead.
func TestMadeUpAnswers(t *testing.T) {
	get := func(args ...string) *gen.Offer {
		offer, err := client(t, serve(t, append(args, "-org", "o", "-key", "k")...), "o", "k").Offers.Get(t.Context(), "any id")
		require.NoError(t, err)
		return offer
	}
	assert.Equal(t, "Globex 2026 platform contract", get("-examples").GetName())
	assert.NotEmpty(t, get("-synthesized", "7").GetExternalID())
	assert.Equal(t, get("-synthesized", "7"), get("-synthesized", "7"))
	assert.NotEqual(t, get("-synthesized", "7"), get("-synthesized", "8"))
}

// The key of the README's quick start, which is exported, neither gets onto the page nor is it printed or taken.
func TestLeavesTheEnvironmentAlone(t *testing.T) {
	t.Setenv("SUGER_ORG_ID", "real-org")
	t.Setenv("SUGER_API_KEY", "real-key")
	printed := serve(t)
	assert.NotContains(t, printed, "real-")
	assert.Contains(t, printed, `organization test-org, header "Authorization: Key sk-fake-`)
	url, _, _ := strings.Cut(printed, "\n")
	for _, path := range []string{"/", "/openapi.json"} {
		assert.NotContains(t, fetch(t, url+path), "real-", path)
	}
	_, err := client(t, printed, "test-org", "real-key").Offers.List(t.Context(), nil)
	assert.ErrorIs(t, err, api.ErrUnauthorized)
}

// A web site whose name was made to lead here, or that only sends requests here, is not shown the page with its key.
func TestRefusesOtherSites(t *testing.T) {
	url, _, _ := strings.Cut(serve(t, "-host", "fake.test"), "\n")
	for _, test := range []struct {
		host, site string
		status     int
	}{
		{"evil.example", "same-origin", 421}, {"", "cross-site", 403}, {"", "same-site", 403}, {"fake.test", "same-origin", 200}, {"", "none", 200},
	} {
		for _, path := range []string{"/", "/openapi.json", "/reference/", "/reference/swagger-ui.css", "/org/test-org/offer"} {
			r, err := http.NewRequestWithContext(t.Context(), "GET", url+path, nil)
			require.NoError(t, err)
			r.Host = test.host
			r.Header.Set("Sec-Fetch-Site", test.site)
			response, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			if test.status == 200 && strings.HasPrefix(path, "/org/") {
				assert.Equal(t, 401, response.StatusCode)
				continue
			}
			assert.Equal(t, test.status, response.StatusCode, "%v %s", test, path)
			assert.Equal(t, test.status == 200 && (path == "/" || path == "/reference/"), strings.Contains(string(body), "Key sk-fake-"), "%v %s", test, path)
			if test.status == 200 && path != "/openapi.json" {
				assert.Contains(t, response.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
			}
		}
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, 200, response.StatusCode, url)
	return string(body)
}

// The page, the reference and all that they load or lead to come from the server itself.
func TestPageWorksOffline(t *testing.T) {
	url, _, _ := strings.Cut(serve(t), "\n")
	var all []string
	for _, path := range []string{"/", "/reference/"} {
		loads := regexp.MustCompile(`(?:src|href|action)="([^"]+)"`).FindAllStringSubmatch(fetch(t, url+path), -1)
		require.NotEmpty(t, loads)
		for _, load := range loads {
			target := html.UnescapeString(load[1])
			all = append(all, target)
			if target == "data:," || strings.HasPrefix(target, "/_fake/page/") && !strings.Contains(target, ".css") && !strings.Contains(target, "?") {
				continue // an empty picture, or where a form goes to
			}
			require.True(t, strings.HasPrefix(target, "/"), target)
			assert.NotEmpty(t, fetch(t, url+target))
		}
	}
	assert.Subset(t, all, []string{"/", "/reference/", "/_fake/openapi.yaml", "/_fake/page/page.css"})
	document := fetch(t, url+"/openapi.json")
	assert.Contains(t, document, `"servers":[{"description":"This server","url":"/"}]`)
	assert.Contains(t, document, `"example":"test-org"`)
	assert.Equal(t, bytes.Count(openapi.JSON(), []byte(`"operationId"`)), strings.Count(document, `"operationId"`))
}

func TestWrongArguments(t *testing.T) {
	seed := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(seed, []byte(`{"Offers": []}`), 0o600))
	for message, args := range map[string][]string{
		"Offers is no resource":                     {"-seed", seed, "-addr", "127.0.0.1:0"},
		"no such file":                              {"-seed", seed + ".txt"},
		"unknown argument \"now\"":                  {"now"},
		"there is no operation \"offers.nothing\"":  {"-fail", "offers.nothing=status:503"},
		"\"fire\" is no fault":                      {"-fail", "*=fire"},
		"want one of -examples and":                 {"-examples", "-synthesized", "1"},
		"invalid value \"x\" for flag -synthesized": {"-synthesized", "x"},
		"address nowhere":                           {"-addr", "nowhere"},
	} {
		err := run(t.Context(), args, io.Discard, io.Discard)
		assert.ErrorContains(t, err, message)
	}
}
