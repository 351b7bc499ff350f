package sugertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func TestJobs(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client(checked(t, srv))
	ctx := t.Context()
	srv.Seed(gen.WorkflowOperation{
		ID: new("job"), RunID: new("run"), Status: new("Failed"), StartTime: timeOf(noon), EndTime: timeOf(noon),
		ChildWorkflowOperations: []gen.WorkflowOperation{{ID: new("child")}},
	}, gen.WorkflowOperation{ID: new("running"), Status: new("Running"), StartTime: timeOf(noon)})
	for _, children := range []bool{true, false} {
		job, err := client.Operations.Get(ctx, "job", &gen.GetOperationParams{HasChildren: &children, RunID: new("run")})
		require.NoError(t, err)
		assert.Equal(t, children, len(job.GetChildWorkflowOperations()) > 0)
	}
	page, err := client.Operations.List(ctx, gen.OperationSearch{})
	require.NoError(t, err)
	assert.Empty(t, page.GetOperations()[0].GetChildWorkflowOperations())
	_, err = client.Operations.Get(ctx, "job", &gen.GetOperationParams{RunID: new("another")})
	assert.ErrorIs(t, err, api.ErrNotFound)
	_, err = client.Operations.GetHistory(ctx, "another")
	assert.ErrorIs(t, err, api.ErrNotFound)
	for id, want := range map[string]string{"job": "1 WorkflowExecutionStarted 2 WorkflowExecutionFailed", "running": "1 WorkflowExecutionStarted"} {
		history, err := client.Operations.GetHistory(ctx, id)
		require.NoError(t, err)
		var events []string
		for _, event := range history.GetOperationHistoryEvent() {
			events = append(events, fmt.Sprint(event.GetEventID()), event.GetEventType())
		}
		assert.Equal(t, want, strings.Join(events, " "))
	}
}

func TestJobFilters(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for id, memo := range map[string]map[string]any{"aws": {"SugerPartner": "AWS"}, "gcp": {"SugerPartner": "GCP"}} {
		srv.Seed(gen.WorkflowOperation{ID: new(id), Status: new("Running"), Memo: memo})
	}
	partner := func(operator, value string) gen.OperationFilter {
		return gen.OperationFilter{Operator: &operator, Field: new(gen.TemporalWorkflowAttrSugerPartner), Value: value, Values: []any{value, "GCP"}}
	}
	running := partner("=", "Running")
	running.Field = new(gen.TemporalWorkflowAttrExecutionStatus)
	for want, filters := range map[string][]gen.OperationFilter{
		"aws":                                {partner("=", "AWS"), partner("!=", "GCP"), {Operator: new("and"), Args: []gen.OperationFilter{running, partner("=", "AWS")}}},
		"aws gcp":                            {running, partner("in", "AWS"), {Operator: new("or"), Args: []gen.OperationFilter{partner("=", "AWS"), partner("=", "GCP")}}, {}},
		"":                                   {partner("not_in", "AWS"), partner("=", "aws"), {Operator: new("and"), Args: []gen.OperationFilter{partner("=", "AWS"), partner("=", "GCP")}}},
		"error: body/filter/operator":        {partner("like", "AWS"), {Args: []gen.OperationFilter{running}}},
		"error: body/filter/args/1/operator": {{Operator: new("or"), Args: []gen.OperationFilter{running, partner("AND", "AWS")}}},
	} {
		for _, filter := range filters {
			page, err := srv.Client(checked(t, srv)).Operations.List(t.Context(), gen.OperationSearch{Filter: &filter})
			if message, ok := strings.CutPrefix(want, "error: "); ok {
				assert.ErrorContains(t, err, message)
				continue
			}
			require.NoError(t, err)
			found := map[string]bool{}
			for _, job := range page.GetOperations() {
				found[job.GetID()] = true
			}
			assert.Len(t, found, len(strings.Fields(want)), filter)
			for _, id := range strings.Fields(want) {
				assert.True(t, found[id], filter)
			}
		}
	}
}

func TestPagesWithTokens(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for i := range 250 {
		srv.Seed(gen.WorkflowOperation{ID: new(fmt.Sprint(i)), Status: new("Running")})
	}
	client := srv.Client(checked(t, srv))
	for limit, want := range map[int64][]int{0: {100, 100, 50}, 125: {100, 100, 50}, 90: {90, 90, 70}, 50: {50, 50, 50, 50, 50}} {
		search, sizes := gen.OperationSearch{Limit: &limit}, []int(nil)
		for {
			page, err := client.Operations.List(t.Context(), search)
			require.NoError(t, err)
			sizes = append(sizes, len(page.GetOperations()))
			if search.OffsetToken = page.OffsetToken; search.OffsetToken == nil {
				break
			}
		}
		assert.Equal(t, want, sizes)
	}
	page, err := client.Operations.List(t.Context(), gen.OperationSearch{})
	require.NoError(t, err)
	for _, token := range []string{page.GetOffsetToken(), "nonsense", "LTE6PG5pbD4="} { // the last is -1:<nil>
		filter := &gen.OperationFilter{Operator: new("="), Field: new(gen.TemporalWorkflowAttrExecutionStatus), Value: "Running"}
		if token == "LTE6PG5pbD4=" {
			filter = nil
		}
		_, err = client.Operations.List(t.Context(), gen.OperationSearch{Filter: filter, OffsetToken: &token})
		assert.ErrorContains(t, err, "body/offsetToken: ")
	}
}
