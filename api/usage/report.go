package usage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// Verdict says what became of a group.
type Verdict int

const (
	// Waiting is a group that Suger may or may not have. Report it again, with the same id.
	Waiting Verdict = iota

	// Accepted is a group that Suger has and reports to the marketplace.
	Accepted

	// Refused is a group that nobody will bill, and that would be refused again.
	Refused
)

// Outcome is what Suger made of a group.
type Outcome struct {
	Verdict    Verdict
	Group      *gen.UsageRecordGroup // as Suger has it; nil if it does not, or did not say
	StatusCode int                   // HTTP status of a refusal, 0 for one by the status of the group
	Reason     string                // why the group is refused, in Suger's words where there are any
	RetryAfter time.Duration         // how long Suger asked to wait, with the verdict Waiting
}

// Report reports a group, which must have an id, and finds out what became of it. The error is nil if that is final, Accepted or
// Refused, and otherwise says why it is not.
//
// It is safe to call again with the same group at any time and from anywhere, because Suger refuses an id that it has with 409.
// That is taken as what it is: the group arrived, and its state is looked up. A group that was stored as INVALID is Refused, as
// are one that was DELETED and one that the marketplace did not take (REPORT_FAILED). So is one that Suger answers with 400,
// 404, 410, 413 or 422, unless a look at the list shows that an earlier call brought it there. Everything else, from a lost
// connection to a 401, is no fault of the group: it is Waiting.
func Report(ctx context.Context, client *api.Client, group gen.CreateUsageRecordGroupParams) (Outcome, error) {
	if group.ID == nil || *group.ID == "" {
		return Outcome{}, errors.New("usage: a group without an id counts twice when it is reported twice")
	}
	stored, err := client.Metering.ReportUsageRecordGroup(ctx, group.EntitlementID, group)
	if err == nil || errors.Is(err, api.ErrUsageInvalid) {
		return judge(stored), nil
	}
	refusal, arrived := classify(err)
	if refusal == nil && !arrived {
		return Outcome{RetryAfter: retryAfter(err)}, err
	}
	stored, lookup := find(ctx, client, group)
	if unknown, _ := classify(lookup); refusal != nil && unknown != nil {
		lookup = nil // the list does not know the entitlement either
	}
	switch {
	case lookup != nil:
		return Outcome{RetryAfter: retryAfter(lookup)}, fmt.Errorf("usage: look for group %s after %w: %w", *group.ID, err, lookup)
	case stored != nil && !sameRecords(group, stored):
		return Outcome{Verdict: Refused, Group: stored, StatusCode: http.StatusConflict, Reason: "Suger has a group with this id and other usage"}, nil
	case stored != nil:
		return judge(stored), nil
	case arrived:
		return Outcome{}, fmt.Errorf("usage: Suger says that it has group %s, but its list has not: %w", *group.ID, err)
	}
	return Outcome{Verdict: Refused, StatusCode: refusal.StatusCode, Reason: refusal.Message}, nil
}

// judge returns the outcome for a group that Suger has. A status that is not known yet, or none, does not say that anything is
// wrong.
func judge(stored *gen.UsageRecordGroup) Outcome {
	outcome := Outcome{Verdict: Accepted, Group: stored}
	switch stored.GetStatus() {
	case gen.UsageRecordGroupStatusInvalid:
		outcome.Verdict, outcome.Reason = Refused, "Suger found the usage invalid: check the dimensions of the product and the state of the entitlement"
	case gen.UsageRecordGroupStatusDeleted:
		outcome.Verdict, outcome.Reason = Refused, "the group was deleted at Suger"
	case gen.UsageRecordGroupStatusReportFailed:
		outcome.Verdict, outcome.Reason = Refused, "Suger could not report the usage to the marketplace"
	}
	return outcome
}

// classify returns the refusal if err is one of the group itself, and whether err says that Suger has the group.
func classify(err error) (refusal *api.Error, arrived bool) {
	if unreadable, ok := errors.AsType[*api.DecodeError](err); ok {
		return nil, !unreadable.OutcomeUnknown
	}
	refusal, ok := errors.AsType[*api.Error](err)
	if !ok || bytes.HasPrefix(bytes.TrimSpace(refusal.Body), []byte("<")) { // a page of a proxy, whatever its status
		return nil, false
	}
	switch refusal.StatusCode {
	case http.StatusConflict:
		return nil, true
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return refusal, false
	}
	return nil, false
}

func retryAfter(err error) time.Duration {
	if answer, ok := errors.AsType[*api.Error](err); ok {
		return answer.RetryAfter
	}
	return 0
}

// find looks a group up in the list of its entitlement, nil if it is not there. The list goes back 30 days, or, if the id is a
// UUIDv7, to the day before it was made.
func find(ctx context.Context, client *api.Client, group gen.CreateUsageRecordGroupParams) (*gen.UsageRecordGroup, error) {
	now := time.Now().UTC()
	params := gen.ListUsageRecordGroupsParams{
		EntitlementID: new(group.EntitlementID),
		EndDate:       new(now.AddDate(0, 0, 1).Format(time.DateOnly)), // for clocks that differ
	}
	if id, err := uuid.Parse(*group.ID); err == nil && id.Version() == 7 {
		seconds, nanos := id.Time().UnixTime()
		if made := time.Unix(seconds, nanos).UTC(); made.Before(now) {
			params.StartDate = new(made.AddDate(0, 0, -1).Format(time.DateOnly))
		}
	}
	for stored, err := range client.Metering.AllUsageRecordGroups(ctx, &params) {
		if err != nil {
			return nil, err
		}
		if stored.GetID() == *group.ID {
			return stored, nil
		}
	}
	return nil, nil
}

// sameRecords reports whether a group that Suger has is the one that was reported. Suger may have mapped the dimensions, and
// keeps those that were reported. What it does not show cannot be compared.
func sameRecords(group gen.CreateUsageRecordGroupParams, stored *gen.UsageRecordGroup) bool {
	if len(group.BillableRecords) > 0 {
		sums := func(records []gen.UsageRecord) map[string]float64 {
			sums := map[string]float64{}
			for _, record := range records {
				sums[record.GetKey()] += record.GetQuantity()
			}
			return sums
		}
		records := stored.GetMetaInfo().GetBillableRecords()
		return len(records) == 0 || equal(sums(group.BillableRecords), sums(records))
	}
	origin := stored.GetMetaInfo().GetOriginRecords()
	if len(origin) > 0 {
		return equal(group.Records, origin)
	}
	return len(stored.GetRecords()) == 0 || equal(group.Records, stored.GetRecords())
}

// equal reports whether two sets of quantities are equal but for what a server may have rounded, and for zeros.
func equal(a, b map[string]float64) bool {
	for _, keys := range []map[string]float64{a, b} {
		for key := range keys {
			if math.Abs(a[key]-b[key]) > 1e-6*max(math.Abs(a[key]), math.Abs(b[key])) {
				return false
			}
		}
	}
	return true
}
