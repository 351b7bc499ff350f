package api_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// A fault that may pass: no answer came, or one that asks to come again.
func ExampleIsTemporary() {
	fmt.Println(api.IsTemporary(503, nil), api.IsTemporary(404, nil), api.IsTemporary(0, context.DeadlineExceeded))
	// Output: true false true
}

// The standard policy with more patience, for a job that runs at night.
func ExampleDefaultRetryPolicy() {
	policy := api.DefaultRetryPolicy()
	policy.MaxTries = 6
	fmt.Println(policy.MaxTries, policy.BaseDelay, policy.MaxDelay)
	// Output: 6 500ms 30s
}

// What any error of a call tells, whether an answer came or not.
func ExampleCallInfo() {
	_, err := client.Offers.NotifyContacts(ctx, "lost", nil)
	var lost *api.TransportError
	if errors.As(err, &lost) {
		info := lost.CallInfo
		fmt.Println(info.Operation, info.Method, info.Path)
		fmt.Println("a repeat is", info.Effect, "- the outcome is unknown:", info.OutcomeUnknown)
	}
	// Output:
	// Offers.NotifyContacts POST /org/org-1/offer/lost/notifyContacts
	// a repeat is unsafe - the outcome is unknown: true
}

// Usage of a dimension that the product does not have is stored, but nobody is billed for it.
func ExampleUsageError() {
	group, err := client.Metering.ReportUsageRecordGroup(ctx, "e-1", gen.CreateUsageRecordGroupParams{
		EntitlementID: "e-1", OrganizationID: client.OrgID(), Records: map[string]float64{"api_cals": 3},
	})
	var invalid *api.UsageError
	if errors.As(err, &invalid) {
		fmt.Println(group.GetID(), group.GetStatus(), len(invalid.Groups), errors.Is(err, api.ErrUsageInvalid))
	}
	// Output: g-1 INVALID 1 true
}
