package usage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/internal/database"
	"github.com/suger-go/suger/gen"
)

// claimed is a group that this process alone may send until its lease ends.
type claimed struct {
	id, entitlement, records, status, lease string
	newest, attempts                        int64
	until                                   time.Time // by the clock of this process, and so not after the end of the lease
}

// sent is what became of a claimed group.
type sent struct {
	claimed
	outcome Outcome
	err     error // why it still waits
	unsent  bool  // whether there was no time to send it
}

// claim takes groups that are due, at most n, for the time of a lease. Those that were sent the least come first, so that what
// fails again and again does not hold up the rest.
//
// If a lease ends while its group is being sent, another process sends the group as well. It has the same id, so that Suger
// answers one of them 409 and counts it once, and only the holder of the lease records what came of it.
func (r *Reporter) claim(ctx context.Context, n int, which selection) ([]claimed, error) {
	until, lease := r.clock().Add(r.set.lease), uuid.NewString()
	var groups []claimed
	err := r.db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
		now, err := r.now(ctx, q)
		if err != nil {
			return err
		}
		condition, args := which.where(r.org, database.Time(now))
		args = append(args, n, lease, database.Time(now.Add(r.set.lease)))
		groups = nil
		return r.each(ctx, q, func(rows *sql.Rows) error {
			g := claimed{lease: lease, until: until}
			err := rows.Scan(&g.id, &g.entitlement, &g.records, &g.status, &g.newest, &g.attempts)
			groups = append(groups, g)
			return err
		}, "WITH due AS (SELECT id FROM suger_usage_groups WHERE "+condition+" ORDER BY attempts, next_attempt LIMIT ?"+r.db.SkipLocked()+
			") UPDATE suger_usage_groups SET lease = ?, lease_until = ?, attempts = attempts + 1 WHERE id IN (SELECT id FROM due) "+
			"RETURNING id, entitlement, records, status, newest, attempts", args...)
	})
	return groups, err
}

// selection is which of the groups that wait are to be sent.
type selection struct {
	entitlement string // "" for all
	dueAt       int64  // column for the time by which their next attempt is due, 0 for now
}

// where returns the condition that selects the groups that nobody else is sending.
func (s selection) where(org string, now int64) (condition string, args []any) {
	condition = "organization = ? AND state = 'waiting' AND next_attempt <= ? AND lease_until <= ?"
	args = []any{org, cmp.Or(s.dueAt, now), now}
	if s.entitlement != "" {
		return condition + " AND entitlement = ?", append(args, s.entitlement)
	}
	return condition, args
}

// anyDue reports whether there is a group to claim, without the lock that a claim takes on SQLite.
func (r *Reporter) anyDue(ctx context.Context) (due bool, err error) {
	now, err := r.now(ctx, r.db)
	if err != nil {
		return false, err
	}
	condition, args := selection{}.where(r.org, database.Time(now))
	err = r.db.QueryRowContext(ctx, r.db.Rebind("SELECT EXISTS (SELECT 1 FROM suger_usage_groups WHERE "+condition+")"), args...).Scan(&due)
	return due, err
}

