package webhook_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// The table from which the seller's service knows who may use it.
const createTable = `CREATE TABLE IF NOT EXISTS accounts (
	entitlement TEXT PRIMARY KEY,
	buyer TEXT NOT NULL,
	access TEXT NOT NULL,
	updated BIGINT NOT NULL -- when Suger changed the entitlement last, microseconds since 1970
)`

// access returns what the status of an entitlement means for its buyer.
func access(status gen.EntitlementStatus) (string, error) {
	switch status {
	case gen.EntitlementStatusActive, gen.EntitlementStatusPendingCancel:
		return "open", nil
	case gen.EntitlementStatusSuspended:
		return "suspended", nil
	case gen.EntitlementStatusPendingStart, gen.EntitlementStatusCancelled, gen.EntitlementStatusDeleted:
		return "closed", nil
	}
	return "", fmt.Errorf("the status %q is new: the access stays as it is until somebody has looked", status)
}

// save writes an entitlement as Suger has it, unless the table has something newer: events and the list may be late.
func save(ctx context.Context, tx webhook.Querier, entitlement *gen.Entitlement) error {
	access, err := access(entitlement.GetStatus())
	if err != nil {
		return fmt.Errorf("entitlement %s: %w", entitlement.GetID(), err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO accounts (entitlement, buyer, access, updated) VALUES ($1, $2, $3, $4)
		ON CONFLICT (entitlement) DO UPDATE SET buyer = excluded.buyer, access = excluded.access, updated = excluded.updated
		WHERE accounts.updated <= excluded.updated`,
		entitlement.GetID(), entitlement.GetBuyerID(), access, entitlement.GetLastUpdateTime().UnixMicro())
	return err
}

// shut writes that an entitlement is gone.
func shut(ctx context.Context, tx webhook.Querier, id string) error {
	_, err := tx.ExecContext(ctx, "UPDATE accounts SET access = 'closed', updated = $1 WHERE entitlement = $2", time.Now().UnixMicro(), id)
	return err
}

// newRouter returns what turns events into rows, each in one transaction with the memory of its event.
func newRouter(client *api.Client, store *webhook.SQLStore) *webhook.Router {
	router := webhook.NewRouter(client, func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println("not for this service:", event.GetEntityType(), event.GetAction())
		return nil
	})
	router.Entitlements(func(ctx context.Context, entitlement *gen.Entitlement, _ *gen.NotificationEvent) error {
		return store.Tx(ctx, func(ctx context.Context, tx webhook.Querier) error { return save(ctx, tx, entitlement) })
	})
	router.Gone(gen.EntityTypeEntitlement, func(ctx context.Context, event *gen.NotificationEvent) error {
		return store.Tx(ctx, func(ctx context.Context, tx webhook.Querier) error { return shut(ctx, tx, event.GetEntityID()) })
	})
	return router
}

// reconcile makes up for events that never came. A service calls it at its start and every few minutes.
func reconcile(ctx context.Context, client *api.Client, db *sql.DB) error {
	open, err := openAccounts(ctx, db)
	if err != nil {
		return err
	}
	var errs []error // of single entitlements, which do not hold up the others
	for entitlement, err := range client.Entitlements.All(ctx, nil) {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		delete(open, entitlement.GetID())
		errs = append(errs, save(ctx, db, entitlement))
	}
	for id := range open { // which are not in the list: whether they are gone, only reading them tells
		entitlement, err := client.Entitlements.Get(ctx, id)
		switch {
		case errors.Is(err, api.ErrNotFound):
			errs = append(errs, shut(ctx, db, id))
		case err != nil:
			errs = append(errs, err)
		default:
			errs = append(errs, save(ctx, db, entitlement))
		}
	}
	return errors.Join(errs...)
}

func openAccounts(ctx context.Context, db *sql.DB) (map[string]bool, error) {
	rows, err := db.QueryContext(ctx, "SELECT entitlement FROM accounts WHERE access <> 'closed'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	open := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		open[id] = true
	}
	return open, rows.Err()
}

// A buyer gets access by accepting an offer, loses it for a while, and for good: events become rows of a table, and a loop over
// the list makes up for the one that never comes.
func Example_provisioning() {
	ctx := context.Background()
	srv := sugertest.NewServer() // in the place of Suger
	defer srv.Close()
	client := srv.Client()

	db, err := sql.Open("sqlite", ":memory:") // a real one is a file, or a Postgres
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection to :memory: has a database of its own
	if _, err := db.ExecContext(ctx, createTable); err != nil {
		log.Fatal(err)
	}
	store, err := webhook.SQLite(ctx, db, "provisioning")
	if err != nil {
		log.Fatal(err)
	}
	handler := webhook.Handler("the secret", newRouter(client, store).Route, webhook.WithStore(store))
	receiver := httptest.NewServer(handler) // http.Handle("/suger", handler) in a real one
	defer receiver.Close()
	step := func(what string, err error) {
		var access string
		err = errors.Join(err, db.QueryRowContext(ctx, "SELECT access FROM accounts").Scan(&access))
		fmt.Println(what, access, err)
	}

	srv.Seed(gen.Offer{ID: new("offer-1"), Partner: new(gen.PartnerAWS), Status: new(gen.OfferStatusPendingAcceptance)})
	id := srv.AcceptOffer("offer-1")
	step("accepted:", srv.Deliver(receiver.URL, "the secret", sugertest.Twice(), sugertest.Backwards()))

	happen := func(status gen.EntitlementStatus, action gen.NotificationEventAction) { // on the marketplace
		srv.Seed(gen.Entitlement{ID: &id, Status: &status, LastUpdateTime: new(gen.NewTime(time.Now().Truncate(time.Second)))})
		srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeEntitlement), EntityID: &id, Action: &action})
	}
	happen(gen.EntitlementStatusSuspended, gen.NotificationEventActionSuspend)
	step("suspended:", srv.Deliver(receiver.URL, "the secret"))
	happen(gen.EntitlementStatusActive, gen.NotificationEventActionReinstate)
	step("reinstated:", srv.Deliver(receiver.URL, "the secret"))

	_, err = client.Entitlements.Cancel(ctx, id)
	step("cancelled, and the event is lost:", err)
	step("reconciled:", reconcile(ctx, client, db))
	// Output:
	// not for this service: OFFER ACCEPT
	// accepted: open <nil>
	// suspended: suspended <nil>
	// reinstated: open <nil>
	// cancelled, and the event is lost: open <nil>
	// reconciled: closed <nil>
}
