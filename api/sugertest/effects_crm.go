package sugertest

import "net/http"

var crmEffects = map[string]effect{
	"enrichCrmRecord":          enrichCRMRecord,
	"getCrmEnrichmentProgress": inCRM(seeded(object{"status": "not_started"})),
	"validateCrmQuery":         inCRM(seeded(object{"valid": true, "matchedRecordCount": 0})),
}

// enrichCRMRecord adds a job that is complete already.
func enrichCRMRecord(s *state, c *call) (any, error) {
	id, now := "crm-enrichment-"+c.query.Get("crmRecordId"), s.timestamp()
	s.put("WorkflowOperation", object{
		"id": id, "runId": uuid(s.random), "name": c.op.id, "type": "TemporalWorkflow", "status": "Completed",
		"startTime": now, "endTime": now,
	})
	return object{"status": "started", "workflowId": id}, nil
}

// inCRM returns an effect that fails unless the path names a CRM system.
func inCRM(effect effect) effect {
	return func(s *state, c *call) (any, error) {
		partner, service := c.params["partner"], c.params["service"]
		if partner != "SALESFORCE" && partner != "HUBSPOT" || service != "CRM" {
			return nil, fail(http.StatusNotFound, "integration not found: %s %s", partner, service)
		}
		return effect(s, c)
	}
}
