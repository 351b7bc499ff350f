// Package faults lets the network between the client and a server fail, and then compares what the client said of its calls with
// what the server did.
package faults

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

var (
	calls = flag.Int("calls", 600, "how many calls TestFaults makes")
	seed  = flag.Uint64("seed", 1, "the seed of the faults")
)

const (
	offers   = 40 // as many as TestFaults lists
	payments = 50 // that are refunded by turns
)

// operation is one of the operations that TestFaults mixes. Each call of one has a number of its own, and acts on something
// of that number.
type operation struct {
	name   string
	unsafe bool
	seed   func(srv *sugertest.Server, n int) // what the call acts on
	call   func(ctx context.Context, client *api.Client, n int) error
	key    func(n int) string // of the call's effect in the counts
}

func key(what string) func(int) string {
	return func(n int) string { return fmt.Sprintf("%s %d", what, n) }
}

func groupID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

var mix = []operation{
	{
		name: "Contacts.Create", key: key("created"),
		call: func(ctx context.Context, client *api.Client, n int) error {
			_, err := client.Contacts.Create(ctx, gen.Contact{EmailAddress: new(fmt.Sprintf("created-%d@example.com", n))})
			return err
		},
	},
	{
		name: "Contacts.Update", key: key("updated"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Contact{ID: new(fmt.Sprint("contact-", n)), Name: new("before")})
		},
		call: func(ctx context.Context, client *api.Client, n int) error {
			_, err := client.Contacts.Update(ctx, fmt.Sprint("contact-", n), gen.Contact{Name: new("after")})
			return err
		},
	},
	{
		name: "Metering.ReportUsageRecordGroup", key: key("reported"),
		call: func(ctx context.Context, client *api.Client, n int) error {
			_, err := client.Metering.ReportUsageRecordGroup(ctx, "ent-1", gen.CreateUsageRecordGroupParams{
				EntitlementID: "ent-1", OrganizationID: client.OrgID(), ID: new(groupID(n)), Records: map[string]float64{"api_calls": float64(n)},
			})
			if errors.Is(err, api.ErrConflict) {
				return nil // a call before this one, which said that it may be made again, has reported it
			}
			return err
		},
	},
	{
		name: "Billing.DeleteAddon", key: key("deleted"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Addon{ID: new(fmt.Sprint("addon-", n)), Status: new(gen.AddonStatusActive)})
		},
		call: func(ctx context.Context, client *api.Client, n int) error {
			return client.Billing.DeleteAddon(ctx, fmt.Sprint("addon-", n))
		},
	},
	{
		name: "Offers.NotifyContacts", unsafe: true, key: key("notified"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.Contact{ID: new(fmt.Sprint("contact-", n)), EmailAddress: new(fmt.Sprintf("notified-%d@example.com", n))})
		},
		call: func(ctx context.Context, client *api.Client, n int) error {
			_, err := client.Offers.NotifyContacts(ctx, "offer-0", []string{fmt.Sprint("contact-", n)})
			return err
		},
	},
	{
		name: "Billing.CreateRefund", unsafe: true, key: key("refunded"),
		call: func(ctx context.Context, client *api.Client, n int) error {
			_, err := client.Billing.CreateRefund(ctx, "buyer-1", fmt.Sprint("payment-", n%payments), float64(n+1)/100)
			return err
		},
	},
	{
		name: "Entitlements.AddCredit", unsafe: true, key: key("credited"),
		seed: func(srv *sugertest.Server, n int) {
			srv.Seed(gen.EntitlementTerm{ID: new(fmt.Sprint("term-", n)), EntitlementID: new("ent-1")})
		},
		call: func(ctx context.Context, client *api.Client, n int) error {
			_, err := client.Entitlements.AddCredit(ctx, "ent-1", gen.AddEntitlementCreditParams{
				EntitlementID: "ent-1", OrganizationID: client.OrgID(), EntitlementTermID: new(fmt.Sprint("term-", n)), CreditAmountIncrement: 0.1,
			})
			return err
		},
	},
	{
		name: "Offers.All",
		call: func(ctx context.Context, client *api.Client, n int) error {
			seen := 0
			for offer, err := range client.Offers.All(ctx, &gen.ListOffersParams{Limit: new(int64(15))}) {
				if err != nil {
					return err
				}
				if want := fmt.Sprint("offer-", seen); offer.GetID() != want {
					return fmt.Errorf("offer %s instead of %s", offer.GetID(), want)
				}
				seen++
			}
			if seen != offers {
				return fmt.Errorf("%d offers instead of %d", seen, offers)
			}
			return nil
		},
	},
}

