package sugertest

import "slices"

func createSupportTicket(s *Server, c *call) (any, error) {
	return s.create(c, merged(without(c.object(), "closeTime"), object{"status": "OPEN"})), nil
}

// createSupportTicketAttachment answers with the new attachment alone. The file itself is not kept.
func createSupportTicketAttachment(s *Server, c *call) (any, error) {
	attachment := object{
		"id": uuid(s.store.random), "title": c.file.Filename, "size": c.file.Size, "mimetype": c.file.Header.Get("Content-Type"),
		"date": s.timestamp(),
	}
	s.update(c, object{"attachments": append(slices.Clone(list(c.target, "attachments")), attachment)})
	return []any{attachment}, nil
}

func createSupportTicketComment(s *Server, c *call) (any, error) {
	comment := merged(c.object(), object{"id": uuid(s.store.random), "date": s.timestamp()})
	s.update(c, object{"comments": append(slices.Clone(list(c.target, "comments")), comment)})
	return comment, nil
}

func closeSupportTicket(s *Server, c *call) (any, error) {
	o := s.change(c.targetType, c.target, object{"status": "CLOSED", "closeTime": s.timestamp()})
	s.happened("CLOSE", c.targetType, o)
	return o, nil
}

func reopenSupportTicket(s *Server, c *call) (any, error) {
	o := s.change(c.targetType, without(c.target, "closeTime"), object{"status": "OPEN"})
	s.happened("REOPEN", c.targetType, o)
	return o, nil
}
