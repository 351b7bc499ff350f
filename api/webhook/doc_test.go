package webhook_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// TestEventTable looks every kind of object, status and action of the table in the documentation up in the description.
func TestEventTable(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	row := regexp.MustCompile(`(?m)^//\t(\S.*?) {2,}(\S.*?) {2,}(\S.*)$`)
	knows := map[string]func(status string) bool{
		"ENTITLEMENT": func(status string) bool { return gen.EntitlementStatus(status).Known() },
		"OFFER":       func(status string) bool { return gen.OfferStatus(status).Known() },
		"INVOICE":     func(status string) bool { return gen.InvoiceStatus(status).Known() },
	}
	var entity string
	rows := map[string]int{}
	for _, match := range row.FindAllStringSubmatch(string(source), -1) {
		step, statuses, actions := match[1], match[2], match[3]
		if statuses == "status" {
			entity = step
			require.True(t, gen.EntityType(entity).Known(), entity)
			continue
		}
		rows[entity]++
		for status := range strings.SplitSeq(statuses, ", ") {
			known := status == "not documented" || status == "unchanged" || knows[entity](status)
			assert.True(t, known, "%s, %s: status %s", entity, step, status)
		}
		for action := range strings.SplitSeq(actions, ", ") {
			assert.True(t, gen.NotificationEventAction(action).Known(), "%s, %s: action %s", entity, step, action)
		}
	}
	assert.Equal(t, map[string]int{"ENTITLEMENT": 11, "OFFER": 14, "INVOICE": 8}, rows)
}
