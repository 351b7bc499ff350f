package sugertest

import (
	"fmt"
	"time"
)

// Clock is the time of a server. It shows the real time until a test sets it or moves it on. What falls due when it is moved
// on happens then, in the order of the types below: nothing falls due by itself, so that a test does not depend on the day
// on which it runs.
//
//   - Offers that are pending acceptance expire.
//   - Entitlements end or renew, and planned cancellations are carried out.
//   - With a full hour, usage that waits is reported to the marketplace.
//   - Drafts of invoices are issued after their grace period.
//   - Wallets expire.
type Clock struct {
	server *Server
	offset time.Duration // from the real time
	fixed  *time.Time    // once it was set
}

func newClock(s *Server) *Clock { return &Clock{server: s} }

// Now returns the time of the server, in UTC.
func (c *Clock) Now() time.Time {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	return c.server.now()
}

// Set stops the clock at a time. Nothing falls due by that.
func (c *Clock) Set(t time.Time) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	t = t.UTC()
	c.fixed = &t
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	from := c.server.now()
	if c.fixed != nil {
		t := c.fixed.Add(d)
		c.fixed = &t
	} else {
		c.offset += d
	}
	c.server.settle(from, from.Add(d))
}

// now returns the time of the server, which is locked.
func (s *Server) now() time.Time {
	if s.Clock.fixed != nil {
		return *s.Clock.fixed
	}
	return time.Now().Add(s.Clock.offset).UTC()
}

// settle does what falls due after one time and not after another.
func (s *Server) settle(from, to time.Time) {
	due := func(value any) bool {
		t, err := parseTime("", fmt.Sprint(value))
		return err == nil && t.After(from) && !t.After(to)
	}
	move := func(typ string, o object, status, action string) {
		o = s.change(typ, o, object{"status": status})
		s.happened(action, typ, o)
	}
	for _, o := range s.store.all("Offer") {
		if text(o, "status") == "PENDING_ACCEPTANCE" && due(o["expireTime"]) {
			move("Offer", o, "EXPIRED", "EXPIRE")
		}
	}
	for _, o := range s.store.all("Entitlement") {
		plan, _ := at(o, "metaInfo", "entitlementCancellationSchedule").(object)
		ends := due(o["endTime"])
		switch {
		case text(o, "status") != "ACTIVE":
		case text(plan, "type") == "SpecificDate" && due(plan["cancelDate"]), text(plan, "type") == "EndOfTerm" && ends:
			move("Entitlement", o, "CANCELLED", "CANCEL")
		case ends && at(o, "info", "autoRenew") == true:
			s.renew(o)
		case ends:
			move("Entitlement", o, "CANCELLED", "EXPIRE")
		}
	}
	if hour := to.Truncate(time.Hour); hour.After(from) {
		for _, o := range s.store.all("UsageRecordGroup") {
			if text(o, "status") == "CREATED" {
				s.reportToMarketplace(o)
			}
		}
	}
	for _, o := range s.store.all("Invoice") {
		created, err := parseTime("", text(o, "info", "creationDate"))
		days, _ := decimal(at(o, "info", "gracePeriodInDays")).Float64()
		if err == nil && text(o, "status") == "DRAFT" && due(created.AddDate(0, 0, int(days)).Format(time.RFC3339)) {
			s.issue(o)
		}
	}
	for _, o := range s.store.all("Wallet") {
		if text(o, "status") == "ACTIVE" && due(o["expireTime"]) {
			move("Wallet", o, "EXPIRED", "EXPIRE")
		}
	}
}

// renew adds a term as long as the last one.
func (s *Server) renew(o object) {
	start, end := text(o, "startTime"), text(o, "endTime")
	if term := s.store.get("EntitlementTerm", text(o, "entitlementTermID")); text(term, "startTime") != "" {
		start = text(term, "startTime")
	}
	from, err := parseTime("", start)
	to, err2 := parseTime("", end)
	if err != nil || err2 != nil || !to.After(from) {
		return
	}
	years, months, days := to.Year()-from.Year(), int(to.Month()-from.Month()), to.Day()-from.Day()
	o = s.change("Entitlement", o, object{"endTime": to.AddDate(years, months, days).Format(time.RFC3339)})
	o = s.addTerm(o, object{"startTime": end, "info": object{"type": "AutoRenew"}})
	s.happened("UPDATE", "Entitlement", o)
}
