package sugertest

import "slices"

// hold keeps a marketplace busy with an object, which gets a status when it is published.
func hold(s *state, typ string, o object, status string) {
	s.held = append(s.held, publication{typ, text(o, "id"), text(o, "status"), status, s.now().Add(s.rules.publish)})
}

// publishHeld publishes what marketplaces have had the time for. What has got another status meanwhile stays as it is, such as
// an offer that failed.
func publishHeld(s *state) {
	now := s.now()
	s.held = slices.DeleteFunc(s.held, func(p publication) bool {
		if p.due.After(now) {
			return false
		}
		if o := s.get(p.typ, p.id); o != nil && text(o, "status") == p.from {
			s.move(p.typ, listed(s, p.typ, o), p.status, "UPDATE")
		}
		return true
	})
}

// listed returns an object with what its marketplace gives it: an id, and an offer the page on which it is accepted.
func listed(s *state, typ string, o object) object {
	o = withExternalID(s, typ, o)
	if typ == "Offer" && text(o, "info", "privateOfferUrl") == "" {
		o = set(o, "https://marketplace.example.com/offers/"+text(o, "externalID"), "info", "privateOfferUrl")
	}
	return o
}

// failOffer does what a marketplace does that does not take an offer.
func failOffer(s *state, id, reason string) error {
	offer, err := s.find("Offer", id)
	if err != nil {
		return err
	}
	if err := (&call{target: offer, targetType: "Offer"}).requireStatus("DRAFT", "PENDING_CREATE", "CREATE_SUCCESS"); err != nil {
		return err
	}
	s.move("Offer", appended(offer, reason, "metaInfo", "errorMessages"), "CREATE_FAILED", "CREATE_FAILED")
	return nil
}

// failUsage does what a marketplace does that refuses the report with a usage record group.
func failUsage(s *state, id, reason string) error {
	group, err := s.find("UsageRecordGroup", id)
	if err != nil {
		return err
	}
	if err := (&call{target: group, targetType: "UsageRecordGroup"}).requireStatus("CREATED", "REPORT_PENDING"); err != nil {
		return err
	}
	report := addReport(s, group, object{"status": "FAILED", "message": reason})
	s.move("UsageRecordGroup", set(group, report["id"], "usageRecordReportID"), "REPORT_FAILED", "FAIL")
	return nil
}
