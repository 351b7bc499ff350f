package api_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

func TestWaitFor(t *testing.T) {
	t.Parallel()
	down := &api.Error{StatusCode: 503}
	gone := &api.Error{StatusCode: 404}
	const s = time.Second
	for _, tt := range []struct {
		name   string
		errs   map[int]error // of a look
		until  int           // the look that meets the condition
		opts   api.WaitOptions
		looks  []time.Duration // when
		err    error
		last   int // what the error holds
		ending time.Duration
	}{
		{"at once", nil, 1, api.WaitOptions{}, []time.Duration{0}, nil, 0, 0},
		{"later, at growing intervals", nil, 5, api.WaitOptions{}, []time.Duration{0, 2 * s, 5 * s, 9500 * time.Millisecond, 16250 * time.Millisecond}, nil, 0, 16250 * time.Millisecond},
		{"own intervals", nil, 4, api.WaitOptions{Interval: 4 * s, MaxInterval: 5 * s}, []time.Duration{0, 4 * s, 9 * s, 14 * s}, nil, 0, 14 * s},
		{"an interval above the usual bound", nil, 3, api.WaitOptions{Interval: 60 * s}, []time.Duration{0, 60 * s, 120 * s}, nil, 0, 120 * s},
		{"temporary error", map[int]error{2: down}, 3, api.WaitOptions{}, []time.Duration{0, 2 * s, 5 * s}, nil, 0, 5 * s},
		{"permanent error", map[int]error{2: gone}, 3, api.WaitOptions{}, []time.Duration{0, 2 * s}, gone, 0, 2 * s},
		{"time runs out", nil, 99, api.WaitOptions{Timeout: 9 * s}, []time.Duration{0, 2 * s, 5 * s}, context.DeadlineExceeded, 3, 9 * s},
		{"time runs out after an error", map[int]error{3: down}, 99, api.WaitOptions{Timeout: 9 * s}, []time.Duration{0, 2 * s, 5 * s}, context.DeadlineExceeded, 2, 9 * s},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var looks []time.Duration
				got, err := api.WaitFor(t.Context(), func(context.Context) (int, error) {
					looks = append(looks, time.Since(start))
					return len(looks), tt.errs[len(looks)]
				}, func(look int) bool { return look == tt.until }, tt.opts)
				assert.Equal(t, tt.looks, looks)
				assert.Equal(t, tt.ending, time.Since(start))
				if tt.err == nil {
					require.NoError(t, err)
					assert.Equal(t, tt.until, got)
					return
				}
				assert.ErrorIs(t, err, tt.err)
				e, ok := errors.AsType[*api.WaitError[int]](err)
				assert.Equal(t, tt.last > 0, ok)
				if ok {
					assert.Equal(t, tt.last, e.Last)
					assert.Equal(t, len(tt.looks), e.Looks)
					assert.ErrorContains(t, err, "did not come true in 3 looks")
				}
			})
		})
	}
}

// TestWaitOptionsRefused checks that options with which a wait would spin or end at once are refused before the first look.
func TestWaitOptionsRefused(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string]api.WaitOptions{
		"api: WaitOptions: Interval is negative: -1ns":   {Interval: -1},
		"api: WaitOptions: MaxInterval is negative: -1s": {MaxInterval: -time.Second},
		"api: WaitOptions: Timeout is negative: -1m0s":   {Timeout: -time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			looks := 0
			_, err := api.WaitFor(ctx, func(context.Context) (int, error) {
				if looks++; looks > 1000 {
					return 0, errors.New("it spins")
				}
				return looks, nil
			}, func(int) bool { return false }, opts)
			assert.EqualError(t, err, want)
			assert.Zero(t, looks)
		})
	}
}

// TestWaitForYears checks that an interval that grows beyond what a duration holds stays at its bound.
func TestWaitForYears(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const year = 365 * 24 * time.Hour
		start := time.Now()
		var looks []time.Duration
		opts := api.WaitOptions{Interval: 80 * year, MaxInterval: math.MaxInt64, Timeout: 250 * year}
		_, err := api.WaitFor(t.Context(), func(context.Context) (int, error) {
			if looks = append(looks, time.Since(start)); len(looks) > 10 {
				return 0, errors.New("it spins")
			}
			return 0, nil
		}, func(int) bool { return false }, opts)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, []time.Duration{0, 80 * year, 200 * year}, looks)
	})
}

// TestWaitForCancelled checks that a wait and a look end at once with their context.
func TestWaitForCancelled(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]func(context.Context) (string, error){
		"in the wait": func(context.Context) (string, error) { return "PENDING", nil },
		"in a look": func(ctx context.Context) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				start := time.Now()
				time.AfterFunc(time.Second, cancel)
				_, err := api.WaitFor(ctx, look, func(string) bool { return false }, api.WaitOptions{})
				assert.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, time.Second, time.Since(start))
				_, ok := errors.AsType[*api.WaitError[string]](err)
				assert.True(t, ok, "%T", err)
			})
		})
	}
}
