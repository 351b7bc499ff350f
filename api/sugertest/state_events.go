package sugertest

import (
	"slices"
	"strings"
)

// happened adds the notification event about something that was done to an object, unless events know no such type. The
// documentation does not say how important which event is: here creations and updates are MEDIUM, all else is HIGH.
func (s *state) happened(action, typ string, o object) object {
	entityType := strings.ToUpper(strings.ReplaceAll(inWords(typ), " ", "_"))
	if !slices.Contains(schemaOf("EntityType").Enum, any(entityType)) {
		return nil
	}
	priority := "HIGH"
	if action == "CREATE" || action == "UPDATE" {
		priority = "MEDIUM"
	}
	event := object{
		"action":       action,
		"entityType":   entityType,
		"entityID":     text(o, idOf(typ)),
		"entityName":   text(o, "name"),
		"entityStatus": text(o, "status"),
		"eventStatus":  "DONE",
		"isActionItem": false,
		"priority":     priority,
		"timestamp":    s.timestamp(),
		"title":        entityType[:1] + inWords(typ)[1:] + ": " + strings.ToLower(strings.ReplaceAll(action, "_", " ")),
		"message":      strings.TrimSpace(inWords(typ) + " " + text(o, "name")),
	}
	return s.add("NotificationEvent", merged(event, given(keeping(o, "partner"))))
}

// move gives an object another status, and adds the event about it.
func (s *state) move(typ string, o object, status, action string) object {
	o = s.change(typ, o, object{"status": status})
	s.happened(action, typ, o)
	return o
}

// inWords turns "PaymentTransaction" into "payment transaction".
func inWords(typ string) string {
	var b strings.Builder
	for i, r := range typ {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
