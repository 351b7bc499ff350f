package sugertest

import "strings"

// happened records a notification event about an object.
func (s *Server) happened(action, typ string, o object) object {
	event := s.store.create("NotificationEvent", object{
		"action":       action,
		"entityType":   strings.ToUpper(strings.ReplaceAll(separateWords(typ), " ", "_")),
		"entityID":     text(o, idProperty(typ)),
		"entityName":   text(o, "name"),
		"entityStatus": text(o, "status"),
		"eventStatus":  "DONE",
		"priority":     "HIGH",
		"timestamp":    s.store.timestamp(),
		"title":        separateWords(typ) + ": " + strings.ToLower(strings.ReplaceAll(action, "_", " ")),
	}, s.OrgID)
	if partner := text(o, "partner"); partner != "" {
		event = s.store.put("NotificationEvent", with(event, "partner", partner))
	}
	return event
}
