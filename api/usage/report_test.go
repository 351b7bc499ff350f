package usage_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

func group(id string) gen.CreateUsageRecordGroupParams {
	return gen.CreateUsageRecordGroupParams{ID: new(id), EntitlementID: "ent-1", Records: map[string]float64{"storage": 1.5}}
}

func TestReport(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults  []sugertest.Fault
		earlier bool // whether Suger has the group already
		change  func(*gen.CreateUsageRecordGroupParams)
		verdict usage.Verdict
		reason  string
	}{
		"taken":                        {verdict: usage.Accepted},
		"a status from the future":     {faults: []sugertest.Fault{sugertest.FutureEnum("status")}, verdict: usage.Accepted},
		"arrived before":               {earlier: true, verdict: usage.Accepted},
		"refused, but arrived before":  {earlier: true, faults: []sugertest.Fault{sugertest.Status(400)}, verdict: usage.Accepted},
		"refused":                      {faults: []sugertest.Fault{sugertest.Status(422)}, verdict: usage.Refused, reason: "unprocessable"},
		"all zero":                     {change: zero, verdict: usage.Refused, reason: "zero"},
		"another dimension":            {change: misspelt, verdict: usage.Refused, reason: "invalid"},
		"an unknown entitlement":       {change: unknown, verdict: usage.Refused, reason: "ent-9"},
		"another group with its id":    {earlier: true, change: other, verdict: usage.Refused, reason: "other usage"},
		"no answer":                    {faults: []sugertest.Fault{sugertest.DropBefore()}, verdict: usage.Waiting},
		"no answer, but it arrived":    {faults: []sugertest.Fault{sugertest.DropAfter()}, verdict: usage.Waiting},
		"half an answer":               {faults: []sugertest.Fault{sugertest.Truncate()}, verdict: usage.Waiting},
		"an outage":                    {faults: []sugertest.Fault{sugertest.Status(503)}, verdict: usage.Waiting},
		"wrong credentials":            {faults: []sugertest.Fault{sugertest.Status(401)}, verdict: usage.Waiting},
		"not allowed":                  {faults: []sugertest.Fault{sugertest.Status(403)}, verdict: usage.Waiting},
		"a page of a proxy":            {faults: []sugertest.Fault{sugertest.HTML(404)}, verdict: usage.Waiting},
		"the login page of a proxy":    {faults: []sugertest.Fault{sugertest.HTML(200)}, verdict: usage.Waiting},
		"too many requests, and waits": {faults: []sugertest.Fault{sugertest.Status(429).After("7s")}, verdict: usage.Waiting},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			client := r.suger.Client(api.WithRetry(api.RetryPolicy{MaxTries: 1}))
			params := group(uuid.NewString())
			if test.earlier {
				_, err := usage.Report(t.Context(), client, params)
				require.NoError(t, err)
			}
			if test.change != nil {
				test.change(&params)
			}
			r.suger.Fail(report, test.faults...)
			outcome, err := usage.Report(t.Context(), client, params)
			assert.Equal(t, test.verdict, outcome.Verdict)
			assert.Contains(t, outcome.Reason, test.reason)
			if test.verdict == usage.Waiting {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			if test.verdict == usage.Accepted {
				assert.Equal(t, *params.ID, outcome.Group.GetID())
			}
		})
	}
}

func zero(g *gen.CreateUsageRecordGroupParams)     { g.Records = map[string]float64{"storage": 0} }
func misspelt(g *gen.CreateUsageRecordGroupParams) { g.Records = map[string]float64{"storrage": 1} }
func unknown(g *gen.CreateUsageRecordGroupParams)  { g.EntitlementID = "ent-9" }
func other(g *gen.CreateUsageRecordGroupParams)    { g.Records = map[string]float64{"storage": 2} }

// TestReportAnswers is about answers that the fake does not give.
func TestReportAnswers(t *testing.T) {
	t.Parallel()
	const none = `{"usageRecordGroups":[]}`
	for name, test := range map[string]struct {
		answers answers
		verdict usage.Verdict
		text    string // of the error or the reason
		wait    time.Duration
	}{
		"409, but the list does not have it":   {answers{status: 409, report: `"exists"`, list: none}, usage.Waiting, "its list has not", 0},
		"409, but the list cannot be read":     {answers{status: 409, report: `"exists"`, list: `oops`}, usage.Waiting, "look for group", 0},
		"409, and it could not be reported":    {answers{status: 409, report: `"exists"`, list: listed("REPORT_FAILED")}, usage.Refused, "marketplace", 0},
		"409, and it was deleted":              {answers{status: 409, report: `"exists"`, list: listed("DELETED")}, usage.Refused, "deleted", 0},
		"409, and it was invalid":              {answers{status: 409, report: `"exists"`, list: listed("INVALID")}, usage.Refused, "invalid", 0},
		"409, and it is billed":                {answers{status: 409, report: `"exists"`, list: listed("REPORTED")}, usage.Accepted, "", 0},
		"200 that cannot be read":              {answers{status: 200, report: `{"id":"g-1","records":"?"}`, list: listed("CREATED")}, usage.Accepted, "", 0},
		"200 that says nothing":                {answers{status: 200, report: `""`, list: none}, usage.Waiting, "want a JSON object", 0},
		"400 with the words of the server":     {answers{status: 400, report: `"quantity too large"`, list: none}, usage.Refused, "quantity too large", 0},
		"400 while the list cannot be read":    {answers{status: 400, report: `"no"`, list: `oops`}, usage.Waiting, "look for group", 0},
		"429 with a Retry-After":               {answers{status: 429, report: `""`, header: http.Header{"Retry-After": {"7"}}}, usage.Waiting, "429", 7 * time.Second},
		"405, as of a server that is another":  {answers{status: 405, report: `""`, list: none}, usage.Waiting, "405", 0},
		"302, to where credentials do not go":  {answers{status: 302, report: `""`, list: none}, usage.Waiting, "302", 0},
		"500 for the report, as often as sent": {answers{status: 500, report: `"no"`, list: none}, usage.Waiting, "500", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newRoom(t).suger.Client(api.WithTransport(test.answers), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
			outcome, err := usage.Report(t.Context(), client, group("g-1"))
			assert.Equal(t, test.verdict, outcome.Verdict)
			assert.Equal(t, test.wait, outcome.RetryAfter)
			if test.verdict == usage.Waiting {
				require.ErrorContains(t, err, test.text)
				return
			}
			require.NoError(t, err)
			assert.Contains(t, outcome.Reason, test.text)
		})
	}
}

func listed(status string) string {
	return `{"usageRecordGroups":[{"id":"g-0"},{"id":"g-1","status":"` + status + `","records":{"vm_storage":1.5},"metaInfo":{"originRecords":{"storage":1.5000000001}}}]}`
}

func TestReportWithoutID(t *testing.T) {
	t.Parallel()
	params := group("")
	_, err := usage.Report(t.Context(), newRoom(t).suger.Client(), params)
	assert.ErrorContains(t, err, "without an id")
}
