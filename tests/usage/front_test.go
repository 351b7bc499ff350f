package usage_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/suger-go/suger/api/sugertest"
)

// front is the fake server with what the proof wants to see and to do at it.
type front struct {
	*sugertest.Server
	url string

	mutex    sync.Mutex
	sending  map[string]string // the process that a group is under way from, by the id of the group
	overlaps []string          // groups that were under way twice at once
	answers  map[int]int       // how often reports were answered with a status, 0 for a lost answer
	outage   bool
	outages  int               // requests that met the outage
	kills    map[string]func() // by the name of a process; returns when it is dead
	until    int               // reports until the next kill
	odd      bool              // whether the next kill comes before its report is carried out
}

// listen starts a fake server that fails in every way that it knows.
func listen(t *testing.T) *front {
	f := &front{Server: sugertest.New(t), sending: map[string]string{}, answers: map[int]int{}, kills: map[string]func(){}}
	f.Seed(seeds()...)
	f.failInTurn()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// failInTurn lets faults of every kind strike again and again, with some requests in between. They last for more reports than a
// proof makes. Suger asks to wait a few times only, since a second is the least that it can ask for.
func (f *front) failInTurn() {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		reports := []sugertest.Fault{
			sugertest.Status(http.StatusInternalServerError), sugertest.Status(http.StatusServiceUnavailable), sugertest.HTML(http.StatusBadGateway),
			sugertest.DropBefore(), sugertest.DropAfter(), sugertest.Truncate(), sugertest.FutureEnum("source"), sugertest.UnknownProperty(),
			sugertest.Latency(20 * time.Millisecond),
		}
		if round < 5 {
			reports = append(reports, sugertest.Status(http.StatusTooManyRequests).After("1s"))
		}
		lists := []sugertest.Fault{sugertest.Status(http.StatusBadGateway), sugertest.DropAfter(), sugertest.Truncate()}
		for _, n := range random.Perm(len(reports)) {
			f.Fail("metering.reportUsageRecordGroup", reports[n].Skip(random.IntN(5)).Times(1))
		}
		for _, n := range random.Perm(len(lists)) {
			f.Fail("metering.listUsageRecordGroups", lists[n].Skip(random.IntN(5)).Times(1))
		}
	}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process was killed while it wrote
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if f.isOut() {
		if rand.IntN(2) == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if r.Method != http.MethodPost {
		f.Server.ServeHTTP(w, r)
		return
	}
	var group struct{ ID string }
	if err := json.Unmarshal(body, &group); err != nil {
		panic(err)
	}
	process, _, _ := strings.Cut(r.UserAgent(), " ")
	before, after := f.begin(group.ID, process)
	before()
	f.Server.ServeHTTP(&answer{ResponseWriter: w, begins: func(status int) {
		after() // the report was carried out, and nobody knows yet
		f.end(group.ID, status)
	}}, r)
}

func (f *front) isOut() bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.outage {
		f.outages++
	}
	return f.outage
}

// begin notes that a group is under way. It returns what is to be done before the report is carried out, and after it.
func (f *front) begin(id, process string) (before, after func()) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if other, ok := f.sending[id]; ok {
		f.overlaps = append(f.overlaps, fmt.Sprintf("group %s, from %s while it was under way from %s", id, process, other))
	}
	f.sending[id] = process
	before, after = func() {}, func() {}
	if f.until--; f.until > 0 || f.kills[process] == nil {
		return before, after
	}
	f.until = 5 + rand.IntN(30)
	if f.odd = !f.odd; f.odd {
		return f.kills[process], after
	}
	return before, f.kills[process]
}

// beginKilling lets reports kill the processes that they come from.
func (f *front) beginKilling(workers []*worker) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.until = 5
	for _, w := range workers {
		f.kills[w.Name] = w.killNow
	}
}

// fail answers nothing for some time.
func (f *front) fail(outage time.Duration) {
	set := func(out bool) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		f.outage = out
	}
	set(true)
	time.AfterFunc(outage, func() { set(false) })
}

func (f *front) end(id string, status int) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	delete(f.sending, id)
	f.answers[status]++
}

// answer tells when an answer begins, or when its connection is taken over to lose it.
type answer struct {
	http.ResponseWriter
	once   sync.Once
	begins func(status int)
}

func (a *answer) WriteHeader(status int) {
	a.once.Do(func() { a.begins(status) })
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(data []byte) (int, error) {
	a.once.Do(func() { a.begins(http.StatusOK) })
	return a.ResponseWriter.Write(data)
}

func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.once.Do(func() { a.begins(0) })
	return http.NewResponseController(a.ResponseWriter).Hijack()
}
