package usage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/suger-go/suger/api/internal/database"
	"github.com/suger-go/suger/gen"
)

// Refusal is a group that Suger did not take. Nobody is billed for it until [Reporter.Retry].
type Refusal struct {
	GroupID       string
	EntitlementID string
	Start, End    time.Time                  // of the window, UTC
	Records       map[string]float64         // quantities by dimension
	Status        gen.UsageRecordGroupStatus // at Suger, empty if it does not have the group
	StatusCode    int                        // HTTP status, 0 if the group was refused by its Status
	Reason        string                     // in Suger's words where there are any
	Attempts      int                        // how often the group was sent
	RefusedAt     time.Time                  // UTC
}

// ErrNotRefused matches the error of Retry and Discard for a group that is not among those of [Reporter.Refused].
var ErrNotRefused = errors.New("usage: the group is not refused")

// Refused returns the groups that Suger did not take, in the order in which it refused them. They are kept until Retry or Discard.
func (r *Reporter) Refused(ctx context.Context) ([]Refusal, error) {
	var refusals []Refusal
	err := r.each(ctx, r.db, func(rows *sql.Rows) error {
		var refusal Refusal
		var start, end, settled int64
		var records string
		err := rows.Scan(&refusal.GroupID, &refusal.EntitlementID, &start, &end, &records, &refusal.Status, &refusal.StatusCode,
			&refusal.Reason, &refusal.Attempts, &settled)
		if err != nil {
			return err
		}
		refusal.Start, refusal.End, refusal.RefusedAt = database.FromTime(start), database.FromTime(end), database.FromTime(settled)
		refusal.Records, err = decodeRecords(records)
		refusals = append(refusals, refusal)
		return err
	}, "SELECT id, entitlement, window_start, window_end, records, status, status_code, reason, attempts, settled FROM suger_usage_groups "+
		"WHERE organization = ? AND state = 'refused' ORDER BY settled, id", r.org)
	if err != nil {
		return nil, fmt.Errorf("usage: read the refused groups: %w", err)
	}
	return refusals, nil
}

// Retry sends refused groups again, all or none of them, after what they were refused for was put right, such as a dimension that
// the product did not have. A group that Suger has as INVALID or DELETED, which it will never bill, gets a new id; one that it
// could not report to the marketplace (REPORT_FAILED) is retried there; any other keeps its id.
func (r *Reporter) Retry(ctx context.Context, groupIDs ...string) error {
	err := r.db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
		now, err := r.now(ctx, q)
		for _, id := range groupIDs {
			if err == nil {
				err = r.retry(ctx, q, id, now)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	select {
	case r.wake <- struct{}{}:
	default: // Run has not seen the one before
	}
	return nil
}

func (r *Reporter) retry(ctx context.Context, q database.Querier, id string, now time.Time) error {
	made, err := uuid.NewV7()
	if err != nil {
		return err
	}
	const again = "state = 'waiting', settled = 0, attempts = 0, not_before = 0, next_attempt = ?, status_code = 0, reason = '' " +
		"WHERE organization = ? AND id = ? AND state = 'refused' AND status "
	changed, err := r.exec(ctx, q, "UPDATE suger_usage_groups SET id = ?, status = '', "+again+"IN ('INVALID', 'DELETED')",
		made.String(), database.Time(now), r.org, id)
	if err == nil && changed == 0 {
		changed, err = r.exec(ctx, q, "UPDATE suger_usage_groups SET "+again+"NOT IN ('INVALID', 'DELETED')", database.Time(now), r.org, id)
	}
	return oneGroup(id, changed, err)
}

// Discard gives refused groups up, all or none of them, so that their usage is never billed. Usage with a wrong dimension is
// discarded and then added anew, right, as an event with another id.
func (r *Reporter) Discard(ctx context.Context, groupIDs ...string) error {
	return r.db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
		for _, id := range groupIDs {
			changed, err := r.exec(ctx, q, "UPDATE suger_usage_groups SET state = 'discarded' WHERE organization = ? AND id = ? AND state = 'refused'",
				r.org, id)
			if err := oneGroup(id, changed, err); err != nil {
				return err
			}
		}
		return nil
	})
}

func oneGroup(id string, changed int64, err error) error {
	if err != nil {
		return fmt.Errorf("usage: group %s: %w", id, err)
	}
	if changed == 0 {
		return fmt.Errorf("%w: %s", ErrNotRefused, id)
	}
	return nil
}
