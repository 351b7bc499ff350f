package webhook_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http/httptest"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// The event is remembered in the transaction that counts it.
func ExampleSQLStore() {
	db, err := sql.Open("sqlite", ":memory:") // a file in a real program
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection to :memory: has a database of its own
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "CREATE TABLE events (kind TEXT)"); err != nil {
		fmt.Println(err)
		return
	}
	store, err := webhook.SQLite(ctx, db, "counter")
	if err != nil {
		fmt.Println(err)
		return
	}
	receive := func(ctx context.Context, event *gen.NotificationEvent) error {
		return store.Tx(ctx, func(ctx context.Context, tx webhook.Querier) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO events VALUES (?)", event.GetEntityType())
			return err
		})
	}
	receiver := httptest.NewServer(webhook.Handler("the secret", receive, webhook.WithStore(store)))
	defer receiver.Close()

	srv := sugertest.NewServer() // in the place of Suger
	defer srv.Close()
	srv.Seed(gen.NotificationEvent{EntityType: new(gen.EntityTypeOffer)})
	fmt.Println(srv.Deliver(receiver.URL, "the secret", sugertest.Twice()))
	var n int
	fmt.Println(db.QueryRowContext(ctx, "SELECT count(*) FROM events").Scan(&n), n)
	// Output:
	// <nil>
	// <nil> 1
}

func ExampleSQLite() {
	db, err := sql.Open("sqlite", ":memory:") // a file in a real program
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection to :memory: has a database of its own
	store, err := webhook.SQLite(context.Background(), db, "provisioning")
	fmt.Println(store != nil, err)
	// Output: true <nil>
}

func ExamplePostgres() {
	db, err := sql.Open("pgx", "postgres://127.0.0.1:1/suger") // where none listens
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	_, err = webhook.Postgres(context.Background(), db, "provisioning")
	fmt.Println("a program that cannot reach its database does not start:", err != nil)
	// Output: a program that cannot reach its database does not start: true
}

func ExampleKeepEvents() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = webhook.SQLite(context.Background(), db, "provisioning", webhook.KeepEvents(90*24*time.Hour))
	fmt.Println(err)
	// Output: <nil>
}

func ExampleStoreOption() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	options := []webhook.StoreOption{webhook.KeepEvents(90 * 24 * time.Hour)}
	for _, name := range []string{"provisioning", "billing"} { // each handles every event
		_, err = webhook.SQLite(context.Background(), db, name, options...)
		fmt.Println(name, err)
	}
	// Output:
	// provisioning <nil>
	// billing <nil>
}

// Once is called by the handler that has the store; here it is called by hand.
func ExampleSQLStore_Once() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	store, err := webhook.SQLite(ctx, db, "provisioning")
	for _, id := range []string{"ev-1", "ev-2", "ev-1"} {
		if err == nil {
			err = store.Once(ctx, id, func(context.Context) error { fmt.Println(id); return nil })
		}
	}
	fmt.Println(err)
	// Output:
	// ev-1
	// ev-2
	// <nil>
}

// A transaction that fails takes the memory of the event back with it.
func ExampleSQLStore_Tx() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	store, err := webhook.SQLite(ctx, db, "provisioning")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, statement := range []string{"INSERT INTO missing VALUES (1)", "CREATE TABLE found (id TEXT)", "CREATE TABLE found (id TEXT)"} {
		err := store.Once(ctx, "ev-1", func(ctx context.Context) error {
			return store.Tx(ctx, func(ctx context.Context, tx webhook.Querier) error {
				_, err := tx.ExecContext(ctx, statement)
				return err
			})
		})
		fmt.Println(err)
	}
	// Output:
	// SQL logic error: no such table: missing (1)
	// <nil>
	// <nil>
}

// A function that takes a Querier runs in a transaction as well as on a *sql.DB.
func ExampleQuerier() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	var querier webhook.Querier = db
	var n int
	fmt.Println(querier.QueryRowContext(context.Background(), "SELECT 1 + 1").Scan(&n), n)
	// Output: <nil> 2
}

func ExampleWithStore() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	store, err := webhook.SQLite(context.Background(), db, "printer")
	if err != nil {
		fmt.Println(err)
		return
	}
	receive := func(_ context.Context, event *gen.NotificationEvent) error {
		fmt.Println(event.GetEventID())
		return nil
	}
	srv := sugertest.NewServer() // in the place of Suger
	defer srv.Close()
	for range 2 { // the second handler is that of the program after a restart
		srv.Reset() // which makes it deliver the event anew
		srv.Seed(gen.NotificationEvent{EventID: new("ev-1")})
		handler := webhook.Handler("the secret", receive, webhook.WithDeduplication(10_000), webhook.WithStore(store))
		receiver := httptest.NewServer(handler)
		fmt.Println(srv.Deliver(receiver.URL, "the secret", sugertest.Twice()))
		receiver.Close()
	}
	// Output:
	// ev-1
	// <nil>
	// <nil>
}
