package sugertest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// browse gets a view of the page, or sends a form from it, and does not follow where it leads.
func browse(t *testing.T, s *Server, path string, form url.Values, header http.Header) (*http.Response, string) {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	require.NoError(t, err)
	r.Header = header.Clone()
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := s.http.Client().Transport.RoundTrip(r)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(answer)
}

// view gets a view of the page.
func view(t *testing.T, s *Server, path string) string {
	t.Helper()
	response, page := browse(t, s, path, nil, http.Header{})
	require.Equal(t, 200, response.StatusCode, page)
	assert.Equal(t, "text/html; charset=utf-8", response.Header.Get("Content-Type"))
	return page
}

// press sends a form as a browser does, and returns where it leads.
func press(t *testing.T, s *Server, path string, form url.Values) string {
	t.Helper()
	response, answer := browse(t, s, path, form, http.Header{"Origin": {s.URL}})
	require.Equal(t, http.StatusSeeOther, response.StatusCode, answer)
	return response.Header.Get("Location")
}

const planted = `<script>alert("owned")</script>`

// seedPlanted puts an object into the store whose texts are markup, and lets it get wherever the page shows something.
func seedPlanted(t *testing.T, s *Server) {
	t.Helper()
	s.Seed(gen.Offer{ID: new(planted), Name: new(planted), Status: new(gen.OfferStatus(planted))})
	client := s.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	_, err := client.Offers.UpdateMetaInfo(t.Context(), planted, gen.MetaInfo{InternalNote: new(planted)})
	require.NoError(t, err)
	_, err = client.Offers.List(t.Context(), &gen.ListOffersParams{ContactID: new(planted)})
	require.NoError(t, err)
	_, err = client.Offers.Get(t.Context(), "no "+planted)
	require.ErrorIs(t, err, api.ErrNotFound)
	s.Fail("offers.get", FutureEnum(planted))
}

// The page shows the markup in objects, requests, answers, events and faults as text, everywhere.
func TestPageEscapes(t *testing.T) {
	t.Parallel()
	srv := New(t)
	seedPlanted(t, srv)
	for _, path := range []string{"/", storePath("Offer"), objectPath("Offer", planted), storePath("NotificationEvent")} {
		page := view(t, srv, path)
		assert.NotContains(t, page, "<script", path)
		assert.NotContains(t, page, "alert(\"", path)
		if path != storePath("NotificationEvent") {
			assert.Contains(t, page, "&lt;script&gt;alert(", path)
		}
	}
	response, page := browse(t, srv, storePath(planted), nil, http.Header{})
	assert.Equal(t, 404, response.StatusCode)
	assert.NotContains(t, page, "<script")
	response, page = browse(t, srv, pagePath+"faults", url.Values{"fault": {planted}}, http.Header{"Origin": {srv.URL}})
	assert.Equal(t, 400, response.StatusCode)
	assert.Contains(t, page, "there is no operation &#34;&lt;script")
	assert.NotContains(t, page, "<script")
	policy := response.Header.Get("Content-Security-Policy")
	assert.Contains(t, policy, "default-src 'none'")
	assert.NotContains(t, policy, "script-src")
}

