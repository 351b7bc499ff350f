package sugertest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is something that goes wrong with a request. It strikes each time, unless a method says otherwise; the methods return a
// changed copy.
type Fault struct {
	kind       faultKind
	status     int
	retryAfter string        // header
	latency    time.Duration // before anything happens
	skip       int           // how many requests pass before it strikes
	times      int           // how often it strikes, 0 for ever
	odds       float64       // with which probability, 0 for always
	seed       uint64
	property   string // of enum values from the future
}

type faultKind int

const (
	faultStatus faultKind = iota
	faultLatency
	faultDropBefore
	faultDropAfter
	faultTruncate
	faultHTML
	faultFutureEnum
	faultUnknownProperty
)

// Status answers with the status and a message, in the form that the operation has for errors, and does nothing else.
func Status(status int) Fault { return Fault{kind: faultStatus, status: status} }

// Latency lets a request wait before it is carried out as usual.
func Latency(d time.Duration) Fault { return Fault{kind: faultLatency, latency: d} }

// DropBefore closes the connection before the request has had an effect.
func DropBefore() Fault { return Fault{kind: faultDropBefore} }

// DropAfter carries the request out, and closes the connection instead of answering.
func DropAfter() Fault { return Fault{kind: faultDropAfter} }

// Truncate carries the request out and answers with the first half of the JSON.
func Truncate() Fault { return Fault{kind: faultTruncate} }

// HTML answers like a gateway does: with the status and a page of HTML.
func HTML(status int) Fault { return Fault{kind: faultHTML, status: status} }

// FutureEnum carries the request out and puts a value that no description knows yet into an enum property of the answer, such
// as "status". A property of that name that is no text stays as it is.
func FutureEnum(property string) Fault { return Fault{kind: faultFutureEnum, property: property} }

// UnknownProperty carries the request out and adds a property that no description knows yet to each object of the answer that has
// properties. Maps stay as they are, such as customMetaInfo, whose values all have one type.
func UnknownProperty() Fault { return Fault{kind: faultUnknownProperty} }

// After asks the client to try again after a while, in the header Retry-After: a duration in whole seconds, such as "1s", or
// any other text as it is, such as an HTTP date.
func (f Fault) After(wait string) Fault {
	if d, err := time.ParseDuration(wait); err == nil {
		wait = strconv.Itoa(int(d.Seconds()))
	}
	f.retryAfter = wait
	return f
}

// Times makes the fault strike n times and then never again.
func (f Fault) Times(n int) Fault {
	f.times = n
	return f
}

// Skip lets n requests pass before the fault strikes.
func (f Fault) Skip(n int) Fault {
	f.skip = n
	return f
}

// Probability makes the fault strike at random, with odds between 0 and 1. The same seed gives the same order of strikes and
// misses. A request that it misses passes, and does not count for [Fault.Times].
func (f Fault) Probability(odds float64, seed uint64) Fault {
	f.odds, f.seed = odds, seed
	return f
}

// scripted is a fault that waits for requests.
type scripted struct {
	operation string // in lower case, "*" for all
	fault     Fault
	skips     int // requests that pass first
	left      int // strikes left, if the fault is counted
	random    *rand.Rand
}

// isFor reports whether the fault is for an operation.
func (f *scripted) isFor(op *operation) bool {
	return f.operation == strings.ToLower(op.name) || f.operation == "*" && !op.isAccess()
}

// Fail makes requests for an operation go wrong. The operation is a service and a method, such as "offers.get", or "*" for all.
// Not among all are "access.token" and "access.login", by which programs get tokens.
// Of several faults for an operation the first that is not used up decides alone whether a request fails or passes, so that they
// follow each other in the order of the calls of Fail.
func (s *Server) Fail(operation string, faults ...Fault) {
	if err := knownOperation(operation); err != nil {
		s.fatalf("sugertest: Fail: %v", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range faults {
		s.faults = append(s.faults, &scripted{
			strings.ToLower(operation), fault, fault.skip, fault.times, rand.New(rand.NewPCG(fault.seed, 0)),
		})
	}
}

// Clear takes back the faults of an operation, named as [Server.Fail] has it, those for all operations with "*", and without a
// name every fault.
func (s *Server) Clear(operations ...string) {
	for _, operation := range operations {
		if err := knownOperation(operation); err != nil {
			s.fatalf("sugertest: Clear: %v", err)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(f *scripted) bool {
		isMeant := func(operation string) bool { return strings.EqualFold(operation, f.operation) }
		return len(operations) == 0 || slices.ContainsFunc(operations, isMeant)
	})
}

// Operations returns the names of the operations, as [Server.Fail] takes them, such as "Offers.Get".
func Operations() []string {
	var names []string
	for _, op := range loadDescription().operations {
		names = append(names, op.name)
	}
	for _, op := range loadAccess() {
		names = append(names, op.name)
	}
	slices.Sort(names)
	return names
}

// strike returns the fault that meets a request for an operation, nil if all goes well.
func (s *Server) strike(op *operation) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		switch {
		case !f.isFor(op), f.fault.times > 0 && f.left == 0:
			continue
		case f.skips > 0:
			f.skips--
			return nil
		case f.fault.odds > 0 && f.random.Float64() >= f.fault.odds:
			return nil
		}
		f.left--
		return &f.fault
	}
	return nil
}

// instead applies a fault that strikes before a request for an operation is carried out. It reports whether the request ends with
// that.
func (f *Fault) instead(w http.ResponseWriter, r *http.Request, op *operation, closed <-chan struct{}) bool {
	if f == nil {
		return false
	}
	if f.retryAfter != "" {
		w.Header().Set("Retry-After", f.retryAfter)
	}
	switch f.kind {
	case faultLatency:
		select {
		case <-time.After(f.latency):
		case <-r.Context().Done(): // the client gave up
		case <-closed:
		}
	case faultStatus:
		op.failed(fail(f.status, "%s", strings.ToLower(http.StatusText(f.status)))).write(w)
		return true
	case faultHTML:
		const page = "<html><head><title>%d %[2]s</title></head><body><h1>%[2]s</h1></body></html>"
		reply{f.status, "text/html", fmt.Sprintf(page, f.status, http.StatusText(f.status))}.write(w)
		return true
	case faultDropBefore:
		drop(w)
		return true
	}
	return false
}

// distort writes the answer of a request that was carried out, with what the fault does to it.
func (f *Fault) distort(w http.ResponseWriter, op *operation, answer reply) {
	if f == nil {
		answer.write(w)
		return
	}
	switch f.kind {
	case faultDropAfter:
		drop(w)
		return
	case faultTruncate:
		body := answer.body()
		w.Header().Set("Content-Type", answer.mediaType)
		w.WriteHeader(answer.status)
		_, _ = w.Write(body[:len(body)/2])
		return
	case faultFutureEnum, faultUnknownProperty:
		if answer.status == http.StatusOK {
			answer.value = f.fromTheFuture(op.answer.Schema.Value, answer.value)
		}
	}
	answer.write(w)
}

// drop closes the connection after the first bytes of an answer. Without them a client could take the connection for one that
// was closed while it was idle, and repeat the request unseen.
func drop(w http.ResponseWriter) {
	if answer, ok := w.(*answerRecorder); ok {
		answer.record() // before the client can know of it, and ask what arrived
	}
	conn, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the connection cannot be taken over, as in HTTP/2
	}
	_, _ = buffer.WriteString("HTTP/1.1 ")
	_ = buffer.Flush()
	_ = conn.Close()
}
