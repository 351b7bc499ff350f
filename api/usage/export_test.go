package usage

import "time"

// WithClock sets the clock, for tests in which time must pass.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithDelayChecks sets how often Run looks for usage that waits too long.
func WithDelayChecks(every time.Duration) Option { return func(s *settings) { s.delayChecks = every } }