func TestPageShows(t *testing.T) {
	t.Parallel()
	srv := New(t, Handle("GET /reference/", http.NotFoundHandler()))
	client := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	assert.Contains(t, view(t, srv, "/"), "The store is empty.")
	srv.Seed(gen.Offer{ID: new("offer-1"), Name: new("Enterprise"), Status: new(gen.OfferStatusPendingAcceptance), BuyerID: new("buyer-1")},
		gen.Buyer{ID: new("buyer-1")})
	srv.Fail("offers.list", Status(503).Times(1), Latency(0))
	_, err := client.Offers.List(t.Context(), nil)
	require.Error(t, err)
	_, err = client.Offers.Get(t.Context(), "offer-2")
	require.ErrorIs(t, err, api.ErrNotFound)
	_, err = client.Offers.Cancel(t.Context(), "offer-1")
	require.NoError(t, err)
	require.NoError(t, client.Do(t.Context(), http.MethodGet, "/org/{orgId}/buyer?partnr=AWS", nil, nil))
	page := view(t, srv, "/")
	for _, want := range []string{
		"the operation has no query parameter partnr", srv.URL, srv.OrgID, "Key " + srv.APIKey, `href="/reference/"`,
		"fault status:503,times:1: service unavailable", "offer not found: offer-2", "Offers.Cancel", // requests
		"struck 1×, used up", "<b>offers.list</b> latency:0s", // faults
		"<td>CANCEL<td>OFFER<td><a href=\"/_fake/page/store?id=offer-1&amp;type=Offer\">Enterprise</a>", // events
		`<span>Offer</span> <b>1</b>`, "real time",
	} {
		assert.Contains(t, page, want)
	}
	assert.Contains(t, view(t, srv, storePath("offer")), `<td class="name"><span>Enterprise</span>`)
	assert.Contains(t, view(t, srv, objectPath("Offer", "offer-1")), `href="/_fake/page/store?id=buyer-1&amp;type=Buyer">buyer-1</a>`)
	response, page := browse(t, srv, objectPath("Offer", "offer-9"), nil, http.Header{})
	assert.Equal(t, 404, response.StatusCode)
	assert.Contains(t, page, "offer not found: offer-9")
	assert.Len(t, srv.Requests(), 4, "looking at the server is no request")
}

func TestPageForms(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("offer-1"), Status: new(gen.OfferStatusPendingAcceptance), Partner: new(gen.PartnerStripe),
		ExpireTime: new(gen.Time{Time: srv.Clock.Now().AddDate(0, 0, 40)})},
		gen.Offer{ID: new("offer-2"), Status: new(gen.OfferStatusPendingAcceptance), ExpireTime: new(gen.Time{Time: srv.Clock.Now().AddDate(0, 0, 20)})})
	assert.Equal(t, "/", press(t, srv, pagePath+"clock", url.Values{"by": {"720h"}}))
	assert.Contains(t, view(t, srv, "/"), "moved on by 720h")
	assert.Contains(t, view(t, srv, objectPath("Offer", "offer-2")), "EXPIRED")
	assert.NotContains(t, view(t, srv, objectPath("Offer", "offer-2")), "Accept as the buyer")
	assert.Contains(t, view(t, srv, objectPath("Offer", "offer-1")), "Accept as the buyer")
	entitlement := press(t, srv, pagePath+"accept", url.Values{"id": {"offer-1"}})
	assert.Contains(t, view(t, srv, entitlement), "Draft an invoice")
	at, err := url.Parse(entitlement)
	require.NoError(t, err)
	invoice := press(t, srv, pagePath+"draft", url.Values{"id": {at.Query().Get("id")}})
	assert.Contains(t, view(t, srv, invoice), "DRAFT")

	press(t, srv, pagePath+"faults", url.Values{"fault": {"offers.get=status:503"}})
	press(t, srv, pagePath+"faults", url.Values{"fault": {"*=truncate"}})
	assert.Contains(t, view(t, srv, "/"), "<b>offers.get</b> status:503")
	press(t, srv, pagePath+"faults/clear", url.Values{})
	assert.Contains(t, view(t, srv, "/"), "No fault waits.")
	press(t, srv, pagePath+"reset", url.Values{"examples": {"yes"}})
	assert.NotContains(t, view(t, srv, storePath("Offer")), "offer-1")
	assert.Contains(t, view(t, srv, "/"), "<span>Offer</span>")
	press(t, srv, pagePath+"reset", url.Values{})
	assert.Contains(t, view(t, srv, "/"), "The store is empty.")

	for path, form := range map[string]url.Values{
		"clock":  {"by": {"soon"}},
		"accept": {"id": {"offer-1"}},
		"draft":  {},
	} {
		response, page := browse(t, srv, pagePath+path, form, http.Header{"Origin": {srv.URL}})
		assert.Equal(t, 4, response.StatusCode/100, path)
		assert.Contains(t, page, `role="alert"`, path)
	}
}

