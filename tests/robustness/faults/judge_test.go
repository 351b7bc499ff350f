package faults

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/assert"
)

// judge compares what the client said with what the store holds.
func (r *run) judge() {
	counts := count(r.t, r.srv)
	total, unknownOf := map[outcome]int{}, map[string]int{}
	repeats, unknownButDone := 0, 0
	for n, result := range r.results {
		op := mix[n%len(mix)]
		repeats += result.repeats
		if op.key == nil {
			r.check(result.outcome == done, op, n, "it changes nothing and has failed")
			continue
		}
		total[result.outcome]++
		times := counts[op.key(n)]
		switch result.outcome {
		case done:
			r.check(times == 1, op, n, "reported as done, but not done once")
		case notDone:
			r.check(times == 0, op, n, "reported as not done, but done")
			r.check(op.givesUp, op, n, "it can be repeated until it succeeds, and is not done")
		case unknown:
			r.check(times <= 1, op, n, "unknown, and done more than once")
			r.check(op.givesUp || op.once, op, n, "it can be repeated until it succeeds, and is unknown")
			unknownOf[op.name]++
			unknownButDone += times
		}
	}
	r.t.Logf("seed %d, %d calls: %d done, %d not done, %d unknown (%d of them done), %d made again by the caller; unknown: %v",
		*seed, *calls, total[done], total[notDone], total[unknown], unknownButDone, repeats, unknownOf)
	for _, what := range slices.Sorted(maps.Keys(r.wrong)) {
		examples := r.wrong[what]
		assert.Fail(r.t, what, "%d times, such as call %d, which was repeated %d times and ended with: %v",
			len(examples), examples[0], r.results[examples[0]].repeats, r.results[examples[0]].err)
	}
	assert.Positive(r.t, repeats, "calls that failed and could be made again")
	assert.Positive(r.t, total[notDone], "calls that were given up")
	assert.Positive(r.t, total[unknown], "calls that failed and could not be made again")
	assert.Positive(r.t, unknownButDone, "calls that were done without an answer")
	assert.Less(r.t, unknownButDone, total[unknown], "calls that were lost on their way")
	assert.Greater(r.t, total[done], *calls/2)
	r.judgeNetwork()
}

// check keeps a call about which something is wrong.
func (r *run) check(ok bool, op operation, n int, what string) {
	if !ok {
		what = op.name + ": " + what
		r.wrong[what] = append(r.wrong[what], n)
	}
}

// judgeNetwork checks that the transport made no requests of its own, and that each fault has struck if there were calls enough.
func (r *run) judgeNetwork() {
	r.t.Logf("%d requests made, %d arrived", r.transport.trips.Load(), r.arrived.Load())
	assert.Zero(r.t, r.doubled.Load(), "requests that arrived more than once")
	assert.Zero(r.t, r.foreign.Load(), "requests of another version of HTTP")
	r.struck(&r.proxy.tally, ofNetwork)
	if r.frames != nil {
		r.struck(&r.frames.tally, ofGateway)
	}
}

func (r *run) struck(tally *tally, odds []odds) {
	r.t.Log("struck:", tally)
	for _, o := range odds {
		assert.True(r.t, tally.of(o.fault) > 0 || *calls < manyCalls, "%s has never struck", o.fault)
	}
}
