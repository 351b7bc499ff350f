package usage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/internal/database"
)

// ErrRunning is the error of a second Run while the first has not returned.
var ErrRunning = errors.New("usage: the reporter is running already")

// run is one Run.
type run struct {
	*Reporter
	jobs     chan claimed
	results  chan sent
	inFlight int
	unsealed bool      // whether there may be more windows to seal
	more     bool      // whether there may be groups to claim
	which    selection // of the groups to claim
	checked  time.Time // when the delay was looked at last
	warned   time.Time // when the log said that it is too long, zero while it is not
	purged   time.Time // when old rows were deleted last
}

// Run seals the windows that are over and sends the groups that are due, until its context ends. An outage of Suger or of the
// database does not end it. Then it goes on for a limited time (see [WithDrain]) to send what is due, and returns nil, or an error
// if there was no time for all of it. That is not lost: it is sent by another process or the next one, under the same ids.
func (r *Reporter) Run(ctx context.Context) error {
	if !r.running.CompareAndSwap(false, true) {
		return ErrRunning
	}
	defer r.running.Store(false)
	n := r.set.parallel
	run := &run{Reporter: r, jobs: make(chan claimed, 4*n), results: make(chan sent, 4*n)}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(r.set.drain, cancel)
		context.AfterFunc(work, func() { timer.Stop() })
	})()
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			for group := range run.jobs {
				run.results <- r.send(work, group)
			}
		})
	}
	defer workers.Wait()
	defer close(run.jobs)
	return run.loop(ctx, work)
}

// loop ends when ctx has ended and there is nothing left to do, or when work has ended.
func (r *run) loop(ctx, work context.Context) error {
	ticker := time.NewTicker(r.set.poll)
	defer ticker.Stop()
	done := ctx.Done()
	for tick := true; ; {
		if tick {
			r.tick(work)
		}
		r.fill(work)
		if tick {
			r.maintain(work) // while the workers send
		}
		if done == nil && r.inFlight == 0 && !r.unsealed && work.Err() == nil {
			return nil
		}
		tick = false
		if r.unsealed { // not before something was sent, which takes long
			r.rouse()
		}
		select {
		case <-work.Done():
			return r.abandon(work)
		case result := <-r.results:
			r.finish(work, r.collect(result))
		case <-r.wake:
			tick = true
		case <-ticker.C:
			tick = true
		case <-done:
			done, tick = nil, true // one last look for what is due
			r.lastAttempts(work)
		}
	}
}

// lastAttempts limits what is sent from now on to one attempt of each group.
func (r *run) lastAttempts(ctx context.Context) {
	now, err := r.now(ctx, r.db)
	if err != nil {
		r.warn(ctx, "could not read the time", err)
		now = r.clock()
	}
	r.which.dueAt = database.Time(now)
}

// tick does what is done from time to time. What fails is done at the next tick.
func (r *run) tick(ctx context.Context) {
	var err error
	if r.unsealed, err = r.sealDue(ctx); err != nil {
		r.warn(ctx, "could not seal the windows that are over", err)
	}
	due, err := r.anyDue(ctx, r.which)
	if err != nil {
		r.warn(ctx, "could not read which groups are due", err)
	}
	r.more = r.more || due
}

// fill gives the workers groups that are due, so many that they need not wait for the next ones.
func (r *run) fill(ctx context.Context) {
	if !r.more || r.inFlight > cap(r.jobs)/2 || r.clock().UnixNano() < r.pause.Load() {
		return
	}
	room := cap(r.jobs) - r.inFlight
	groups, err := r.claim(ctx, room, r.which)
	if err != nil {
		r.warn(ctx, "could not claim the groups that are due", err)
	}
	for _, group := range groups {
		r.jobs <- group
	}
	r.inFlight += len(groups)
	r.more = len(groups) == room
}

// collect returns a result and those that are there already, to be stored in one transaction.
func (r *run) collect(first sent) []sent {
	results := []sent{first}
	for range len(r.results) {
		results = append(results, <-r.results)
	}
	r.inFlight -= len(results)
	return results
}

// longestPause is the longest time for which one answer stops everything.
const longestPause = time.Minute

// finish stores what became of groups. If it cannot, they are sent again after their leases, and Suger says that it has them.
func (r *run) finish(ctx context.Context, results []sent) {
	if err := r.recordAnyway(ctx, results); err != nil {
		r.warn(ctx, "could not store what became of groups, which will be sent again", err)
	}
	for _, s := range results {
		switch s.outcome.Verdict {
		case Refused:
			r.set.logger.ErrorContext(ctx, "usage: a group was refused, and nobody is billed for it", "group", s.id, "entitlement", s.entitlement,
				"status", string(s.outcome.Group.GetStatus()), "code", s.outcome.StatusCode, "reason", s.outcome.Reason)
		case Waiting:
			if s.err != nil {
				r.set.logger.WarnContext(ctx, "usage: a group could not be sent and waits", "group", s.id, "entitlement", s.entitlement,
					"attempts", s.attempts, "err", s.err)
			}
			if answer, ok := errors.AsType[*api.Error](s.err); ok && answer.StatusCode == http.StatusTooManyRequests {
				r.pause.Store(r.clock().Add(min(answer.RetryAfter, longestPause)).UnixNano())
			}
		}
	}
}

// abandon gives back the groups that were not sent when the time for it was over.
func (r *run) abandon(work context.Context) error {
	var results []sent
	waiting := 0
	for r.inFlight > 0 {
		results = append(results, r.collect(<-r.results)...)
	}
	for _, s := range results {
		if s.outcome.Verdict == Waiting {
			waiting++
		}
	}
	r.finish(work, results)
	return fmt.Errorf("usage: the time to drain, %v, was over before everything was sent: %d groups were given back", r.set.drain, waiting)
}

func (r *Reporter) warn(ctx context.Context, text string, err error) {
	r.set.logger.WarnContext(ctx, "usage: "+text, "err", err)
}