// outcome is what the client says of a call.
type outcome int

const (
	done outcome = iota
	notDone
	unknown
)

// outcomeOf reads an error as the documentation of package api tells callers to.
func outcomeOf(err error) outcome {
	_, undecoded := errors.AsType[*api.DecodeError](err)
	switch {
	case err == nil || undecoded: // the call took effect
		return done
	case errors.Is(err, api.ErrOutcomeUnknown):
		return unknown
	}
	return notDone
}

// TestFaults makes calls of all kinds over a network that fails. They are made again when IsRetryable says so, but for some of
// the unsafe ones. Afterwards each call that was reported as done is done once, each that was not is not, and only what is
// reported as unknown may be either.
func TestFaults(t *testing.T) {
	t.Parallel()
	srv := sugertest.New(t)
	srv.Seed(gen.Entitlement{ID: new("ent-1")}, gen.Buyer{ID: new("buyer-1")})
	for i := range offers {
		srv.Seed(gen.Offer{ID: new(fmt.Sprint("offer-", i)), Info: &gen.OfferInfo{EulaURL: new(strings.Repeat("x", 100))}})
	}
	for i := range payments {
		srv.Seed(gen.PaymentTransaction{
			ID: new(fmt.Sprint("payment-", i)), BuyerID: new("buyer-1"), Amount: new(1e9), Currency: new("USD"),
			Status: new(gen.PaymentStatusSuccess), Type: new(gen.PaymentTransactionTypeCharge),
		})
	}
	for n := range *calls {
		if op := mix[n%len(mix)]; op.seed != nil {
			op.seed(srv, n)
		}
	}
	srv.Fail("*", sugertest.HTML(http.StatusBadGateway).Probability(0.02, *seed))
	srv.Fail("offers.notifyContacts", sugertest.Status(http.StatusTooManyRequests).Probability(0.5, *seed))
	srv.Fail("*", sugertest.Status(http.StatusTooManyRequests).Probability(0.15, *seed))
	front := httptest.NewServer(forgetful(srv)) // of its own, to wait for all that runs in it
	storm := newStorm(*seed, 3000)
	p := newProxy(t, front.Listener.Addr().String(), storm.next)
	client := newClient(t, srv, p)

	outcomes := make([]outcome, *calls)
	var next, repeats atomic.Int64
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for n := int(next.Add(1)) - 1; n < *calls; n = int(next.Add(1)) - 1 {
				op := mix[n%len(mix)]
				err := op.call(t.Context(), client, n)
				for range 100 {
					if !api.IsRetryable(err) || op.unsafe && n%2 == 0 { // some are left at that
						break
					}
					repeats.Add(1)
					err = op.call(t.Context(), client, n)
				}
				outcomes[n] = outcomeOf(err)
				if !op.unsafe && outcomes[n] != done {
					t.Errorf("%s %d can be repeated until it succeeds, but ended with %v", op.name, n, err)
				}
			}
		})
	}
	workers.Wait()

	client.CloseIdleConnections()
	select {
	case <-p.closed():
	case <-time.After(10 * time.Second):
		t.Fatal("the client has left a connection open")
	}
	front.Close()
	counts := count(t, srv)
	total := map[outcome]int{}
	unknownButDone := 0
	for n, outcome := range outcomes {
		op := mix[n%len(mix)]
		if op.key == nil {
			continue // it changes nothing
		}
		total[outcome]++
		times := counts[op.key(n)]
		switch outcome {
		case done:
			assert.Equal(t, 1, times, "%s %d was reported as done", op.name, n)
		case notDone:
			assert.Zero(t, times, "%s %d was reported as not done", op.name, n)
		case unknown:
			assert.LessOrEqual(t, times, 1, "%s %d has an unknown outcome", op.name, n)
			unknownButDone += times
		}
	}
	t.Logf("%d calls: %d done, %d not done, %d unknown (%d of them done), %d made again by the caller; %d requests arrived; strikes planned: %v",
		*calls, total[done], total[notDone], total[unknown], unknownButDone, repeats.Load(), len(srv.Requests()), storm)
	assert.Positive(t, repeats.Load(), "calls that failed and could be made again")
	assert.Positive(t, total[notDone], "calls that were given up")
	assert.Positive(t, total[unknown], "calls that failed and could not")
	assert.Positive(t, unknownButDone, "calls that were done without an answer")
	assert.Less(t, unknownButDone, total[unknown], "calls that were lost on their way")
	assert.Greater(t, total[done], *calls/3)
}

