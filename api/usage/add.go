package usage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/suger-go/suger/api/internal/database"
)

// Add stores events, all or none. When it returns nil they are durable: they will be reported, whatever happens to the process.
//
// An event whose id was added before, and is still known (see [WithMemory]), does not count again, and keeps the time that it had
// first. If it has another entitlement, dimension or quantity, the error is a [*ConflictError]. An event that cannot be stored is an
// error that matches [ErrInvalidEvent]. After any other error, such as a full disk, a locked file or a context that ended, the events
// may be stored or not: add them again with the same ids.
func (r *Reporter) Add(ctx context.Context, events ...Event) error {
	rows, err := r.prepare(events)
	if err != nil || len(rows) == 0 {
		return err
	}
	err = r.db.Tx(ctx, func(ctx context.Context, q database.Querier) error { return r.insert(ctx, q, rows) })
	if err != nil {
		return addError(err)
	}
	return nil
}

// AddTx stores events in a transaction of the caller on the same database: they are stored if it commits, together with all else
// that it does. After an error the caller must roll back. Everything else is as with Add.
func (r *Reporter) AddTx(ctx context.Context, tx *sql.Tx, events ...Event) error {
	rows, err := r.prepare(events)
	if err != nil || len(rows) == 0 {
		return err
	}
	if err := r.insert(ctx, tx, rows); err != nil {
		return addError(err)
	}
	return nil
}

func addError(err error) error {
	if _, ok := err.(*ConflictError); ok {
		return err
	}
	return fmt.Errorf("usage: store events: %w", err)
}

// prepare checks events and puts them into the order of their ids, in which calls that run at once do not lock each other out.
func (r *Reporter) prepare(events []Event) ([]Event, error) {
	now := r.clock()
	for i, event := range events {
		if err := event.check(now); err != nil {
			return nil, fmt.Errorf("%w %d with the id %.80q: %w", ErrInvalidEvent, i, event.ID, err)
		}
	}
	byID := func(a, b Event) int { return cmp.Compare(a.ID, b.ID) }
	sorted := slices.SortedStableFunc(slices.Values(events), byID)
	for i := 1; i < len(sorted); i++ {
		if before, event := sorted[i-1], sorted[i]; before.ID == event.ID && !before.same(event) {
			return nil, &ConflictError{Event: event, Stored: before}
		}
	}
	return slices.CompactFunc(sorted, func(a, b Event) bool { return a.ID == b.ID }), nil
}

const (
	chunk      = 500 // rows of a statement, below what either dialect takes
	eventRow   = "(?, ?, ?, ?, ?, ?, ?, ?)"
	insertRows = "INSERT INTO suger_usage_events (organization, id, entitlement, dimension, quantity, occurred, window_start, added) VALUES "
	onConflict = " ON CONFLICT (organization, id) DO NOTHING"
)

// insert stores events that are in the order of their ids and differ in them.
func (r *Reporter) insert(ctx context.Context, q database.Querier, events []Event) error {
	added := database.Time(r.clock())
	for events := range slices.Chunk(events, chunk) {
		args := make([]any, 0, 8*len(events))
		for _, e := range events {
			args = append(args, r.org, e.ID, e.EntitlementID, e.Dimension, decimal(e.Quantity), database.Time(e.Time), r.windowOf(e.Time), added)
		}
		stored, err := r.exec(ctx, q, insertRows+list(eventRow, len(events))+onConflict, args...)
		if err == nil && stored != int64(len(events)) {
			err = r.compare(ctx, q, events)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// windowOf returns the column for the start of the window that a time belongs to.
func (r *Reporter) windowOf(t time.Time) int64 {
	return t.UnixNano() / int64(r.set.window) * int64(r.set.window)
}

// list returns an item n times, separated by commas.
func list(item string, n int) string { return strings.TrimSuffix(strings.Repeat(item+", ", n), ", ") }

// compare returns a ConflictError if one of the events is stored as other usage.
func (r *Reporter) compare(ctx context.Context, q database.Querier, events []Event) error {
	args := []any{r.org}
	byID := make(map[string]Event, len(events))
	for _, event := range events {
		args = append(args, event.ID)
		byID[event.ID] = event
	}
	return r.each(ctx, q, func(rows *sql.Rows) error {
		var stored Event
		var occurred int64
		if err := rows.Scan(&stored.ID, &stored.EntitlementID, &stored.Dimension, &stored.Quantity, &occurred); err != nil {
			return err
		}
		stored.Time = database.FromTime(occurred)
		if event := byID[stored.ID]; !event.same(stored) {
			return &ConflictError{Event: event, Stored: stored}
		}
		return nil
	}, "SELECT id, entitlement, dimension, quantity, occurred FROM suger_usage_events WHERE organization = ? AND id IN ("+
		list("?", len(events))+")", args...)
}
