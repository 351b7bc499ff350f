package usage

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/suger-go/suger/api/internal/database"
)

// pile is the events of one entitlement and window that are in no group yet.
type pile struct {
	entitlement string
	window      int64
}

// piles is how many are sealed in one transaction.
const piles = 100

// grace is how long after its end a window is sealed, so that what happened in its last moments needs no group of its own.
func (r *Reporter) grace() time.Duration { return min(time.Minute, r.set.window/60) }

// sealDue seals the windows that are over.
func (r *Reporter) sealDue(ctx context.Context) error {
	now, err := r.now(ctx, r.db)
	if err != nil {
		return err
	}
	return r.seal(ctx, "window_start <= ?", database.Time(now.Add(-r.set.window-r.grace())))
}

// seal makes a group of each pile that meets a condition.
func (r *Reporter) seal(ctx context.Context, condition string, arg any) error {
	query := "SELECT DISTINCT window_start, entitlement FROM suger_usage_events WHERE organization = ? AND group_id IS NULL AND " +
		condition + " ORDER BY window_start, entitlement LIMIT ?"
	for {
		var found []pile
		err := r.each(ctx, r.db, func(rows *sql.Rows) error {
			var p pile
			err := rows.Scan(&p.window, &p.entitlement)
			found = append(found, p)
			return err
		}, query, r.org, arg, piles)
		if err != nil || len(found) == 0 {
			return err
		}
		err = r.db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
			for _, p := range found {
				if err := r.sealPile(ctx, q, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// sealPile takes the events that are in no group into one, whose id and content are stored with it before anything is sent.
// Another process that seals the same pile waits for the rows, and then finds that they are in a group.
func (r *Reporter) sealPile(ctx context.Context, q database.Querier, p pile) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	counts := map[[2]string]int64{} // by dimension and quantity, of which there are few different ones
	var oldest, newest int64
	err = r.each(ctx, q, func(rows *sql.Rows) error {
		var key [2]string
		var occurred int64
		if err := rows.Scan(&key[0], &key[1], &occurred); err != nil {
			return err
		}
		if len(counts) == 0 {
			oldest, newest = occurred, occurred
		}
		oldest, newest = min(oldest, occurred), max(newest, occurred)
		counts[key]++
		return nil
	}, "UPDATE suger_usage_events SET group_id = ? WHERE organization = ? AND group_id IS NULL AND window_start = ? AND entitlement = ? "+
		"RETURNING dimension, quantity, occurred", id.String(), r.org, p.window, p.entitlement)
	if err != nil || len(counts) == 0 {
		return err
	}
	sums := totals{}
	for key, times := range counts {
		if err := sums.add(key[0], key[1], times); err != nil {
			return err
		}
	}
	records, err := sums.encode()
	if err != nil {
		return err
	}
	now, err := r.now(ctx, q)
	if err != nil {
		return err
	}
	state, settled := stateWaiting, int64(0)
	if records == "{}" {
		state, settled = stateZero, database.Time(now)
	}
	_, err = r.exec(ctx, q, "INSERT INTO suger_usage_groups (id, organization, entitlement, window_start, window_end, oldest, newest, records, state, "+
		"settled, next_attempt) VALUES ("+list("?", 11)+")", id.String(), r.org, p.entitlement, p.window, p.window+int64(r.set.window), oldest, newest,
		records, state, settled, database.Time(now))
	return err
}
