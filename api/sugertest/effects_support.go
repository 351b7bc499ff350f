package sugertest

var supportEffects = map[string]effect{
	"createSupportTicketAttachment": createSupportTicketAttachment,
	"createSupportTicketComment":    createSupportTicketComment,
	"closeSupportTicket":            becomes("CLOSED", "CLOSE", "closeTime"),
	"reopenSupportTicket":           reopenSupportTicket,
}

// createSupportTicketAttachment answers with the new attachment alone. The file itself is not kept.
func createSupportTicketAttachment(s *state, c *call) (any, error) {
	attachment := object{
		"id": uuid(s.random), "title": c.file.Filename, "size": c.file.Size, "mimetype": c.file.Header.Get("Content-Type"),
		"date": s.timestamp(),
	}
	update(s, c, appended(c.target, attachment, "attachments"))
	return []any{attachment}, nil
}

func createSupportTicketComment(s *state, c *call) (any, error) {
	comment := merged(c.properties(), object{"id": uuid(s.random), "date": s.timestamp()})
	update(s, c, appended(c.target, comment, "comments"))
	return comment, nil
}

func reopenSupportTicket(s *state, c *call) (any, error) {
	return s.move(c.targetType, without(c.target, "closeTime"), "OPEN", "REOPEN"), nil
}
