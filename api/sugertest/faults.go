package sugertest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// Fault is something that goes wrong with a request. Its methods return a changed copy.
type Fault struct {
	kind     faultKind
	status   int
	after    string        // Retry-After
	latency  time.Duration // before anything happens
	times    int           // how often it strikes, 0 for ever
	odds     float64       // with which probability, 0 for always
	random   *rand.Rand
	property string // of enum values from the future
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

// Status answers with the status and a message, and does nothing else.
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
// as "status".
func FutureEnum(property string) Fault { return Fault{kind: faultFutureEnum, property: property} }

// UnknownProperty carries the request out and adds a property that no description knows yet to each object of the answer.
func UnknownProperty() Fault { return Fault{kind: faultUnknownProperty} }

// After sets the Retry-After header of the answer: seconds, such as "1" or "1s", or an HTTP date.
func (f Fault) After(retryAfter string) Fault {
	f.after = strings.TrimSuffix(retryAfter, "s")
	return f
}

// Times makes the fault strike n times and then never again.
func (f Fault) Times(n int) Fault {
	f.times = n
	return f
}

// Probability makes the fault strike at random. The same seed gives the same order of strikes and misses.
func (f Fault) Probability(odds float64, seed uint64) Fault {
	f.odds, f.random = odds, rand.New(rand.NewPCG(seed, 0))
	return f
}

// scripted is a fault that waits for requests.
type scripted struct {
	operation string // in lower case, "*" for all
	fault     Fault
	left      int // strikes left, if the fault is counted
}

// Fail makes requests for an operation go wrong. The operation is a service and a method, such as "offers.get", or "*" for all.
// Of several faults for an operation the first that is not used up strikes, so that they follow each other in the order
// of the calls of Fail.
func (s *Server) Fail(operation string, faults ...Fault) {
	if operation != "*" && !isOperation(operation) {
		s.fatalf("sugertest: Fail: there is no operation %q, want a service and a method, such as \"offers.get\"", operation)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range faults {
		s.faults = append(s.faults, &scripted{strings.ToLower(operation), fault, fault.times})
	}
}

func isOperation(name string) bool {
	for _, op := range loadDescription().operations {
		if strings.EqualFold(op.name, name) {
			return true
		}
	}
	return false
}

// strike returns the fault that meets a request for an operation, nil if all goes well.
func (s *Server) strike(op *operation) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.operation != "*" && f.operation != strings.ToLower(op.name) || f.fault.times > 0 && f.left == 0 {
			continue
		}
		if f.fault.odds > 0 && f.fault.random.Float64() >= f.fault.odds {
			return nil
		}
		f.left--
		return &f.fault
	}
	return nil
}

// before does what a fault does before a request is carried out. It reports whether that was all.
func (f *Fault) before(w http.ResponseWriter) bool {
	if f == nil {
		return false
	}
	if f.after != "" {
		w.Header().Set("Retry-After", f.after)
	}
	switch f.kind {
	case faultLatency:
		time.Sleep(f.latency)
	case faultStatus:
		write(w, f.status, "application/json", strings.ToLower(http.StatusText(f.status)))
		return true
	case faultHTML:
		page := fmt.Sprintf("<html><head><title>%d %[2]s</title></head><body><h1>%[2]s</h1></body></html>", f.status, http.StatusText(f.status))
		write(w, f.status, "text/html", page)
		return true
	case faultDropBefore:
		panic(http.ErrAbortHandler)
	}
	return false
}

// answer writes the answer of a request that was carried out.
func (f *Fault) answer(w http.ResponseWriter, op *operation, value any) {
	if f == nil {
		write(w, http.StatusOK, op.mediaType, value)
		return
	}
	switch f.kind {
	case faultDropAfter:
		panic(http.ErrAbortHandler)
	case faultTruncate:
		data, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", op.mediaType)
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(data[:len(data)/2])
		return
	case faultFutureEnum:
		value = everywhere(value, func(o object) {
			if _, ok := o[f.property]; ok {
				o[f.property] = "FROM_THE_FUTURE"
			}
		})
	case faultUnknownProperty:
		value = everywhere(value, func(o object) { o["fromTheFuture"] = object{"amount": json.Number("16777217.05")} })
	}
	write(w, http.StatusOK, op.mediaType, value)
}

// everywhere applies a change to each object of a copy of a value, the inner ones first.
func everywhere(value any, change func(object)) any {
	switch value := value.(type) {
	case map[string]any:
		o := make(object, len(value))
		for name, v := range value {
			o[name] = everywhere(v, change)
		}
		change(o)
		return o
	case []any:
		l := make([]any, len(value))
		for i, v := range value {
			l[i] = everywhere(v, change)
		}
		return l
	}
	return value
}
