package signup_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/signup"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

const (
	id      = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
	buyerID = "2a6f1c80-93d4-4b57-a1be-4f0d8c27e613"
)

// arrive reads the arrival of a browser at the seller's page with a query.
func arrive(t *testing.T, client *api.Client, query string) (*signup.Arrival, error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "https://seller.example/signup", nil)
	r.URL.RawQuery = query
	arrival, err := signup.Read(t.Context(), client, r)
	if err != nil {
		assert.Nil(t, arrival)
		assertIsSafe(t, err)
	}
	return arrival, err
}

var kinds = []error{
	signup.ErrLink, signup.ErrNotFound, signup.ErrElsewhere, signup.ErrPartner, signup.ErrCancelled, signup.ErrNoBuyer, signup.ErrUnavailable,
}

// assertIsSafe holds an error to be of one kind, and its text to be that of the kind, and so without anything of the link.
func assertIsSafe(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*signup.Error](err)
	require.True(t, ok, "%T", err)
	matched := 0
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			matched++
			assert.Equal(t, kind.Error(), err.Error())
		}
	}
	assert.Equal(t, 1, matched, "kinds of %v", err)
	require.Error(t, e.Err)
	assert.NotContains(t, e.Err.Error(), "\n", "it goes to a log")
}

func seeded(t *testing.T, entitlement gen.Entitlement) *sugertest.Server {
	srv := sugertest.New(t)
	entitlement.ID, entitlement.BuyerID = new(id), new(buyerID)
	srv.Seed(entitlement, gen.Buyer{ID: new(buyerID), Name: new("Globex")})
	return srv
}

func TestRead(t *testing.T) {
	t.Parallel()
	for query, partner := range map[string]gen.Partner{
		"sugerEntitlementId=" + id + "&partner=aws&offerType=PRIVATE":                                          gen.PartnerAWS,
		"partner=azure&sugerEntitlementId=" + id:                                                               gen.PartnerAzure,
		"sugerEntitlementId=" + id + "&partner=AWS_China":                                                      gen.PartnerAWSChina,
		"sugerEntitlementId=" + id:                                                                             gen.PartnerGCP,
		"sugerEntitlementId=" + id + "&partner=a_new_one":                                                      "A_NEW_ONE",
		"sugerEntitlementId=" + id + "&partner=&offerType=":                                                    gen.PartnerGCP,
		"utm_source=x&utm_source=y&partner=gcp&offerType=of-next-year&sugerEntitlementId=" + id + "&SUGER=%2F": gen.PartnerGCP,
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			srv := seeded(t, gen.Entitlement{Partner: new(partner), Status: new(gen.EntitlementStatusActive)})
			arrival, err := arrive(t, srv.Client(), query)
			require.NoError(t, err)
			assert.Equal(t, id, arrival.Entitlement.GetID())
			assert.Equal(t, partner, arrival.Entitlement.GetPartner())
			assert.Equal(t, "Globex", arrival.Buyer.GetName())
			assert.Len(t, srv.Requests(), 2)
		})
	}
}

// What is not cancelled may enter: which states mean what is for the seller to say.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for status, kind := range map[gen.EntitlementStatus]error{
		gen.EntitlementStatusActive: nil, gen.EntitlementStatusSuspended: nil, gen.EntitlementStatusPendingStart: nil,
		gen.EntitlementStatusPendingCancel: nil, gen.EntitlementStatusEmpty: nil, "OF_NEXT_YEAR": nil,
		gen.EntitlementStatusCancelled: signup.ErrCancelled, gen.EntitlementStatusDeleted: signup.ErrCancelled,
	} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			srv := seeded(t, gen.Entitlement{Status: new(status)})
			arrival, err := arrive(t, srv.Client(), "sugerEntitlementId="+id)
			assert.ErrorIs(t, err, kind)
			if kind == nil {
				assert.Equal(t, status, arrival.Entitlement.GetStatus())
			}
		})
	}
}

