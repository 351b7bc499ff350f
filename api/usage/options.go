package usage

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// settings are what options set.
type settings struct {
	window      time.Duration
	memory      time.Duration
	parallel    int
	poll        time.Duration
	minBackoff  time.Duration
	maxBackoff  time.Duration
	lease       time.Duration
	drain       time.Duration
	delayLimit  time.Duration
	onDelay     func(Status)
	logger      *slog.Logger
	billable    bool
	now         func() time.Time // for tests, nil outside of them
	delayChecks time.Duration
}

func defaults() settings {
	return settings{
		window: time.Hour, memory: 48 * time.Hour, parallel: 8, poll: time.Second, minBackoff: time.Second, maxBackoff: 5 * time.Minute,
		lease: 2 * time.Minute, drain: 10 * time.Second, delayLimit: 2 * time.Hour, logger: slog.Default(), delayChecks: time.Minute,
	}
}

// check returns what is wrong with the options.
func (s settings) check() error {
	for _, d := range []struct {
		name        string
		value, most time.Duration
	}{
		{"window", s.window, 24 * time.Hour}, {"memory", s.memory, 0}, {"poll interval", s.poll, 0}, {"first wait", s.minBackoff, s.maxBackoff},
		{"longest wait", s.maxBackoff, 0}, {"lease", s.lease, 0}, {"drain", s.drain, 0}, {"limit of the delay", s.delayLimit, 0},
	} {
		if d.value <= 0 {
			return fmt.Errorf("usage: the %s is %v, want more than 0", d.name, d.value)
		}
		if most := cmp.Or(d.most, d.value); d.value > most {
			return fmt.Errorf("usage: the %s is %v, want %v at most", d.name, d.value, most)
		}
	}
	if 24*time.Hour%s.window != 0 {
		return fmt.Errorf("usage: the window is %v, which does not divide a day", s.window)
	}
	if s.parallel < 1 {
		return fmt.Errorf("usage: %d groups at a time, want one or more", s.parallel)
	}
	if s.logger == nil {
		return errors.New("usage: the logger is nil")
	}
	return nil
}

// Option is an option of [New].
type Option func(*settings)

// WithWindow sets the length of the windows that usage is added up over: an hour without it. It must divide a day, and windows
// start with the day in UTC. Suger itself adds up what came in an hour, so that a longer window only delays.
func WithWindow(window time.Duration) Option { return func(s *settings) { s.window = window } }

// WithMemory sets for how long at least the id of an event is known, so that it does not count again: two days without it. The
// time runs from Add. Groups that Suger has taken are kept as long.
func WithMemory(memory time.Duration) Option { return func(s *settings) { s.memory = memory } }

// WithParallel sets how many groups a reporter sends at a time: eight without it.
func WithParallel(n int) Option { return func(s *settings) { s.parallel = n } }

// WithPollInterval sets how often Run looks for windows that are over and groups that are due: every second without it.
func WithPollInterval(interval time.Duration) Option {
	return func(s *settings) { s.poll = interval }
}

// WithBackoff sets how long a group waits after it could not be sent: first, then twice as long each time, at most the longest,
// each less up to a half at random. Without it, first is a second and longest five minutes. A Retry-After of up to an hour is
// obeyed where it is longer.
func WithBackoff(first, longest time.Duration) Option {
	return func(s *settings) { s.minBackoff, s.maxBackoff = first, longest }
}

// WithLease sets for how long a group belongs to the process that sends it: two minutes without it. Another process takes it
// after that, and a call to Suger ends with it at the latest.
func WithLease(lease time.Duration) Option { return func(s *settings) { s.lease = lease } }

// WithDrain sets for how long Run goes on after its context has ended, to send what is due: ten seconds without it.
func WithDrain(limit time.Duration) Option { return func(s *settings) { s.drain = limit } }

// WithDelayLimit sets how old the oldest event that waits may become: two hours without it, which are the window and an hour of
// trouble, and leave four of the six that AWS has. Beyond it Run logs an error every ten minutes, and each minute calls hook with the
// status, if hook is not nil. Run waits for hook.
func WithDelayLimit(limit time.Duration, hook func(Status)) Option {
	return func(s *settings) { s.delayLimit, s.onDelay = limit, hook }
}

// WithLogger sets the logger: slog.Default() without it.
func WithLogger(logger *slog.Logger) Option { return func(s *settings) { s.logger = logger } }

// WithBillableMetrics reports the usage by billable metric (usage metering API v2) instead of by dimension. The Dimension of an
// event is then the key of a metric, whose usage adds up and needs no properties.
func WithBillableMetrics() Option { return func(s *settings) { s.billable = true } }
