package usage

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/suger-go/suger/api/internal/database"
)

// pile is the events of one entitlement and window that are in no group yet, and the group that they become.
type pile struct {
	entitlement    string
	window         int64
	id             string
	sums           totals
	oldest, newest int64
}

// piles is how many are sealed in one transaction, in a fraction of the time that it takes to send them.
const piles = 32

// grace is how long after its end a window is sealed, so that what happened in its last moments needs no group of its own.
func (r *Reporter) grace() time.Duration { return min(time.Minute, r.set.window/60) }

// sealDue seals windows that are over, and reports whether there may be more of them.
func (r *Reporter) sealDue(ctx context.Context) (more bool, err error) {
	now, err := r.now(ctx, r.db)
	if err != nil {
		return false, err
	}
	return r.seal(ctx, "window_start <= ?", database.Time(now.Add(-r.set.window-r.grace())))
}

// seal makes a group of each pile that meets a condition, up to a number of them.
func (r *Reporter) seal(ctx context.Context, condition string, arg any) (more bool, err error) {
	found := map[string]*pile{}
	err = r.each(ctx, r.db, func(rows *sql.Rows) error {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		p := &pile{id: id.String(), sums: totals{}}
		found[p.id] = p
		return rows.Scan(&p.window, &p.entitlement)
	}, "SELECT DISTINCT window_start, entitlement FROM suger_usage_events WHERE organization = ? AND group_id IS NULL AND "+
		condition+" ORDER BY window_start, entitlement LIMIT ?", r.org, arg, piles)
	if err != nil || len(found) == 0 {
		return false, err
	}
	err = r.db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
		if err := r.sealAlone(ctx, q); err != nil {
			return err
		}
		if err := r.take(ctx, q, found); err != nil {
			return err
		}
		return r.insertGroups(ctx, q, found)
	})
	return len(found) == piles, err
}

// sealAlone waits until no other process seals for the organization. Two that take rows in different orders would each wait for
// the other, until Postgres looks for deadlocks after a second and ends one of them.
func (r *Reporter) sealAlone(ctx context.Context, q database.Querier) error {
	if !r.db.IsPostgres() {
		return nil
	}
	_, err := r.exec(ctx, q, "SELECT pg_advisory_xact_lock(hashtext('suger_usage_seal'), hashtext(?))", r.org)
	return err
}

// take takes the events of piles into groups. Another process that does the same with the same pile waits for the rows, and
// then finds that they are in a group: its own stays empty.
func (r *Reporter) take(ctx context.Context, q database.Querier, found map[string]*pile) error {
	var args []any
	for _, p := range found {
		args = append(args, p.id, p.window, p.entitlement)
	}
	counts := map[[3]string]int64{} // by group, dimension and quantity, of which there are few different ones
	err := r.each(ctx, q, func(rows *sql.Rows) error {
		var key [3]string
		var occurred int64
		if err := rows.Scan(&key[0], &key[1], &key[2], &occurred); err != nil {
			return err
		}
		p := found[key[0]]
		if p.newest == 0 {
			p.oldest = occurred
		}
		p.oldest, p.newest = min(p.oldest, occurred), max(p.newest, occurred)
		counts[key]++
		return nil
	}, "WITH piles (id, start, owner) AS (VALUES "+list("(?, CAST(? AS BIGINT), ?)", len(found))+") UPDATE suger_usage_events "+
		"SET group_id = piles.id FROM piles WHERE organization = ? AND group_id IS NULL AND window_start = piles.start AND entitlement = piles.owner "+
		"RETURNING group_id, dimension, quantity, occurred", append(args, r.org)...)
	for key, times := range counts {
		if err == nil {
			err = found[key[0]].sums.add(key[1], key[2], times)
		}
	}
	return err
}

// insertGroups stores groups with their ids and their content, before anything is sent.
func (r *Reporter) insertGroups(ctx context.Context, q database.Querier, found map[string]*pile) error {
	now, err := r.now(ctx, q)
	if err != nil {
		return err
	}
	var args []any
	groups := 0
	for _, p := range found {
		if len(p.sums) == 0 {
			continue
		}
		groups++
		records, err := p.sums.encode()
		if err != nil {
			return err
		}
		state, settled := stateWaiting, int64(0)
		if records == "{}" {
			state, settled = stateZero, database.Time(now)
		}
		args = append(args, p.id, r.org, p.entitlement, p.window, p.window+int64(r.set.window), p.oldest, p.newest, records, state, settled,
			database.Time(now), min(p.window, database.Time(now))) // due at once, the oldest first
	}
	if groups == 0 {
		return nil
	}
	_, err = r.exec(ctx, q, "INSERT INTO suger_usage_groups (id, organization, entitlement, window_start, window_end, oldest, newest, records, state, "+
		"settled, sealed, next_attempt) VALUES "+list("("+list("?", 12)+")", groups), args...)
	return err
}
