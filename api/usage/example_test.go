package usage_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // a driver of the program's own choice

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

// A service meters what its buyers use. Its usage is in a file before it answers, and with Suger an hour later.
func Example() {
	ctx := context.Background()
	srv := sugertest.NewServer() // stands in for Suger
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("globex"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}}}})
	client := srv.Client() // api.NewFromEnv() in a program
	folder, err := os.MkdirTemp("", "usage")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "usage.db")+"?_pragma=journal_mode(WAL)")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	reporter, err := usage.New(client, usage.SQLite(db))
	if err != nil {
		log.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- reporter.Run(running) }()

	// The id of each event comes from what happened, so that a repeat does not count.
	for _, id := range []string{"request-1", "request-2", "request-2"} {
		err = reporter.Add(ctx, usage.Event{ID: id, EntitlementID: "globex", Dimension: "api_calls", Quantity: 0.1, Time: time.Now()})
		if err != nil {
			log.Fatal(err)
		}
	}
	// The buyer cancels: what there is has to be sent before an hour is over.
	if err := reporter.Flush(ctx, "globex"); err != nil {
		log.Fatal(err)
	}
	for group, err := range client.Metering.AllUsageRecordGroups(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(group.GetStatus(), group.GetRecords())
	}

	stop()
	fmt.Println("drained:", <-done)
	// Output:
	// CREATED map[api_calls:0.2]
	// drained: <nil>
}

// What was done and what it costs are stored in one transaction.
func ExampleReporter_AddTx() {
	ctx := context.Background()
	srv := sugertest.NewServer() // stands in for Suger
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("globex"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}}}})
	client := srv.Client() // api.NewFromEnv() in a program
	folder, err := os.MkdirTemp("", "usage")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "usage.db")+"?_txlock=immediate")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	reporter, err := usage.New(client, usage.SQLite(db))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE reports (id TEXT PRIMARY KEY)"); err != nil {
		log.Fatal(err)
	}

	write := func(id string) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit this does nothing
		if _, err := tx.ExecContext(ctx, "INSERT INTO reports VALUES (?)", id); err != nil {
			return err
		}
		event := usage.Event{ID: "report-" + id, EntitlementID: "globex", Dimension: "reports", Quantity: 1, Time: time.Now()}
		if err := reporter.AddTx(ctx, tx, event); err != nil {
			return err
		}
		return tx.Commit()
	}
	fmt.Println(write("2030-04"))
	fmt.Println(write("2030-04") != nil)
	status, err := reporter.Status(ctx)
	fmt.Println(status.Events, err)
	// Output:
	// <nil>
	// true
	// 1 <nil>
}

// A dimension is misspelt. The usage is given up, and added again as it should be.
func ExampleReporter_Refused() {
	ctx := context.Background()
	srv := sugertest.NewServer() // stands in for Suger
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("globex"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}}}})
	client := srv.Client() // api.NewFromEnv() in a program
	folder, err := os.MkdirTemp("", "usage")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "usage.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	reporter, err := usage.New(client, usage.SQLite(db))
	if err != nil {
		log.Fatal(err)
	}

	event := usage.Event{ID: "request-1", EntitlementID: "globex", Dimension: "api-calls", Quantity: 3, Time: time.Now()}
	if err := reporter.Add(ctx, event); err != nil {
		log.Fatal(err)
	}
	if err := reporter.Flush(ctx, "globex"); err != nil {
		log.Fatal(err)
	}
	refused, err := reporter.Refused(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, refusal := range refused {
		fmt.Println(refusal.Status, refusal.Records)
		if err := reporter.Discard(ctx, refusal.GroupID); err != nil {
			log.Fatal(err)
		}
	}
	event.ID, event.Dimension = "request-1-corrected", "api_calls"
	fmt.Println(reporter.Add(ctx, event), reporter.Flush(ctx, "globex"))
	// Output:
	// INVALID map[api-calls:3]
	// <nil> <nil>
}

// A program with an outbox of its own sends a group until Suger has taken or refused it.
func ExampleReport() {
	srv := sugertest.NewServer() // stands in for Suger
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("globex"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}}}})
	client := srv.Client() // api.NewFromEnv() in a program
	group := gen.CreateUsageRecordGroupParams{
		ID:            new("01965b0e-8f2a-7c31-9d44-6b7e5a1c2f30"), // stored before it is sent
		EntitlementID: "globex",
		Records:       map[string]float64{"api_calls": 1250},
	}
	for range 2 { // the second is refused with 409, so it has arrived
		outcome, err := usage.Report(context.Background(), client, group)
		switch {
		case err != nil:
			fmt.Println("send it again later:", err)
		case outcome.Verdict == usage.Refused:
			fmt.Println("nobody is billed:", outcome.Reason)
		default:
			fmt.Println("taken:", outcome.Group.GetStatus())
		}
	}
	// Output:
	// taken: CREATED
	// taken: CREATED
}
