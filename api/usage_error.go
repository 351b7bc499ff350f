package api

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/suger-go/suger/gen"
)

// ErrUsageInvalid matches a [*UsageError]: usage that Suger stored and found invalid, so that nobody is billed for it.
var ErrUsageInvalid = errors.New("the usage is invalid")

// UsageError is usage that Suger stored with the status INVALID, such as usage of a dimension that the product does not have.
// It is never reported to the marketplace. Correct what is wrong, delete the group, and report the usage anew under another id.
// The method returns the answer of the server together with the error.
type UsageError struct {
	Operation string                 // service and method, such as "Metering.ReportUsageRecordGroup"
	Groups    []gen.UsageRecordGroup // the invalid ones
}

func (e *UsageError) Error() string {
	texts := make([]string, 0, len(e.Groups))
	for _, group := range e.Groups {
		texts = append(texts, fmt.Sprintf("group %s of entitlement %s (%s)", group.GetID(), group.GetEntitlementID(), usageKeys(group)))
	}
	return fmt.Sprintf("%s: Suger found the usage invalid and bills nobody for it: %s: check the dimensions of the product and the state of "+
		"the entitlement, then delete the group and report the usage anew", e.Operation, printable(strings.Join(texts, "; ")))
}

// Is reports whether target is ErrUsageInvalid.
func (e *UsageError) Is(target error) bool { return target == ErrUsageInvalid }

// usageKeys lists the dimensions and billable metrics in the usage of a group.
func usageKeys(group gen.UsageRecordGroup) string {
	keys := slices.Sorted(maps.Keys(group.GetRecords()))
	for _, record := range group.GetMetaInfo().GetBillableRecords() {
		keys = append(keys, record.GetKey())
	}
	return strings.Join(keys, ", ")
}

// checkUsage returns an error if Suger answers that the reported usage is INVALID. The caller gets the answer as well.
func (r *run) checkUsage() error {
	if r.call.Operation.Method != http.MethodPost { // DELETE returns the deleted group, which may be INVALID
		return nil
	}
	var groups []gen.UsageRecordGroup
	switch out := r.call.Out.(type) {
	case *gen.UsageRecordGroup:
		groups = []gen.UsageRecordGroup{*out}
	case *[]gen.UsageRecordGroup:
		groups = slices.Clone(*out)
	}
	groups = slices.DeleteFunc(groups, func(group gen.UsageRecordGroup) bool { return group.GetStatus() != gen.UsageRecordGroupStatusInvalid })
	if len(groups) == 0 {
		return nil
	}
	r.call.Kept = true
	return &UsageError{Operation: r.call.Operation.Name, Groups: groups}
}
