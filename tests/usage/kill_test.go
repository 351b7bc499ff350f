package usage_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
)

// proof is what one proof runs with.
type proof struct {
	driver, source string // of the database, which is empty
	events         int
	processes      int
	fewest         int // how many kills there must be
}

// run has processes add events and report them, kills them again and again while the server fails, and holds what the server has
// in the end to be exactly what was added.
func (p proof) run(t *testing.T) {
	front := listen(t)
	base := time.Now().Truncate(window)
	settings := producer{URL: front.url, OrgID: front.OrgID, APIKey: front.APIKey, Driver: p.driver, Source: p.source, Base: base,
		Step: p.processes, Count: p.events}
	reporter, db, err := settings.open() // to look at, and for the tables
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })

	workers := make([]*worker, p.processes)
	for n := range workers {
		settings.Name, settings.First = fmt.Sprintf("worker-%d", n), n
		workers[n] = startWorker(settings)
		t.Cleanup(func() { _ = workers[n].stop() }) // the error is of interest only if the test has come to its end
	}
	front.beginKilling(workers)
	third := time.AfterFunc(time.Duration(p.events/3)*spacing, func() { front.fail(5 * window) })
	defer third.Stop()
	for _, w := range workers {
		select {
		case <-w.added:
		case err := <-w.ended:
			w.ended <- err
			require.NoError(t, err)
		case <-time.After(2 * time.Minute):
			require.FailNow(t, "the events are not added in time", w.Name)
		}
	}
	kills := 0
	for _, w := range workers {
		kills += w.spare()
	}
	awaitEnd(t, reporter)
	for _, w := range workers {
		err := w.stop()
		w.ended <- err
		require.NoError(t, err)
	}
	front.checkTotals(t, base, p.events, reporter)
	front.checkCourse(t)
	assert.GreaterOrEqual(t, kills, p.fewest, "kills")
	t.Logf("%d events, %d processes killed; answers to reports: %v; %d requests met the outage",
		p.events, kills, front.answers, front.outages)
}

// awaitEnd waits until there is no usage left to report.
func awaitEnd(t *testing.T, reporter *usage.Reporter) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		status, err := reporter.Status(t.Context())
		require.NoError(t, err)
		if status.Events == 0 && status.Waiting == 0 {
			return
		}
		require.True(t, time.Now().Before(deadline), "usage is left over: %+v", status)
		<-time.After(50 * time.Millisecond)
	}
}

// checkTotals holds the store of the server, and what is refused, to have exactly what was added.
func (f *front) checkTotals(t *testing.T, base time.Time, events int, reporter *usage.Reporter) {
	t.Helper()
	want := sums{}
	for n := range events {
		event := event(base, n)
		want.add(event.EntitlementID, map[string]float64{event.Dimension: event.Quantity})
	}
	refusals, err := reporter.Refused(t.Context())
	require.NoError(t, err)
	refused := sums{}
	for _, refusal := range refusals {
		refused.add(refusal.EntitlementID, refusal.Records)
	}
	taken, notBilled := f.stored(t)
	assert.Equal(t, want.of(invalid).text(), notBilled.text(), "usage that Suger has as INVALID")
	assert.Equal(t, want.of(invalid, missing).text(), refused.text(), "usage that the reporter has as refused")
	assert.Equal(t, want.but(invalid, missing).text(), taken.text(), "usage that is billed")
}

// checkCourse holds the groups to have gone out one at a time, and the faults to have struck.
func (f *front) checkCourse(t *testing.T) {
	t.Helper()
	f.mutex.Lock()
	defer f.mutex.Unlock()
	assert.Empty(t, f.overlaps, "a group belongs to one process at a time")
	assert.NotZero(t, f.answers[http.StatusConflict], "no report came twice: nothing is proven")
	assert.NotZero(t, f.answers[0], "no answer was lost: nothing is proven")
	assert.NotZero(t, f.outages, "nothing was sent while the server was down: nothing is proven")
}

// forFile returns the settings of a file of SQLite in the journal mode that the documentation advises.
func forFile(path string) string {
	return path + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)"
}

// TestKillsOnSQLite is the proof with one process on a file.
func TestKillsOnSQLite(t *testing.T) {
	path := t.TempDir() + "/usage.db"
	proof{driver: "sqlite", source: forFile(path), events: *count, processes: 1, fewest: *count / 1000}.run(t)

	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	var verdict string
	require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	assert.Equal(t, "ok", verdict)
}
