package usage_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

// producerEnv names the variable with the settings of a process that adds and reports events.
const producerEnv = "SUGER_TEST_PRODUCER"

// producer are the settings of a process that adds the events First, First+Step, ... below Count, and reports what there is.
type producer struct {
	Name               string // in the User-Agent of its requests
	URL, OrgID, APIKey string
	Driver, Source     string    // of its database
	Base               time.Time // when event 0 happened
	First, Step, Count int
}

const (
	batch   = 50                     // events of an Add
	spacing = 500 * time.Microsecond // between two events
	window  = 100 * time.Millisecond
	lease   = 2 * time.Second
)

var entitlements = []string{"ent-0", "ent-1", "ent-2", "ent-3", "ent-4", "ent-5", invalid, missing}

const (
	invalid = "ent-invalid" // has other dimensions than those of the events
	missing = "ent-missing" // is one that Suger does not know
)

// event returns the nth event, which is the same however often it is added.
func event(base time.Time, n int) usage.Event {
	return usage.Event{
		ID: fmt.Sprintf("event-%d", n), EntitlementID: entitlements[n%len(entitlements)], Dimension: []string{"api_calls", "bytes"}[n/8%2],
		Quantity: float64(n%9+1) / 10, Time: base.Add(time.Duration(n) * spacing),
	}
}

// open opens the database with a reporter on it. The windows are short, so that many are sealed while the processes die.
func (p producer) open() (*usage.Reporter, *sql.DB, error) {
	db, err := sql.Open(p.Driver, p.Source)
	if err != nil {
		return nil, nil, err
	}
	// The reporter has to cope alone: the client itself knows what a 409 to a repeat means, and would hide it.
	client, err := api.New(p.OrgID, api.WithAPIKey(p.APIKey), api.WithBaseURL(p.URL), api.WithUserAgent(p.Name),
		api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	if err != nil {
		return nil, db, err
	}
	store := usage.SQLite(db)
	if p.Driver != "sqlite" {
		store = usage.Postgres(db)
	}
	reporter, err := usage.New(client, store, usage.WithWindow(window), usage.WithLease(lease), usage.WithParallel(4),
		usage.WithPollInterval(20*time.Millisecond), usage.WithBackoff(20*time.Millisecond, 500*time.Millisecond))
	return reporter, db, err
}

// produce is a process. It writes the number of the next event whenever others are added, and ends when its input does.
func produce(settings string, input io.Reader, output io.Writer) error {
	var p producer
	if err := json.Unmarshal([]byte(settings), &p); err != nil {
		return err
	}
	reporter, db, err := p.open()
	if db != nil {
		defer db.Close()
	}
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, input) // the end is all that it says
		stop()
	}()
	ended := make(chan error, 1)
	go func() { ended <- reporter.Run(ctx) }()
	for next := p.First; next < p.Count && ctx.Err() == nil; {
		var events []usage.Event
		for ; next < p.Count && len(events) < batch; next += p.Step {
			events = append(events, event(p.Base, next))
		}
		if err := add(ctx, reporter, events); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(output, next); err != nil {
			return err
		}
	}
	return <-ended
}

// add adds events when all of them have happened, with the same ids until it succeeds. That two events have one id is no outage.
func add(ctx context.Context, reporter *usage.Reporter, events []usage.Event) error {
	wait := time.Until(events[len(events)-1].Time)
	for {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
		err := reporter.Add(ctx, events...)
		if _, conflict := errors.AsType[*usage.ConflictError](err); err == nil || conflict {
			return err
		}
		fmt.Fprintln(os.Stderr, "Add:", err)
		wait = 20 * time.Millisecond
	}
}

// seeds are the entitlements that the fake knows.
func seeds() []any {
	var all []any
	for _, id := range entitlements {
		entitlement := gen.Entitlement{ID: new(id), Status: new(gen.EntitlementStatusActive)}
		switch id {
		case missing:
			continue
		case invalid:
			entitlement.Info = &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("another")}}}
		}
		all = append(all, entitlement)
	}
	return all
}
