package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// settling are the calls whose repeat the server refuses when the first try has brought about the state that they want.
var settling = map[string]struct {
	call    func(context.Context, *api.Client) (status string, err error)
	wanted  string // a state that the call wants
	another string // one that it does not
	wrapped string // the property of the list that the object is looked up in, "" if it is looked up by itself
}{
	"delete offer": {func(ctx context.Context, c *api.Client) (string, error) { return "", c.Offers.Delete(ctx, "1") }, "DELETED", "DRAFT", ""},
	"cancel offer": {func(ctx context.Context, c *api.Client) (string, error) {
		offer, err := c.Offers.Cancel(ctx, "1")
		return string(offer.GetStatus()), err
	}, "PENDING_CANCEL", "ACTIVE", ""},
	"delete product": {func(ctx context.Context, c *api.Client) (string, error) { return "", c.Products.Delete(ctx, "1") }, "DELETED", "DRAFT", ""},
	"delete add-on":  {func(ctx context.Context, c *api.Client) (string, error) { return "", c.Billing.DeleteAddon(ctx, "1") }, "DELETED", "ACTIVE", ""},
	"void invoice": {func(ctx context.Context, c *api.Client) (string, error) {
		invoice, err := c.Billing.VoidInvoice(ctx, "1")
		return string(invoice.GetStatus()), err
	}, "CANCELED", "DRAFT", ""},
	"approve entitlement": {func(ctx context.Context, c *api.Client) (string, error) {
		entitlement, err := c.Entitlements.Approve(ctx, "1")
		return string(entitlement.GetStatus()), err
	}, "ACTIVE", "PENDING_START", ""},
	"cancel entitlement": {func(ctx context.Context, c *api.Client) (string, error) {
		entitlement, err := c.Entitlements.Cancel(ctx, "1")
		return string(entitlement.GetStatus()), err
	}, "CANCELLED", "ACTIVE", ""},
	"close ticket": {func(ctx context.Context, c *api.Client) (string, error) {
		ticket, err := c.Support.CloseTicket(ctx, "1")
		return string(ticket.GetStatus()), err
	}, "CLOSED", "OPEN", ""},
	"reopen ticket": {func(ctx context.Context, c *api.Client) (string, error) {
		ticket, err := c.Support.ReopenTicket(ctx, "1")
		return string(ticket.GetStatus()), err
	}, "OPEN", "ARCHIVED", ""},
	"delete usage": {func(ctx context.Context, c *api.Client) (string, error) {
		group, err := c.Metering.DeleteUsageRecordGroup(ctx, "1", nil)
		return string(group.GetStatus()), err
	}, "DELETED", "REPORTED", "usageRecordGroups"},
	"retry usage": {func(ctx context.Context, c *api.Client) (string, error) {
		group, err := c.Metering.RetryUsageRecordGroup(ctx, "1", nil)
		return string(group.GetStatus()), err
	}, "CREATED", "REPORT_FAILED", "usageRecordGroups"},
}

// TestSettle has a server that carries a call out without an answer and refuses the repeat, since the state is there.
func TestSettle(t *testing.T) {
	t.Parallel()
	for name, tt := range settling {
		for _, found := range []struct {
			state string           // of the object when it is looked up
			look  http.HandlerFunc // instead, if not nil
			done  bool
			kinds []error // of the error
		}{
			{tt.wanted, nil, true, nil},
			{tt.another, nil, false, []error{api.ErrBadRequest}},
			{"", answer(404, "application/json", `"no such thing"`), false, []error{api.ErrBadRequest, api.ErrOutcomeUnknown}},
			{"", answer(200, "text/html", "<title>Log in</title>"), false, []error{api.ErrBadRequest, api.ErrOutcomeUnknown}},
		} {
			t.Run(fmt.Sprint(name, " ", found.state, found.done), func(t *testing.T) {
				t.Parallel()
				var tries atomic.Int32
				client := serve(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method != http.MethodGet && tries.Add(1) == 1:
						hangUp(w, r)
					case r.Method != http.MethodGet:
						answer(400, "application/json", `"the state does not allow it"`)(w, r)
					case found.look != nil:
						found.look(w, r)
					default:
						body := fmt.Sprintf(`{"id": "1", "status": %q}`, found.state)
						if tt.wrapped != "" {
							body = fmt.Sprintf(`{%q: [{"id": "2"}, %s]}`, tt.wrapped, body)
						}
						answer(200, "application/json", body)(w, r)
					}
				})
				status, err := tt.call(t.Context(), client)
				assert.EqualValues(t, 2, tries.Load())
				if found.done {
					require.NoError(t, err)
					assert.True(t, status == "" && strings.HasPrefix(name, "delete") || status == tt.wanted, status)
					return
				}
				assertKinds(t, err, found.kinds...)
				assert.Empty(t, status)
				e, ok := errors.AsType[*api.Error](err)
				require.True(t, ok, "%T", err)
				assert.Equal(t, e.OutcomeUnknown, e.Earlier != nil)
				if e.OutcomeUnknown {
					assert.ErrorContains(t, err, "the state could not be looked up")
				}
			})
		}
	}
}

