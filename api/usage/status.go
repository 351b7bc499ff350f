package usage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/suger-go/suger/api/internal/database"
)

// Status is how far the usage of an organization is. Its counts are those of all processes on the database.
type Status struct {
	Events      int       // events that are in no group yet
	Waiting     int       // groups that Suger has not taken yet
	Refused     int       // groups that Suger did not take, see [Reporter.Refused]
	Oldest      time.Time // when the oldest event happened that is not taken or refused, UTC; zero if there is none
	LastSuccess time.Time // when Suger took a group last, UTC; zero if it never did
	LastError   string    // why a group that waits could not be sent; empty if all of them are new
}

// Delay returns how old the oldest event is that is not taken or refused, 0 if there is none.
func (s Status) Delay(now time.Time) time.Duration {
	if s.Oldest.IsZero() {
		return 0
	}
	return max(now.Sub(s.Oldest), 0)
}

// Status counts the events and groups.
func (r *Reporter) Status(ctx context.Context) (Status, error) {
	var status Status
	var success int64
	err := r.db.QueryRowContext(ctx, r.db.Rebind(`SELECT
		(SELECT COUNT(*) FROM suger_usage_events WHERE organization = ? AND group_id IS NULL),
		(SELECT COUNT(*) FROM suger_usage_groups WHERE organization = ? AND state = 'waiting'),
		(SELECT COUNT(*) FROM suger_usage_groups WHERE organization = ? AND state = 'refused'),
		(SELECT COALESCE(MAX(settled), 0) FROM suger_usage_groups WHERE organization = ? AND state = 'accepted'),
		COALESCE((SELECT reason FROM suger_usage_groups WHERE organization = ? AND state = 'waiting' AND reason <> ''
			ORDER BY next_attempt DESC LIMIT 1), '')`), r.org, r.org, r.org, r.org, r.org).
		Scan(&status.Events, &status.Waiting, &status.Refused, &success, &status.LastError)
	if err == nil {
		status.LastSuccess = database.FromTime(success)
		status.Oldest, err = r.oldest(ctx)
	}
	if err != nil {
		return Status{}, fmt.Errorf("usage: read the status: %w", err)
	}
	return status, nil
}

// oldest returns when the oldest event happened that is in no group or in one that waits. It reads little of the indexes.
func (r *Reporter) oldest(ctx context.Context) (time.Time, error) {
	var oldest time.Time
	err := r.each(ctx, r.db, func(rows *sql.Rows) error {
		var column sql.NullInt64
		err := rows.Scan(&column)
		if t := database.FromTime(column.Int64); column.Valid && (oldest.IsZero() || t.Before(oldest)) {
			oldest = t
		}
		return err
	}, `SELECT MIN(occurred) FROM suger_usage_events WHERE organization = ? AND group_id IS NULL AND window_start =
			(SELECT MIN(window_start) FROM suger_usage_events WHERE organization = ? AND group_id IS NULL)
		UNION ALL SELECT MIN(oldest) FROM suger_usage_groups WHERE organization = ? AND state = 'waiting'`, r.org, r.org, r.org)
	return oldest, err
}

const (
	warnAgain   = 10 * time.Minute // between log lines on one delay
	purgeEvery  = 10 * time.Minute
	limitOfAWS  = 6 * time.Hour // by Suger's documentation; AWS's own text on a record says one hour
	purgeAtOnce = 1000          // rows of a transaction, which Add has to wait for
)

// maintain looks whether usage waits too long, and deletes what is no longer needed.
func (r *run) maintain(ctx context.Context) {
	now := r.clock()
	if now.Sub(r.checked) >= r.set.delayChecks {
		r.checked = now
		if err := r.checkDelay(ctx, now); err != nil {
			r.warn(ctx, "could not look for usage that waits too long", err)
		}
	}
	if now.Sub(r.purged) >= purgeEvery {
		r.purged = now
		if err := r.purge(ctx); err != nil {
			r.warn(ctx, "could not delete what is no longer needed", err)
		}
	}
}

func (r *run) checkDelay(ctx context.Context, now time.Time) error {
	oldest, err := r.oldest(ctx)
	if err != nil {
		return err
	}
	if (Status{Oldest: oldest}).Delay(now) <= r.set.delayLimit {
		if !r.warned.IsZero() {
			r.warned = time.Time{}
			r.set.logger.InfoContext(ctx, "usage: no usage waits too long any more")
		}
		return nil
	}
	status, err := r.Status(ctx)
	if err != nil {
		return err
	}
	if r.set.onDelay != nil {
		r.set.onDelay(status)
	}
	if now.Sub(r.warned) >= warnAgain {
		r.warned = now
		text := "usage: usage waits too long, and marketplaces refuse old usage"
		if status.Delay(now) >= limitOfAWS {
			text = "usage: usage waits for longer than AWS takes it"
		}
		r.set.logger.ErrorContext(ctx, text, "delay", status.Delay(now), "limit", r.set.delayLimit, "oldest", status.Oldest,
			"events", status.Events, "groups", status.Waiting, "refused", status.Refused, "last_success", status.LastSuccess, "last_error", status.LastError)
	}
	return nil
}

// purge deletes the events that are known for long enough, and groups that are done with. The group that Suger took last stays, as
// Status tells of it.
func (r *Reporter) purge(ctx context.Context) error {
	now, err := r.now(ctx, r.db)
	if err != nil {
		return err
	}
	before := database.Time(now.Add(-r.set.memory))
	for _, statement := range []string{
		"DELETE FROM suger_usage_events WHERE organization = ? AND id IN (SELECT id FROM suger_usage_events WHERE organization = ? AND " +
			"group_id IS NOT NULL AND added < ? LIMIT ?)",
		"DELETE FROM suger_usage_groups WHERE organization = ? AND id IN (SELECT id FROM suger_usage_groups AS g WHERE organization = ? AND " +
			"state IN ('accepted', 'discarded', 'zero') AND settled < ? AND NOT (state = 'accepted' AND settled = " +
			"(SELECT MAX(settled) FROM suger_usage_groups WHERE organization = g.organization AND state = 'accepted')) LIMIT ?)",
	} {
		for deleted := int64(purgeAtOnce); deleted == purgeAtOnce; {
			err := r.db.Tx(ctx, func(ctx context.Context, q database.Querier) (err error) {
				deleted, err = r.exec(ctx, q, statement, r.org, r.org, before, purgeAtOnce)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