// Only forms of the page itself do something: neither what other sites send nor what has no origin.
func TestPageRefusesOthers(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("offer-1")})
	for path := range pageForms {
		for _, origin := range []string{"", "null", "https://evil.example", "http://127.0.0.1:1"} {
			header := http.Header{}
			if origin != "" {
				header.Set("Origin", origin)
			}
			response, _ := browse(t, srv, pagePath+path, url.Values{"by": {"1h"}, "fault": {"*=truncate"}, "id": {"offer-1"}}, header)
			assert.Equal(t, http.StatusForbidden, response.StatusCode, "%s from %q", path, origin)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+pagePath+path, strings.NewReader("by=1h&fault=*%3Dtruncate&id=offer-1"))
			r.Header = header
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer := httptest.NewRecorder()
			srv.ServeHTTP(answer, r)
			assert.Equal(t, http.StatusForbidden, answer.Code, "%s from %q behind another handler", path, origin)
		}
		response, _ := browse(t, srv, pagePath+path, url.Values{"x": {strings.Repeat("x", longestForm)}}, http.Header{"Origin": {srv.URL}})
		assert.Equal(t, http.StatusBadRequest, response.StatusCode, "%s with a long form", path)
		response, _ = browse(t, srv, pagePath+path, nil, http.Header{})
		assert.Equal(t, http.StatusMethodNotAllowed, response.StatusCode, "GET %s", path)
	}
	assert.Equal(t, []any{object{"id": "offer-1"}}, enter(t, srv, "GET /_fake/store?type=Offer", "").(object)["Offer"])
	assert.Empty(t, srv.faults)
}

// However much there is, a view stays short.
func TestPageIsShort(t *testing.T) {
	t.Parallel()
	srv := New(t)
	deep := any("bottom")
	for range 2000 {
		deep = map[string]any{"deeper": deep}
	}
	wide := make([]any, 3000)
	require.NoError(t, srv.SeedJSON(reply{value: object{"Offer": []any{object{"id": "offer-0", "deep": deep, "wide": wide}}}}.body()))
	for i := range 250 {
		srv.Seed(gen.Offer{ID: new(fmt.Sprint("offer-", i+1))}, gen.NotificationEvent{EventID: new(fmt.Sprint("event-", i))})
	}
	for range 60 {
		_, err := srv.Client().Offers.List(t.Context(), nil)
		require.NoError(t, err)
	}
	object := view(t, srv, objectPath("Offer", "offer-0"))
	assert.NotContains(t, object, "bottom")
	assert.Contains(t, object, "2500 more")
	assert.Less(t, len(object), 100<<10)
	page := view(t, srv, "/")
	assert.Contains(t, page, "the last 50 of 60")
	assert.Contains(t, page, "the last 25 of 250")
	first := view(t, srv, storePath("Offer"))
	assert.Contains(t, first, "1–100 of 251")
	assert.Contains(t, first, "store?type=Offer&amp;from=100")
	assert.NotContains(t, first, "Before")
	last := view(t, srv, storePath("Offer")+"&from=200")
	assert.Contains(t, last, "201–251 of 251")
	assert.Contains(t, last, "from=100")
	assert.NotContains(t, last, "After")
	assert.Contains(t, view(t, srv, storePath("Offer")+"&from=1000"), "There is none here.")
	assert.Contains(t, view(t, srv, storePath("Offer")+"&from=-5"), "1–100 of 251")
}

// Requests remember the answer, cut off, and the fault.
func TestRequestsRememberAnswers(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Offer{ID: new("offer-1"), Name: new(strings.Repeat("x", 2*longestAnswer))}, gen.Offer{ID: new("offer-2")})
	srv.Fail("offers.get", Latency(0).Times(1), DropAfter().Skip(1))
	client := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	offer, err := client.Offers.Get(t.Context(), "offer-1")
	require.NoError(t, err)
	assert.Len(t, offer.GetName(), 2*longestAnswer, "the answer itself is whole")
	_, err = client.Offers.Get(t.Context(), "offer-2")
	require.NoError(t, err)
	_, err = client.Offers.Get(t.Context(), "offer-3")
	require.Error(t, err)
	requests := srv.Requests()
	require.Len(t, requests, 3, "what was dropped is remembered before the client knows")
	assert.Len(t, requests[0].Answer, longestAnswer)
	assert.Equal(t, "latency:0s,times:1", requests[0].Fault)
	assert.Equal(t, `{"id":"offer-2"}`, requests[1].Answer)
	assert.Empty(t, requests[1].Fault)
	assert.Empty(t, requests[2].Answer)
	assert.Equal(t, "drop-after,skip:1", requests[2].Fault)
}