// TestRefusedAtOnce checks that the client does not look the state up after a first try, which would change nothing.
func TestRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range settling {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.NotEqual(t, http.MethodGet, r.Method)
				answer(400, "application/json", `"the state does not allow it"`)(w, r)
			})
			_, err := tt.call(t.Context(), client)
			assertKinds(t, err, api.ErrBadRequest)
		})
	}
}

// TestSettleInList has a server that carries a call out without an answer and refuses the repeat, for objects that are in a list
// alone. The list tells whether they have the state that the call wants, or are gone.
func TestSettleInList(t *testing.T) {
	t.Parallel()
	deleteWallet := func(ctx context.Context, c *api.Client) (string, error) {
		return "", c.Buyers.DeleteWallet(ctx, "b-1", "1")
	}
	closeWallet := func(ctx context.Context, c *api.Client) (string, error) {
		wallet, err := c.Buyers.CloseCreditWallet(ctx, "b-1", "1")
		return string(wallet.GetStatus()), err
	}
	deleteTerm := func(ctx context.Context, c *api.Client) (string, error) {
		return "", c.Entitlements.DeleteTerm(ctx, "e-1", "1")
	}
	const another = `{"id": "2", "status": "ACTIVE"}`
	for name, tt := range map[string]struct {
		call  func(context.Context, *api.Client) (string, error)
		list  string // what the list answers
		state string // of the result
		kinds []error
	}{
		"wallet gone":            {deleteWallet, `[` + another + `]`, "", nil},
		"no wallets":             {deleteWallet, `[]`, "", nil},
		"wallet deleted":         {deleteWallet, `[` + another + `, {"id": "1", "status": "DELETED"}]`, "", nil},
		"wallet kept":            {deleteWallet, `[` + another + `, {"id": "1", "status": "ACTIVE"}]`, "", []error{api.ErrBadRequest}},
		"no wallets, in Go":      {deleteWallet, `null`, "", nil},
		"wallet closed":          {closeWallet, `[` + another + `, {"id": "1", "status": "CLOSED"}]`, "CLOSED", nil},
		"wallet open":            {closeWallet, `[{"id": "1", "status": "ACTIVE"}]`, "", []error{api.ErrBadRequest}},
		"wallet not to be found": {closeWallet, `[` + another + `]`, "", []error{api.ErrBadRequest, api.ErrOutcomeUnknown}},
		"term gone":              {deleteTerm, `[{"id": "2"}]`, "", nil},
		"term kept":              {deleteTerm, `[{"id": "2"}, {"id": "1"}]`, "", []error{api.ErrBadRequest}},
		"login page":             {deleteTerm, `<title>Log in</title>`, "", []error{api.ErrBadRequest, api.ErrOutcomeUnknown}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodGet:
					answer(200, "application/json", tt.list)(w, r)
				case tries.Add(1) == 1:
					hangUp(w, r)
				default:
					answer(400, "application/json", `"there is none"`)(w, r)
				}
			})
			state, err := tt.call(t.Context(), client)
			assert.EqualValues(t, 2, tries.Load())
			assert.Equal(t, tt.state, state)
			if tt.kinds == nil {
				require.NoError(t, err)
			} else {
				assertKinds(t, err, tt.kinds...)
			}
		})
	}
}
