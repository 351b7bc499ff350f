package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
)

const (
	events    = 1000
	dimension = "query_hours"
	childEnv  = "SUGER_DEMO_REPORTER" // set for a process of the demo that reports usage: what becomes of it
	killed    = "killed"              // it is killed when Suger has taken its report
)

// meter has one process report usage and kills it before it knows that Suger has taken it. Another one does it all again.
func meter(ctx context.Context, out io.Writer, srv *sugertest.Server, entitlementID string) error {
	dir, err := os.MkdirTemp("", "suger-demo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, fate := range []string{killed, "lives"} {
		if err := startReporter(ctx, out, fate, srv, filepath.Join(dir, "usage.db"), entitlementID); err != nil {
			return err
		}
	}
	client := srv.Client()
	defer client.CloseIdleConnections()
	groups, err := api.Collect(client.Metering.AllUsageRecordGroups(ctx, nil))
	if err != nil {
		return err
	}
	total := 0.0
	for _, group := range groups {
		total += group.GetRecords()[dimension]
	}
	fmt.Fprintf(out, "Suger was asked to take them %d times, and has %v hours.\n", reports(srv), total)
	return nil
}

// reports counts the requests that report usage.
func reports(srv *sugertest.Server) int {
	n := 0
	for _, request := range srv.Requests() {
		if request.Operation == "Metering.ReportUsageRecordGroup" {
			n++
		}
	}
	return n
}

// startReporter runs this program again, as one that reports usage, and kills it when it says that Suger has taken a report.
func startReporter(ctx context.Context, out io.Writer, fate string, srv *sugertest.Server, file, entitlementID string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), childEnv+"="+fate, "SUGER_BASE_URL="+srv.URL, "SUGER_ORG_ID="+srv.OrgID, "SUGER_API_KEY="+srv.APIKey,
		"DEMO_FILE="+file, "DEMO_ENTITLEMENT="+entitlementID)
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(output); lines.Scan(); {
		fmt.Fprintln(out, lines.Text())
		if lines.Text() == taken {
			if err := cmd.Process.Kill(); err != nil {
				return err
			}
			fmt.Fprintln(out, "It is killed:", cmd.Wait())
			return nil
		}
	}
	return cmd.Wait()
}

// taken is what the process that is killed says last.
const taken = "Suger has taken a report, and the process is about to know."

// report is the program of a process that reports usage. Both processes add the same events, with the ids that these have from
// where they happened, as nobody can know what became of the first one.
func report(ctx context.Context, out io.Writer) error {
	transport := http.RoundTripper(http.DefaultTransport)
	if os.Getenv(childEnv) == killed {
		transport = deaf{out}
	}
	client, err := api.NewFromEnv(api.WithTransport(transport))
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", os.Getenv("DEMO_FILE"))
	if err != nil {
		return err
	}
	defer db.Close()
	reporter, err := usage.New(client, usage.SQLite(db), usage.WithLease(500*time.Millisecond)) // two minutes would be long for a demo
	if err != nil {
		return err
	}
	happened := time.Now() // older usage is refused: on AWS that of more than six hours
	batch := make([]usage.Event, events)
	for n := range batch {
		batch[n] = usage.Event{ID: fmt.Sprintf("request-%d", n), EntitlementID: os.Getenv("DEMO_ENTITLEMENT"), Dimension: dimension,
			Quantity: 0.1, Time: happened}
	}
	if err := reporter.Add(ctx, batch...); err != nil {
		return err
	}
	fmt.Fprintf(out, "Process %d has stored %d events of 0.1 hours each.\n", os.Getpid(), events)
	return reporter.Flush(ctx, os.Getenv("DEMO_ENTITLEMENT")) // at once; usually Run reports an hour when it is over
}

// deaf is a transport that keeps answers to itself.
type deaf struct{ out io.Writer }

func (d deaf) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	fmt.Fprintln(d.out, taken)
	<-make(chan struct{}) // until it is killed
	return nil, nil
}
