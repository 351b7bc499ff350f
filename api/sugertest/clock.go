package sugertest

import "time"

// Clock is the time of a server. It shows the real time until a test sets it or moves it on. What falls due when it is moved
// on happens then, in the order of the types below: nothing falls due by itself, so that a test does not depend on the day
// on which it runs.
//
//   - Offers and products are published, if the server is [Slow]: these also when the clock gets there by itself or is set.
//   - Offers that are pending acceptance expire.
//   - Entitlements end or renew, and planned cancellations are carried out.
//   - With a full hour, usage that waits is reported to the marketplace.
//   - Drafts of invoices are issued after their grace period.
//   - Wallets expire.
type Clock struct {
	server *Server
}

// Now returns the time of the server, in UTC.
func (c *Clock) Now() time.Time {
	s := c.server.lock()
	defer c.server.mu.Unlock()
	return s.now()
}

// Set stops the clock at a time. Nothing falls due by that.
func (c *Clock) Set(t time.Time) {
	s := c.server.lock()
	defer c.server.mu.Unlock()
	s.clock = clock{set: &t}
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	s := c.server.lock()
	defer c.server.mu.Unlock()
	from := s.now()
	s.clock.offset += d
	settle(s, period{from, from.Add(d)})
}
