package gen_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

// If a list cannot be read ahead, the error comes before anything is sent, and the position is where the iteration would have
// started.
func TestAheadSaysWhatItCannotDo(t *testing.T) {
	t.Parallel()
	var response *http.Response
	capture := func(o *gen.CallOptions) { o.Response = &response }
	nothing := callerFunc(func(*gen.Call) error { return assert.AnError })
	var stand int64
	for name, test := range map[string]struct {
		all  func(opts ...gen.CallOption) (string, error)
		opts []gen.CallOption
		want string
	}{
		"a list with a next offset": {usageWith(nothing), []gen.CallOption{ahead(2)},
			"Metering.AllUsageRecordGroups: at offset 7: api.Ahead cannot read this list: only the answer with a page says where the next one starts; leave out api.Ahead"},
		"a negative number": {entitlementsWith(nothing), []gen.CallOption{ahead(-1)},
			"Entitlements.All: at offset 7: api.Ahead(-1): the number of pages is negative"},
		"Capture": {entitlementsWith(nothing), []gen.CallOption{ahead(1), capture},
			"Entitlements.All: at offset 7: api.Ahead and api.Capture exclude each other: several answers come at once; leave out one of them"},
	} {
		stand = 0
		_, err := test.all(append(test.opts, position(&stand))...)
		var listError *gen.ListError
		require.ErrorAs(t, err, &listError, name)
		assert.EqualError(t, err, test.want, name)
		assert.NotErrorIs(t, err, assert.AnError, "nothing is sent")
		assert.EqualValues(t, 7, stand)
	}
	for _, all := range []func(...gen.CallOption) (string, error){usageWith(nothing), entitlementsWith(nothing)} {
		_, err := all(ahead(0), capture)
		assert.ErrorIs(t, err, assert.AnError, "0 is off")
	}
}

func usageWith(caller gen.Caller) func(opts ...gen.CallOption) (string, error) {
	return func(opts ...gen.CallOption) (string, error) {
		return collect(gen.NewMeteringService(caller, "org").AllUsageRecordGroups(context.Background(), &gen.ListUsageRecordGroupsParams{Offset: new(int64(7))}, opts...))
	}
}

func entitlementsWith(caller gen.Caller) func(opts ...gen.CallOption) (string, error) {
	return func(opts ...gen.CallOption) (string, error) {
		return collect(gen.NewEntitlementsService(caller, "org").All(context.Background(), &gen.ListEntitlementsParams{Offset: new(int64(7))}, opts...))
	}
}

// However a loop ends, the fetches that are under way are cancelled, and have ended when it is over.
func TestTheEndOfALoopEndsItsFetches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		shelf *shelf
		opts  []gen.CallOption
		body  func(id string)
		after time.Duration // how long the loop takes
	}{
		"break":               {&shelf{items: 90}, nil, nil, 2 * time.Second},
		"panic":               {&shelf{items: 90}, nil, func(id string) { panicAt(id, "12") }, 2 * time.Second},
		"Goexit":              {&shelf{items: 90}, nil, func(id string) { exitAt(id, "12") }, 2 * time.Second},
		"an error":            {&shelf{items: 90, broken: 20}, nil, nil, 2 * time.Second},
		"a repeated page":     {&shelf{items: 90, ids: func(o int) int { return min(o, 10) }}, nil, nil, 2 * time.Second},
		"Max":                 {&shelf{items: 90}, []gen.CallOption{atMostItems(13)}, nil, 2 * time.Second},
		"the end of the list": {&shelf{items: 20}, nil, nil, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := test.shelf
				s.delay, s.linger = time.Second, time.Millisecond
				start := time.Now()
				over := make(chan struct{})
				go func() {
					defer close(over)
					defer func() {
						recover()
						_, running := s.state()
						assert.Zero(t, running, "a fetch outlives the loop")
					}()
					for id, err := range s.all(t.Context(), 10, append(test.opts, ahead(4))...) {
						if err != nil {
							_, running := s.state()
							assert.Zero(t, running, "a fetch outlives the error")
						}
						if test.body != nil {
							test.body(id)
						} else if name == "break" && id == "12" {
							break
						}
					}
				}()
				<-over
				assert.LessOrEqual(t, time.Since(start), test.after+s.linger)
			})
		})
	}
}

func panicAt(id, at string) {
	if id == at {
		panic("the loop")
	}
}

func exitAt(id, at string) {
	if id == at {
		runtime.Goexit()
	}
}

