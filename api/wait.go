package api

import (
	"context"
	"fmt"
	"time"
)

// WaitOptions say how [WaitFor] polls. A field that is 0 has its default value; a negative one is an error.
type WaitOptions struct {
	Interval    time.Duration // between the first two looks, 2 seconds by default; it grows by half each time
	MaxInterval time.Duration // 30 seconds by default
	Timeout     time.Duration // of the whole, 10 minutes by default; the context may end it earlier
}

// WaitError is a wait that ended before its condition came true.
type WaitError[T any] struct {
	Last  T     // the last value that get returned, the zero value if it returned none
	Looks int   // how often there was a look
	Err   error // context.DeadlineExceeded, or why the context ended
}

func (e *WaitError[T]) Error() string {
	return fmt.Sprintf("api: the condition did not come true in %d looks: %v", e.Looks, e.Err)
}

// Unwrap returns why the wait ended.
func (e *WaitError[T]) Unwrap() error { return e.Err }

// WaitFor calls get until the condition is true of what it returns, and returns that. Use it for operations that take a
// marketplace some time, such as the publication of an offer. An error of get ends the wait, unless [IsRetryable] says that the
// next look may succeed. When time runs out the error is a [*WaitError] with the last value.
func WaitFor[T any](ctx context.Context, get func(context.Context) (T, error), until func(T) bool, opts WaitOptions) (T, error) {
	var last, none T
	if err := opts.check(); err != nil {
		return none, err
	}
	interval := orDefault(opts.Interval, 2*time.Second)
	maxInterval := max(interval, orDefault(opts.MaxInterval, 30*time.Second))
	ctx, cancel := context.WithTimeout(ctx, orDefault(opts.Timeout, 10*time.Minute))
	defer cancel()
	for looks := 1; ; looks++ {
		value, err := get(ctx)
		switch {
		case err == nil && until(value):
			return value, nil
		case err == nil:
			last = value
		case ctx.Err() != nil:
			return none, &WaitError[T]{last, looks, ctx.Err()}
		case !IsRetryable(err):
			return none, err
		}
		if err := sleep(ctx, interval); err != nil {
			return none, &WaitError[T]{last, looks, err}
		}
		interval += min(interval/2, maxInterval-interval) // which cannot overflow
	}
}

// check returns an error for options with which WaitFor would poll without a pause or never.
func (o WaitOptions) check() error {
	for _, field := range []struct {
		name  string
		value time.Duration
	}{{"Interval", o.Interval}, {"MaxInterval", o.MaxInterval}, {"Timeout", o.Timeout}} {
		if field.value < 0 {
			return fmt.Errorf("api: WaitOptions: %s is negative: %s", field.name, field.value)
		}
	}
	return nil
}

func orDefault(value, standard time.Duration) time.Duration {
	if value == 0 {
		return standard
	}
	return value
}
