package sugertest

import (
	"fmt"
	"slices"
	"strconv"
)

var operationEffects = map[string]effect{
	"listOperations":      listOperations,
	"getOperation":        getOperation,
	"getOperationHistory": getOperationHistory,
}

func listOperations(s *state, c *call) (any, error) {
	search := c.properties()
	passes, err := jobFilter("body/filter", inner(search, "filter"))
	if err != nil {
		return nil, err
	}
	jobs := []any{}
	for _, job := range s.all("WorkflowOperation") {
		if passes(job) {
			jobs = append(jobs, without(job, "childWorkflowOperations"))
		}
	}
	filter := fmt.Sprint(search["filter"])
	jobs, next, err := pageAt(text(search, "offsetToken"), filter, jobs, sizeOfPage(c.op, fmt.Sprint(search["limit"]), 100))
	if err != nil {
		return nil, badRequest("body/offsetToken: %v", err)
	}
	return given(object{"operations": jobs, "offsetToken": next}), nil
}

// jobFilter returns the filter that an OperationFilter describes. The field is for the error.
func jobFilter(field string, o object) (filter, error) {
	operator, values := text(o, "operator"), list(o, "values")
	switch {
	case len(o) == 0:
		return func(object) bool { return true }, nil
	case operator == "and", operator == "or":
		var parts []filter
		for i, arg := range objects(o, "args") {
			part, err := jobFilter(fmt.Sprint(field, "/args/", i), arg)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		}
		return joined(operator, parts), nil
	case operator == "=", operator == "!=":
		values = []any{o["value"]}
	case operator != "in" && operator != "not_in":
		return nil, badRequest("%s/operator: want =, !=, in, not_in, and or or", field)
	}
	return func(job object) bool {
		attribute := attributeOf(job, text(o, "field"))
		found := slices.ContainsFunc(values, func(value any) bool { return fmt.Sprint(value) == attribute })
		return found == (operator == "=" || operator == "in")
	}, nil
}

// attributeOf returns what a filter compares. Jobs have no properties for most of it, so the fake takes it from their memo.
func attributeOf(job object, name string) string {
	if name == "ExecutionStatus" {
		return text(job, "status")
	}
	return fmt.Sprint(at(job, "memo", name))
}

func getOperation(_ *state, c *call) (any, error) {
	if run := c.query.Get("runId"); run != "" && run != text(c.target, "runId") {
		return nil, notFound(c.targetType, c.params["operationId"])
	}
	if children, _ := strconv.ParseBool(c.query.Get("hasChildren")); children {
		return c.target, nil
	}
	return without(c.target, "childWorkflowOperations"), nil
}

// getOperationHistory answers with the start of a job and, once it is over, its end.
func getOperationHistory(_ *state, c *call) (any, error) {
	events := []any{}
	note := func(what, when string) {
		if when != "" {
			events = append(events, object{"eventID": len(events) + 1, "eventType": "WorkflowExecution" + what, "eventTime": when})
		}
	}
	note("Started", text(c.target, "startTime"))
	note(text(c.target, "status"), text(c.target, "endTime"))
	return object{"operationHistoryEvent": events}, nil
}
