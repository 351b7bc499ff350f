package usage

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/suger-go/suger/api/internal/database"
)

// WaitingError says what still waits after a Flush. It is not lost: Run goes on with it.
type WaitingError struct {
	EntitlementID string
	Groups        int       // how many groups wait
	Oldest        time.Time // when the oldest usage in them happened, UTC
	Reason        string    // why the last attempt of one of them failed
}

func (e *WaitingError) Error() string {
	return fmt.Sprintf("usage: %d groups of entitlement %s wait, the oldest usage is of %s: %s", e.Groups, e.EntitlementID,
		e.Oldest.Format(time.RFC3339), e.Reason)
}

// flushPoll is how often Flush looks whether another process is done with a group.
const flushPoll = 20 * time.Millisecond

// Flush seals all events of an entitlement, also those of a window that is not over, and sends its groups at once. It is for
// a buyer who cancels: AWS takes usage for one more hour then. Flush does not need Run, and may be called beside it.
//
// It returns nil when Suger has taken or refused all of the usage that was added before (see [Reporter.Refused]), and a
// [*WaitingError] if some of it still waits after one attempt, or because Suger has asked to wait.
func (r *Reporter) Flush(ctx context.Context, entitlementID string) error {
	if err := r.flush(ctx, entitlementID); err != nil {
		return fmt.Errorf("usage: flush entitlement %s: %w", entitlementID, err)
	}
	waiting := &WaitingError{EntitlementID: entitlementID}
	var oldest int64
	query := "SELECT COUNT(*), COALESCE(MIN(oldest), 0), COALESCE(MAX(reason), '') FROM suger_usage_groups WHERE organization = ? AND " +
		"state = 'waiting' AND entitlement = ?"
	err := r.db.QueryRowContext(ctx, r.db.Rebind(query), r.org, entitlementID).Scan(&waiting.Groups, &oldest, &waiting.Reason)
	if err != nil {
		return fmt.Errorf("usage: flush entitlement %s: %w", entitlementID, err)
	}
	if waiting.Groups == 0 {
		return nil
	}
	waiting.Oldest = database.FromTime(oldest)
	return waiting
}

func (r *Reporter) flush(ctx context.Context, entitlementID string) error {
	if err := r.seal(ctx, "entitlement = ?", entitlementID); err != nil {
		return err
	}
	start, err := r.now(ctx, r.db)
	if err != nil {
		return err
	}
	which := selection{entitlement: entitlementID, dueAt: database.Time(start)}
	// The waits of the reporter's own are over, those that Suger has asked for are not.
	_, err = r.exec(ctx, r.db, "UPDATE suger_usage_groups SET next_attempt = not_before WHERE organization = ? AND state = 'waiting' AND "+
		"entitlement = ?", r.org, entitlementID)
	for err == nil {
		var groups []claimed
		if groups, err = r.claim(ctx, r.set.parallel, which); err != nil {
			break
		}
		if len(groups) > 0 {
			err = r.recordAnyway(ctx, r.sendAll(ctx, groups))
			continue
		}
		var busy bool
		if busy, err = r.othersSend(ctx, which); err != nil || !busy {
			break
		}
		select {
		case <-time.After(flushPoll):
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	return err
}

func (r *Reporter) sendAll(ctx context.Context, groups []claimed) []sent {
	results := make([]sent, len(groups))
	var workers sync.WaitGroup
	for i, group := range groups {
		workers.Go(func() { results[i] = r.send(ctx, group) })
	}
	workers.Wait()
	return results
}

// othersSend reports whether a group is being sent by another process, or by Run.
func (r *Reporter) othersSend(ctx context.Context, which selection) (busy bool, err error) {
	now, err := r.now(ctx, r.db)
	if err != nil {
		return false, err
	}
	err = r.each(ctx, r.db, func(rows *sql.Rows) error { return rows.Scan(&busy) },
		"SELECT EXISTS (SELECT 1 FROM suger_usage_groups WHERE organization = ? AND state = 'waiting' AND entitlement = ? AND "+
			"next_attempt <= ? AND lease_until > ?)", r.org, which.entitlement, which.dueAt, database.Time(now))
	return busy, err
}
