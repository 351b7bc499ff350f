package webhook_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

func TestParseOfANewerVersion(t *testing.T) {
	t.Parallel()
	event, err := webhook.Parse([]byte(`{
		"eventID": "ev-1",
		"action": "TELEPORT",
		"entityType": "SPACESHIP",
		"partner": "MOON",
		"priority": "COSMIC",
		"eventStatus": "DREAMT",
		"channels": ["EMAIL", "PIGEON"],
		"timestamp": "tomorrow",
		"newProperty": {"a": [1, 2]},
		"info": {"anything": true}
	}`))
	require.NoError(t, err)
	assert.Equal(t, "ev-1", event.GetEventID())
	assert.Equal(t, gen.NotificationEventAction("TELEPORT"), event.GetAction())
	assert.Equal(t, gen.EntityType("SPACESHIP"), event.GetEntityType())
	assert.Equal(t, gen.Partner("MOON"), event.GetPartner())
	assert.Equal(t, gen.AuditingEventPriority("COSMIC"), event.GetPriority())
	assert.Equal(t, gen.NotificationEventStatus("DREAMT"), event.GetEventStatus())
	assert.Equal(t, []gen.NotificationChannel{"EMAIL", "PIGEON"}, event.GetChannels())
	assert.Equal(t, "tomorrow", event.GetTimestamp().Text())
	assert.Equal(t, map[string]any{"anything": true}, event.Info)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", " ", "null", `"event"`, "1", "[]", "[{}]", "{", `{"eventID": 1}`, "{} {}", "<html>"} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			event, err := webhook.Parse([]byte(body))
			assert.Nil(t, event)
			assert.ErrorContains(t, err, "webhook: decode event: ")
		})
	}
}

func TestParseErrorKeepsItsCause(t *testing.T) {
	t.Parallel()
	_, err := webhook.Parse([]byte(`{"eventID": 1}`))
	var wrongType *json.UnmarshalTypeError
	require.ErrorAs(t, err, &wrongType)
	assert.Equal(t, "eventID", wrongType.Field)
}