// A loop that ends its own context sees no page that comes after that, like one that reads page by page.
func TestAheadRunsUnderTheContextOfTheCaller(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			s := &shelf{items: 90, delay: time.Second}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var stand int64
			seen := []string{}
			for id, err := range s.all(ctx, 10, ahead(n), position(&stand)) {
				if seen = append(seen, id); id == "15" {
					time.Sleep(time.Minute) // so that the pages after it are there
					cancel()
				}
				if err != nil {
					assert.EqualError(t, err, "Entitlements.All: at offset 20: context canceled")
				}
			}
			assert.Len(t, seen, 21, "20 items and the error")
			assert.EqualValues(t, 20, stand)
			_, running := s.state()
			assert.Zero(t, running)
		})
	}
}

// What was fetched on a wrong guess is cancelled at once, and pages come one at a time until two are alike.
func TestAWrongGuessIsThrownAway(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		shelf *shelf
		asked []int
	}{
		"a total is kept to":            {&shelf{items: 40, total: 40}, []int{0, 10, 20, 30}},
		"a total amid a page":           {&shelf{items: 23, total: 23}, []int{0, 10, 20}},
		"one page":                      {&shelf{items: 3}, []int{0, 3}},
		"cap of 5":                      {&shelf{items: 23, size: cap5}, []int{0, 5, 10, 15, 20, 23, 25, 30}},
		"cap of 5, a total":             {&shelf{items: 23, size: cap5, total: 23}, []int{0, 5, 10, 15, 20}},
		"a short page":                  {&shelf{items: 43, size: short(10, 3), total: 43}, []int{0, 10, 13, 20, 23, 30, 33}},
		"a total below what came":       {&shelf{items: 20, total: 5}, []int{0, 10, 20, 30, 40}},
		"a total that is too large":     {&shelf{items: 20, total: 90}, []int{0, 10, 20, 30, 40}},
		"a list that ends after a page": {&shelf{items: 10}, []int{0, 10, 20, 30}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := test.shelf
				s.delay = time.Second
				for _, err := range s.all(t.Context(), 10, ahead(2)) {
					require.NoError(t, err)
					synctest.Wait()
				}
				asked, _ := s.state()
				assert.Equal(t, test.asked, asked)
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{items: 43, size: short(10, 3), delay: time.Second, linger: time.Millisecond}
		for id, err := range s.all(t.Context(), 10, ahead(2)) {
			require.NoError(t, err)
			if id == "10" {
				_, running := s.state()
				assert.Zero(t, running, "the fetches of 20 and 30 have ended before the loop goes on")
			}
		}
	})
}

// A panic of a fetch, such as one of a transport, comes out of the loop at the place of its page. A fetch that ends its goroutine is
// an error there.
func TestAPanicOfAFetchComesOutOfTheLoop(t *testing.T) {
	t.Parallel()
	at := func(offset int, do func()) *shelf {
		return &shelf{items: 90, size: func(limit, o int) int {
			if o == offset {
				do()
			}
			return limit
		}}
	}
	for _, n := range []int{0, 4} {
		seen := 0
		assert.PanicsWithValue(t, "the transport", func() {
			for range at(30, func() { panic("the transport") }).all(t.Context(), 10, ahead(n)) {
				seen++
			}
		})
		assert.Equal(t, 30, seen)
	}
	var last error
	for _, last = range at(30, runtime.Goexit).all(t.Context(), 10, ahead(4)) {
	}
	assert.EqualError(t, last, "Entitlements.All: at offset 30: the fetch of the page ended its goroutine")
}

// FuzzAhead reads lists of any kind, with pages of any sizes, with and without Ahead.
func FuzzAhead(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		sizes := make([]byte, random.IntN(12))
		for i := range sizes {
			sizes[i] = byte(random.IntN(6))
		}
		f.Add(sizes, byte(random.IntN(60)), byte(1+random.IntN(5)), byte(random.IntN(9)), byte(random.IntN(3)*random.IntN(30)), byte(random.IntN(2)*random.IntN(70)), byte(random.IntN(60)))
	}
	f.Fuzz(func(t *testing.T, sizes []byte, items, limit, n, most, broken, total byte) {
		see := func(n int) []string {
			s := &shelf{items: int(items), broken: int(broken), size: func(limit, offset int) int {
				if offset < len(sizes) {
					return int(sizes[offset])
				}
				return limit
			}}
			if total > 0 {
				s.total = int(total)
			}
			var stand int64
			seen := record(s.all(t.Context(), max(int64(limit), 1), ahead(n), atMostItems(int(most)), position(&stand)), &stand, 0)
			_, running := s.state()
			assert.Zero(t, running)
			return seen
		}
		assert.Equal(t, see(0), see(int(n%16)))
	})
}
