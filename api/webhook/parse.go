package webhook

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/suger-go/suger/gen"
)

// Parse decodes the body of a delivery. Enum values and properties that this version of the package does not know are no
// error: the values are kept, the properties ignored. Parse does not look at the signature, see [Verify].
func Parse(body []byte) (*gen.NotificationEvent, error) {
	var event *gen.NotificationEvent
	if err := json.Unmarshal(body, &event); err != nil {
		return nil, fmt.Errorf("webhook: decode event: %w", err)
	}
	if event == nil {
		return nil, errors.New("webhook: decode event: the body is null")
	}
	return event, nil
}
