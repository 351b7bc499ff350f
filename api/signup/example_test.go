package signup_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/signup"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

// page is the page of a seller on which buyers arrive.
type page struct {
	client *api.Client
	log    *slog.Logger

	mutex  sync.Mutex
	owners map[string]string // account by entitlement: a table with the entitlement as its primary key
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Referrer-Policy", "no-referrer") // the link is nobody else's business
	account := r.Header.Get("Account")               // in place of the session of a person who has signed in
	if account == "" {
		http.Error(w, "please sign in or sign up first", http.StatusUnauthorized)
		return
	}
	arrival, err := signup.Read(r.Context(), p.client, r)
	if refused, ok := errors.AsType[*signup.Error](err); ok {
		p.log.Info("an arrival is refused", "account", account, "kind", refused.Kind, "why", refused.Err)
		status := http.StatusForbidden
		if errors.Is(err, signup.ErrUnavailable) {
			status = http.StatusServiceUnavailable
		}
		http.Error(w, refused.Error(), status)
		return
	}
	if !p.claim(arrival.Entitlement.GetID(), account) {
		http.Error(w, "this purchase is set up already: ask a colleague to invite you", http.StatusForbidden)
		return
	}
	fmt.Fprintf(w, "Welcome, %s!\n", arrival.Buyer.GetName()) // html/template in a page of HTML
	if !arrival.SettlesBy.IsZero() {
		fmt.Fprintln(w, "Your plan will be ready in a few minutes.") // it is read again when the event of the update comes
	}
}

// claim gives the entitlement to the first account that asks for it, and reports whether the account has it.
func (p *page) claim(entitlementID, account string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if _, taken := p.owners[entitlementID]; !taken {
		p.owners[entitlementID] = account // INSERT ... ON CONFLICT DO NOTHING, then SELECT
	}
	return p.owners[entitlementID] == account
}

// A page on which buyers arrive, with the link that several people open.
func Example() {
	suger := sugertest.NewServer()
	defer suger.Close()
	suger.Seed(
		gen.Entitlement{ID: new("ent-1"), BuyerID: new("buyer-1"), Partner: new(gen.PartnerAWS), Status: new(gen.EntitlementStatusActive)},
		gen.Entitlement{ID: new("ent-2"), BuyerID: new("buyer-1"), Status: new(gen.EntitlementStatusCancelled)},
		gen.Buyer{ID: new("buyer-1"), Name: new("Globex")},
	)
	client := suger.Client()
	defer client.CloseIdleConnections()
	seller := &page{client: client, log: slog.New(slog.DiscardHandler), owners: map[string]string{}}

	visit := func(account, query string) {
		r := httptest.NewRequest(http.MethodGet, "/signup?"+query, nil)
		r.Header.Set("Account", account)
		w := httptest.NewRecorder()
		seller.ServeHTTP(w, r)
		body, _ := io.ReadAll(w.Body)
		fmt.Printf("%d %s", w.Code, body)
	}
	visit("", "sugerEntitlementId=ent-1&partner=aws&offerType=PRIVATE")
	visit("alice", "sugerEntitlementId=ent-1&partner=aws&offerType=PRIVATE")
	visit("mallory", "sugerEntitlementId=ent-1&partner=aws&offerType=PRIVATE")
	visit("mallory", "sugerEntitlementId=ent-2&partner=aws")
	visit("mallory", "sugerEntitlementId=../buyer/buyer-1")
	// Output:
	// 401 please sign in or sign up first
	// 200 Welcome, Globex!
	// Your plan will be ready in a few minutes.
	// 403 this purchase is set up already: ask a colleague to invite you
	// 403 the purchase is cancelled
	// 403 the link is damaged: please open it from the marketplace again
}