// A link that cannot be meant is refused before Suger is asked.
func TestDamagedLink(t *testing.T) {
	t.Parallel()
	srv := seeded(t, gen.Entitlement{})
	for name, query := range map[string]string{
		"nothing":               "",
		"no id":                 "partner=aws&offerType=PRIVATE",
		"empty id":              "sugerEntitlementId=&partner=aws",
		"another case":          "sugerentitlementid=" + id,
		"id twice":              "sugerEntitlementId=" + id + "&sugerEntitlementId=" + id,
		"empty id after one":    "sugerEntitlementId=" + id + "&sugerEntitlementId=",
		"partner twice":         "sugerEntitlementId=" + id + "&partner=aws&partner=azure",
		"type of offer twice":   "sugerEntitlementId=" + id + "&offerType=PRIVATE&offerType=",
		"dots":                  "sugerEntitlementId=..",
		"path":                  "sugerEntitlementId=..%2Fbuyer%2F" + buyerID,
		"path, escaped twice":   "sugerEntitlementId=%252e%252e%252Fbuyer",
		"backslashes":           "sugerEntitlementId=..%5C..%5Cbuyer",
		"query in the id":       "sugerEntitlementId=" + id + "%3Fx=y",
		"fragment in the id":    "sugerEntitlementId=" + id + "%23x",
		"line break":            "sugerEntitlementId=" + id + "%0AERROR+a+forged+line",
		"NUL":                   "sugerEntitlementId=" + id + "%00",
		"space":                 "sugerEntitlementId=+" + id,
		"no UTF-8":              "sugerEntitlementId=%ff%fe",
		"other digits":          "sugerEntitlementId=%D9%A1%D9%A2",
		"HTML":                  "sugerEntitlementId=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
		"HTML as partner":       "sugerEntitlementId=" + id + "&partner=%3Cscript%3E",
		"HTML as type of offer": "sugerEntitlementId=" + id + "&offerType=%3Cscript%3E",
		"long":                  "sugerEntitlementId=" + strings.Repeat("a", 129),
		"long partner":          "sugerEntitlementId=" + id + "&partner=" + strings.Repeat("a", 65),
		"broken escape":         "sugerEntitlementId=" + id + "&partner=%zz",
		"semicolons":            "sugerEntitlementId=" + id + ";partner=aws",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := arrive(t, srv.Client(), query)
			assert.ErrorIs(t, err, signup.ErrLink)
		})
	}
	t.Cleanup(func() { assert.Empty(t, srv.Requests(), "Suger was asked") })
}

// The body of a request is not part of the link.
func TestBodyIsNotRead(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "https://seller.example/signup", strings.NewReader("sugerEntitlementId="+id))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, err := signup.Read(t.Context(), seeded(t, gen.Entitlement{}).Client(), r)
	assert.ErrorIs(t, err, signup.ErrLink)
}

// lying is a server that answers as told, by the kind of what is asked for.
type lying struct {
	mutex    sync.Mutex
	answers  map[string]string // the body of a success, or a status alone
	requests []string
}

func (l *lying) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := strings.Split(r.URL.Path, "/")[3]
	l.mutex.Lock()
	l.requests = append(l.requests, kind)
	answer := l.answers[kind]
	l.mutex.Unlock()
	switch answer {
	case "":
		panic(http.ErrAbortHandler)
	case "400", "401", "403", "404", "503":
		w.WriteHeader(map[string]int{"400": 400, "401": 401, "403": 403, "404": 404, "503": 503}[answer])
	default:
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answer)
	}
}

