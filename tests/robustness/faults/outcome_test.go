package faults

import (
	"errors"
	"flag"

	"github.com/suger-go/suger/api"
)

var (
	calls = flag.Int("calls", 600, "how many calls TestFaults makes over each version of HTTP; from 20000 on each fault has to strike")
	seed  = flag.Uint64("seed", 1, "the seed of the faults")
)

// manyCalls is the number of calls in which each fault strikes for certain.
const manyCalls = 20_000

// outcome is what the client says of a call.
type outcome string

const (
	done    outcome = "done"
	notDone outcome = "not done"
	unknown outcome = "unknown"
)

// outcomeOf reads an error as the documentation of package api tells callers to.
func outcomeOf(err error) outcome {
	_, undecoded := errors.AsType[*api.DecodeError](err)
	switch {
	case errors.Is(err, api.ErrOutcomeUnknown):
		return unknown
	case err == nil || undecoded: // the call took effect
		return done
	}
	return notDone
}

// result is what came of a call and its repeats.
type result struct {
	outcome outcome
	err     error // of the last one
	repeats int
}

// carryOut makes a call as a careful caller does: again while that may help and is harmless, and usage under the id that it
// may have arrived with. What may have taken effect once stays in doubt when a repeat is refused.
func (op operation) carryOut(a attempt) result {
	inDoubt := false
	for repeats := 0; ; repeats++ {
		err := op.call(a)
		outcome := outcomeOf(err)
		if outcome == notDone && a.id != nil && errors.Is(err, api.ErrConflict) {
			outcome = done // nobody else has that id
		}
		inDoubt = inDoubt || outcome == unknown
		if id := sentID(err); id != nil && outcome == unknown {
			a.id = id
		}
		again := api.IsRetryable(err) || outcome == unknown && a.id != nil
		if !again || repeats == 100 || op.givesUp && a.n/len(mix)%2 == 0 {
			if outcome == notDone && inDoubt {
				outcome = unknown
			}
			return result{outcome, err, repeats}
		}
	}
}
