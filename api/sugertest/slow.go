package sugertest

import "time"

// Slow makes marketplaces take a while to publish an offer or a product, by the [Clock] of the server. Until then an offer that
// was created is PENDING_CREATE, without the id and the URL that the marketplace gives it; so is a product, and one that was
// published keeps its status. The clock shows the real time unless it is set, so that a test that decides itself when the time
// is over takes an hour or so, and ends it with [Clock.Advance].
func Slow(publish time.Duration) Option {
	return func(cfg *config) { cfg.rules.publish = publish }
}

// FailOffer does what a marketplace does that refuses an offer: the offer with the id, which must not be published yet, becomes
// CREATE_FAILED, and the message is the last of its metaInfo.errorMessages. Offers are published at once unless the
// server is [Slow] or they were seeded with an earlier status.
func (s *Server) FailOffer(id, message string) {
	st := s.lock()
	defer s.mu.Unlock()
	if err := failOffer(st, id, message); err != nil {
		s.fatalf("sugertest: FailOffer: %v", err)
	}
}

// FailUsage does what a marketplace does that refuses a report of usage: the usage record group with the id, which must not be
// reported yet, becomes REPORT_FAILED, and there is a usage record report for it, FAILED with the message in its info.
// The group is not billed unless it is retried, which the next full hour on the [Clock] then reports.
func (s *Server) FailUsage(groupID, message string) {
	st := s.lock()
	defer s.mu.Unlock()
	if err := failUsage(st, groupID, message); err != nil {
		s.fatalf("sugertest: FailUsage: %v", err)
	}
}