const (
	sound      = `{"id": "` + id + `", "organizationID": "org-1", "partner": "AWS", "status": "ACTIVE", "buyerID": "` + buyerID + `"}`
	soundBuyer = `{"id": "` + buyerID + `", "organizationID": "org-1"}`
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	changed := func(from, to string) string { return strings.Replace(sound, from, to, 1) }
	for _, tt := range []struct {
		name, entitlement, buyer string
		kind                     error
		asked                    int // how many of the two
	}{
		{"sound", sound, soundBuyer, nil, 2},
		{"id in capitals", changed(id, strings.ToUpper(id)), soundBuyer, nil, 2},
		{"no organization, no partner", `{"id": "` + id + `", "buyerID": "` + buyerID + `"}`, `{"id": "` + buyerID + `"}`, nil, 2},
		{"unknown", "404", soundBuyer, signup.ErrNotFound, 1},
		{"refused id", "400", soundBuyer, signup.ErrNotFound, 1},
		{"another entitlement", changed(id, "another"), soundBuyer, signup.ErrElsewhere, 1},
		{"entitlement without an id", changed(id, ""), soundBuyer, signup.ErrElsewhere, 1},
		{"another organization", changed("org-1", "org-2"), soundBuyer, signup.ErrElsewhere, 1},
		{"another organization, cancelled", strings.Replace(changed("org-1", "org-2"), "ACTIVE", "CANCELLED", 1), soundBuyer, signup.ErrElsewhere, 1},
		{"another partner", changed("AWS", "AZURE"), soundBuyer, signup.ErrPartner, 1},
		{"the partner of another country", changed("AWS", "AWS_CHINA"), soundBuyer, signup.ErrPartner, 1},
		{"cancelled", changed("ACTIVE", "CANCELLED"), soundBuyer, signup.ErrCancelled, 1},
		{"deleted", changed("ACTIVE", "DELETED"), soundBuyer, signup.ErrCancelled, 1},
		{"no buyer", changed(buyerID, ""), soundBuyer, signup.ErrNoBuyer, 1},
		{"null as buyer", changed(`"`+buyerID+`"`, "null"), soundBuyer, signup.ErrNoBuyer, 1},
		{"a path as buyer", changed(buyerID, ".."), soundBuyer, signup.ErrUnavailable, 1},
		{"unknown buyer", sound, "404", signup.ErrNoBuyer, 2},
		{"another buyer", sound, `{"id": "another", "organizationID": "org-1"}`, signup.ErrElsewhere, 2},
		{"buyer without an id", sound, `{"organizationID": "org-1"}`, signup.ErrElsewhere, 2},
		{"buyer of another organization", sound, strings.Replace(soundBuyer, "org-1", "org-2", 1), signup.ErrElsewhere, 2},
		{"key refused", "401", soundBuyer, signup.ErrUnavailable, 1},
		{"no right", "403", soundBuyer, signup.ErrUnavailable, 1},
		{"outage", "503", soundBuyer, signup.ErrUnavailable, 1},
		{"no answer", "", soundBuyer, signup.ErrUnavailable, 1},
		{"null", "null", soundBuyer, signup.ErrUnavailable, 1},
		{"no object", "[]", soundBuyer, signup.ErrUnavailable, 1},
		{"half an answer", sound[:40], soundBuyer, signup.ErrUnavailable, 1},
		{"a page", "<html><title>Sign in</title></html>", soundBuyer, signup.ErrUnavailable, 1},
		{"no right to the buyer", sound, "403", signup.ErrUnavailable, 2},
		{"no answer about the buyer", sound, "", signup.ErrUnavailable, 2},
		{"null as answer about the buyer", sound, "null", signup.ErrUnavailable, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := &lying{answers: map[string]string{"entitlement": tt.entitlement, "buyer": tt.buyer}}
			client := clientOf(t, server)
			arrival, err := arrive(t, client, "partner=aws&offerType=PRIVATE&sugerEntitlementId="+id)
			server.mutex.Lock()
			assert.Equal(t, []string{"entitlement", "buyer"}[:tt.asked], server.requests)
			server.mutex.Unlock()
			if tt.kind != nil {
				assert.ErrorIs(t, err, tt.kind)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, buyerID, arrival.Buyer.GetID())
		})
	}
}

