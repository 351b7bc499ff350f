package sugertest

import (
	"fmt"
	"time"
)

// fallsDue is what the passing of time does, in the order in which it is done.
var fallsDue = []func(*state, period){
	func(s *state, _ period) { publishHeld(s) }, expire("Offer", "PENDING_ACCEPTANCE"), endEntitlements, reportUsage, issueDrafts,
	expire("Wallet", "ACTIVE"),
}

// period is the time by which the clock was moved on.
type period struct{ from, to time.Time }

// includes reports whether a time is after the start of the period and not after its end.
func (p period) includes(value any) bool {
	t, err := parseTime("", fmt.Sprint(value))
	return err == nil && t.After(p.from) && !t.After(p.to)
}

// settle does what falls due in a period.
func settle(s *state, p period) {
	for _, do := range fallsDue {
		do(s, p)
	}
}

// expire returns a function that expires the objects of a type that have the status and whose expireTime is in the period.
func expire(typ, status string) func(*state, period) {
	return func(s *state, p period) {
		for _, o := range s.all(typ) {
			if text(o, "status") == status && p.includes(o["expireTime"]) {
				s.move(typ, o, "EXPIRED", "EXPIRE")
			}
		}
	}
}

// parseTime reads a time or a date. The field is for the error.
func parseTime(field, value string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, badRequest("%s: want a time such as 2026-12-31T00:00:00Z or a date", field)
}
