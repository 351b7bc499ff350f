package faults

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// fault is something that happens to a connection, or to a request on it.
type fault string

// The faults of a network, which strike after some bytes in one direction.
const (
	pause    fault = "pause"    // a wait, then all goes on
	cut      fault = "cut"      // both ends see the connection close
	reset    fault = "reset"    // both ends see it reset
	blackout fault = "blackout" // nothing comes through any more, and nobody is told
)

// The faults of a gateway that speaks HTTP/2, which strike a request. All but the last strike one that was forwarded completely, so
// that the server acts, whatever the client is told.
const (
	resetProtocol fault = "RST_STREAM PROTOCOL_ERROR"
	resetRefused  fault = "RST_STREAM REFUSED_STREAM" // although it was not
	resetInternal fault = "RST_STREAM INTERNAL_ERROR"
	resetCancel   fault = "RST_STREAM CANCEL"
	resetCalm     fault = "RST_STREAM ENHANCE_YOUR_CALM"
	goAwayBelow   fault = "GOAWAY below"     // the last stream is one before the request, although that was forwarded
	goAwayAt      fault = "GOAWAY at"        // the last stream is the newest one
	goAwayAbove   fault = "GOAWAY above"     // no stream is ruled out
	goAwayClose   fault = "GOAWAY and close" // the last stream is the newest one, but it is not answered any more
	refused       fault = "refused"          // RST_STREAM with REFUSED_STREAM, and the server does not act
)

// strike is a fault that comes after some bytes, or with the request of some number.
type strike struct {
	after int
	fault fault
	pause time.Duration // of a pause
}

// odds is how often a fault strikes, as a share of 100.
type odds struct {
	fault   fault
	percent int
}

var (
	ofNetwork = []odds{{pause, 40}, {cut, 30}, {reset, 28}, {blackout, 2}}
	ofGateway = []odds{
		{resetProtocol, 10}, {resetRefused, 10}, {resetInternal, 10}, {resetCancel, 10}, {resetCalm, 10},
		{goAwayBelow, 10}, {goAwayAt, 10}, {goAwayAbove, 10}, {goAwayClose, 10}, {refused, 10},
	}
)

// storm makes up strikes.
type storm struct {
	mu     sync.Mutex
	random *rand.Rand
	reach  int // a strike comes after at most so much
	odds   []odds
}

func newStorm(seed uint64, reach int, odds []odds) *storm {
	return &storm{random: rand.New(rand.NewPCG(seed, 0)), reach: reach, odds: odds}
}

func (s *storm) next() strike {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, i := s.random.IntN(100), 0
	for ; n >= s.odds[i].percent; i++ {
		n -= s.odds[i].percent
	}
	return strike{1 + s.random.IntN(s.reach), s.odds[i].fault, time.Duration(s.random.IntN(10_000)) * time.Microsecond}
}

// tally counts the faults that have struck.
type tally struct {
	mu     sync.Mutex
	counts map[fault]int
}

func (t *tally) add(f fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[fault]int{}
	}
	t.counts[f]++
}

func (t *tally) of(f fault) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[f]
}

func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var texts []string
	for _, f := range slices.Sorted(maps.Keys(t.counts)) {
		texts = append(texts, fmt.Sprintf("%d %s", t.counts[f], f))
	}
	return strings.Join(texts, ", ")
}