func clientOf(t *testing.T, handler http.Handler) *api.Client {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// The seller's log gets the reason, which the text of an error does not have.
func TestReasons(t *testing.T) {
	t.Parallel()
	client := clientOf(t, &lying{answers: map[string]string{"entitlement": "503"}})
	_, err := arrive(t, client, "sugerEntitlementId="+id)
	refused, ok := errors.AsType[*api.Error](err)
	require.True(t, ok)
	assert.Equal(t, 503, refused.StatusCode)
	assert.ErrorIs(t, err, api.ErrServer)

	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the browser has gone
	_, err = signup.Read(ctx, client, httptest.NewRequest(http.MethodGet, "/?sugerEntitlementId="+id, nil))
	assert.ErrorIs(t, err, signup.ErrUnavailable)
	assert.ErrorIs(t, err, context.Canceled)
}

// A temporary fault of Suger is not one of the arrival.
func TestReadIsRepeated(t *testing.T) {
	t.Parallel()
	srv := seeded(t, gen.Entitlement{})
	srv.Fail("entitlements.get", sugertest.DropAfter().Times(1))
	srv.Fail("buyers.get", sugertest.Status(502).Times(1))
	arrival, err := arrive(t, srv.Client(), "sugerEntitlementId="+id)
	require.NoError(t, err)
	assert.Equal(t, "Globex", arrival.Buyer.GetName())
}

func TestSettling(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Second)
	for _, tt := range []struct {
		name    string
		partner gen.Partner
		created time.Time
		want    time.Time // zero for none
	}{
		{"new on AWS", gen.PartnerAWS, now.Add(-time.Minute), now.Add(4 * time.Minute)},
		{"new on AWS in China", gen.PartnerAWSChina, now.Add(-time.Minute), now.Add(4 * time.Minute)},
		{"new elsewhere", gen.PartnerAzure, now.Add(-time.Minute), time.Time{}},
		{"old on AWS", gen.PartnerAWS, now.Add(-5 * time.Minute), time.Time{}},
		{"very old on AWS", gen.PartnerAWS, now.AddDate(-1, 0, 0), time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := seeded(t, gen.Entitlement{Partner: new(tt.partner), CreationTime: new(gen.NewTime(tt.created))})
			arrival, err := arrive(t, srv.Client(), "sugerEntitlementId="+id)
			require.NoError(t, err)
			assert.True(t, tt.want.Equal(arrival.SettlesBy), "want %s, got %s", tt.want, arrival.SettlesBy)
		})
	}
}

// Without a time of creation that can be, an entitlement counts as new, and it never takes longer than that.
func TestSettlingOfAnUnknownAge(t *testing.T) {
	t.Parallel()
	for _, created := range []string{`""`, "null", `"2200-01-01T00:00:00Z"`, `"0001-01-01T00:00:00Z"`} {
		t.Run(created, func(t *testing.T) {
			t.Parallel()
			entitlement := strings.Replace(sound, "{", `{"creationTime": `+created+`, `, 1)
			client := clientOf(t, &lying{answers: map[string]string{"entitlement": entitlement, "buyer": soundBuyer}})
			before := time.Now()
			arrival, err := arrive(t, client, "sugerEntitlementId="+id)
			require.NoError(t, err)
			assert.WithinRange(t, arrival.SettlesBy, before.Add(5*time.Minute), time.Now().Add(5*time.Minute))
		})
	}
}

// Whatever the query, there is either one kind of error that is safe to show, or an arrival with the right entitlement.
func FuzzRead(f *testing.F) {
	for _, query := range []string{
		"sugerEntitlementId=" + id + "&partner=aws&offerType=PRIVATE", "sugerEntitlementId=..%2F", "sugerEntitlementId=a&sugerEntitlementId=b",
		"partner=%00", "sugerEntitlementId=" + id + "&partner=azure", "%",
	} {
		f.Add(query)
	}
	server := httptest.NewServer(&lying{answers: map[string]string{"entitlement": sound, "buyer": soundBuyer}})
	f.Cleanup(server.Close)
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL(server.URL))
	require.NoError(f, err)
	f.Cleanup(client.CloseIdleConnections)
	f.Fuzz(func(t *testing.T, query string) {
		arrival, err := arrive(t, client, query)
		if err != nil {
			return
		}
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		assert.Equal(t, []string{id}, values["sugerEntitlementId"])
		assert.Contains(t, []string{"", "aws"}, strings.ToLower(values.Get("partner")))
		assert.Equal(t, buyerID, arrival.Buyer.GetID())
	})
}