// forgetful is a gateway that loses an answer every now and then, after the call was carried out.
func forgetful(srv *sugertest.Server) http.Handler {
	chance := newChance(2)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !chance.strikes(0.05) {
			srv.ServeHTTP(w, r)
			return
		}
		srv.ServeHTTP(httptest.NewRecorder(), r)
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusGatewayTimeout)
		_, _ = io.WriteString(w, "<title>504 Gateway Time-out</title>")
	})
}

// chance is a source of randomness for many goroutines.
type chance struct {
	mu     sync.Mutex
	random *rand.Rand
}

func newChance(stream uint64) *chance { return &chance{random: rand.New(rand.NewPCG(*seed, stream))} }

func (c *chance) strikes(odds float64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.Float64() < odds
}

// newClient returns a client that reaches a server through a proxy, and at times does not even get that far.
func newClient(t *testing.T, srv *sugertest.Server, p *proxy) *api.Client {
	t.Helper()
	chance := newChance(1)
	transport := &http.Transport{
		MaxIdleConnsPerHost: 8,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if chance.strikes(0.2) {
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		},
	}
	client, err := api.New(srv.OrgID, api.WithAPIKey(srv.APIKey), api.WithBaseURL("http://"+p.addr()), api.WithTransport(transport),
		api.WithTimeout(300*time.Millisecond), api.WithRetry(api.RetryPolicy{MaxTries: 2, BaseDelay: time.Millisecond, MaxDelay: 4 * time.Millisecond}))
	require.NoError(t, err)
	return client
}

// count looks at the store, past the proxy, and counts the effects by their keys.
func count(t *testing.T, srv *sugertest.Server) map[string]int {
	t.Helper()
	client := srv.Client(api.WithRetry(api.RetryPolicy{MaxTries: 20})) // for the moods of the gateway
	counts := map[string]int{}
	ctx := t.Context()
	number := func(format, text string) (n int) {
		if _, err := fmt.Sscanf(text, format, &n); err != nil {
			return -1
		}
		return n
	}
	for contact, err := range client.Contacts.All(ctx, nil) {
		require.NoError(t, err)
		if n := number("created-%d@", contact.GetEmailAddress()); n >= 0 {
			counts[key("created")(n)]++
		}
		if contact.GetName() == "after" {
			counts[key("updated")(number("contact-%d", contact.GetID()))]++
		}
	}
	for group, err := range client.Metering.AllUsageRecordGroups(ctx, nil) {
		require.NoError(t, err)
		counts[key("reported")(int(group.GetRecords()["api_calls"]))]++
	}
	for addon, err := range client.Billing.AllAddons(ctx, nil) {
		require.NoError(t, err)
		if addon.GetStatus() == gen.AddonStatusDeleted {
			counts[key("deleted")(number("addon-%d", addon.GetID()))]++
		}
	}
	for message, err := range client.Notifications.AllMessages(ctx, nil) {
		require.NoError(t, err)
		counts[key("notified")(number("notified-%d@", message.GetRecipient()))]++
	}
	for payment, err := range client.Billing.AllPaymentTransactions(ctx, nil) {
		require.NoError(t, err)
		if payment.GetType() == gen.PaymentTransactionTypeRefund {
			counts[key("refunded")(int(payment.GetAmount()*100+0.5)-1)]++
		}
	}
	terms, err := client.Entitlements.ListTerms(ctx, "ent-1")
	require.NoError(t, err)
	for _, term := range terms {
		counts[key("credited")(number("term-%d", term.GetID()))] = int(term.GetCreditAmount()*10 + 0.5)
	}
	return counts
}