// send reports one group, within its lease.
func (r *Reporter) send(ctx context.Context, group claimed) sent {
	left := group.until.Sub(r.clock())
	if left <= 0 || ctx.Err() != nil {
		return sent{claimed: group, unsent: true}
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	if group.status == string(gen.UsageRecordGroupStatusReportFailed) { // Suger has it already
		outcome, err := reportAgain(ctx, r.client, group)
		return sent{claimed: group, outcome: outcome, err: err}
	}
	params, err := r.params(group)
	if err != nil {
		return sent{claimed: group, err: err}
	}
	outcome, err := Report(ctx, r.client, params)
	return sent{claimed: group, outcome: outcome, err: err}
}

// params returns the body of the request for a group, which follows from what is stored. Its time is that of the newest event: it
// is when usage occurred, and, unlike the start of the window, never before the buyer's subscription began.
func (r *Reporter) params(group claimed) (gen.CreateUsageRecordGroupParams, error) {
	records, err := decodeRecords(group.records)
	params := gen.CreateUsageRecordGroupParams{
		ID: new(group.id), EntitlementID: group.entitlement, Timestamp: &gen.Time{Time: database.FromTime(group.newest)}, Records: records,
	}
	if r.set.billable {
		params.Records = nil
		for key, quantity := range records {
			params.BillableRecords = append(params.BillableRecords, gen.UsageRecord{Key: new(key), Quantity: new(quantity)})
		}
	}
	return params, err
}

// reportAgain has Suger report a group again that it could not report to the marketplace.
func reportAgain(ctx context.Context, client *api.Client, group claimed) (Outcome, error) {
	stored, err := client.Metering.RetryUsageRecordGroup(ctx, group.id, nil)
	if err == nil {
		return judge(stored), nil
	}
	refusal, arrived := classify(err)
	if refusal == nil && !arrived {
		return Outcome{RetryAfter: retryAfter(err)}, err
	}
	stored, lookup := find(ctx, client, gen.CreateUsageRecordGroupParams{ID: new(group.id), EntitlementID: group.entitlement})
	switch {
	case lookup != nil:
		return Outcome{RetryAfter: retryAfter(lookup)}, errors.Join(err, lookup)
	case stored != nil && judge(stored).Verdict == Accepted: // an earlier call has done it
		return judge(stored), nil
	case refusal == nil:
		return Outcome{}, err
	}
	return Outcome{Verdict: Refused, Group: stored, StatusCode: refusal.StatusCode, Reason: refusal.Message}, nil
}

// record stores what became of groups, if their leases are still ours.
func (r *Reporter) record(ctx context.Context, results []sent) error {
	return r.db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
		now, err := r.now(ctx, q)
		if err != nil {
			return err
		}
		for _, s := range results {
			if err := r.recordOne(ctx, q, s, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// recordAnyway is record also after the end of the context, for which there is a little time.
func (r *Reporter) recordAnyway(ctx context.Context, results []sent) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.set.drain)
	defer cancel()
	return r.record(ctx, results)
}

func (r *Reporter) recordOne(ctx context.Context, q database.Querier, s sent, now time.Time) error {
	const mine = " lease = '', lease_until = 0 WHERE id = ? AND lease = ?"
	switch {
	case s.unsent:
		_, err := r.exec(ctx, q, "UPDATE suger_usage_groups SET attempts = attempts - 1,"+mine, s.id, s.lease)
		return err
	case s.outcome.Verdict == Waiting:
		next, wanted := now.Add(r.backoff(s.attempts)), now.Add(min(s.outcome.RetryAfter, longestRetryAfter))
		if wanted.After(next) {
			next = wanted
		}
		_, err := r.exec(ctx, q, "UPDATE suger_usage_groups SET next_attempt = ?, not_before = ?, reason = ?,"+mine,
			database.Time(next), database.Time(wanted), text(s.err.Error()), s.id, s.lease)
		return err
	}
	state := stateAccepted
	if s.outcome.Verdict == Refused {
		state = stateRefused
	}
	_, err := r.exec(ctx, q, "UPDATE suger_usage_groups SET state = ?, settled = ?, status = ?, status_code = ?, reason = ?,"+mine,
		state, database.Time(now), text(string(s.outcome.Group.GetStatus())), s.outcome.StatusCode, text(s.outcome.Reason), s.id, s.lease)
	return err
}

// text returns what a database takes as text of something that a server said.
func text(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "") }

// longestRetryAfter is the longest wait that a server can impose: longer ones would lose the usage to the marketplace's limit.
const longestRetryAfter = time.Hour

// backoff returns how long a group waits after an attempt.
func (r *Reporter) backoff(attempts int64) time.Duration {
	wait := r.set.minBackoff
	for ; attempts > 1 && wait < r.set.maxBackoff; attempts-- {
		wait = min(2*wait, r.set.maxBackoff)
	}
	return wait - time.Duration(rand.Int64N(int64(wait)/2+1))
}
