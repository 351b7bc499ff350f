// Command suger-fake serves the fake of the Suger API from package sugertest, for programs in other languages and for trying
// calls by hand. The page at / has the reference of the API, where each operation can be tried in the browser.
//
//	suger-fake -addr 127.0.0.1:8080 -seed seed.json -fail 'offers.get=status:503,after:1s,times:2'
//
// Without -seed it starts with the examples of the description. A seed file holds lists of objects by their types:
//
//	{"Offer": [{"id": "offer-1", "status": "ACTIVE"}], "Buyer": [{"id": "buyer-1"}]}
//
// A fault is what is to go wrong with an operation ("*" for all), and when:
//
//	status:503  html:502  latency:2s  drop-before  drop-after  truncate  future-enum:status  unknown-property
//	after:1s  times:2  probability:0.1
//
// With -replay it posts the notification events that it starts with to a webhook on this machine, signed with the secret, for
// trying the handler, which may read the objects from it. An event needs a priority to be posted, such as HIGH.
//
//	suger-fake -replay http://127.0.0.1:9000/suger -secret a-secret
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/suger-go/suger/api/sugertest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "suger-fake:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("suger-fake", flag.ContinueOnError)
	flags.SetOutput(errOut)
	addr := flags.String("addr", "127.0.0.1:8080", "address to listen at; port 0 takes a free one")
	env := func(name, standard string) string { return cmp.Or(strings.TrimSpace(os.Getenv(name)), standard) }
	org := flags.String("org", env("SUGER_ORG_ID", "test-org"), "id of the organization; SUGER_ORG_ID stands in for it")
	key := flags.String("key", env("SUGER_API_KEY", "test-key"), "API key to take; SUGER_API_KEY stands in for it")
	seed := flags.String("seed", "", "JSON `file` of objects to start with")
	var faults []fault
	flags.Func("fail", "`fault` of an operation, may be repeated", func(text string) error {
		f, err := parseFault(text)
		faults = append(faults, f)
		return err
	})
	replay := replayFlags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	var data []byte
	if *seed != "" {
		var err error
		if data, err = os.ReadFile(*seed); err != nil {
			return err
		}
	}
	page, err := newPage(*org, *key)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	srv := sugertest.NewServer(append(page, sugertest.Organization(*org, *key), sugertest.Listener(listener))...)
	defer srv.Close()
	if *seed == "" {
		srv.SeedExamples()
	} else if err := srv.SeedJSON(data); err != nil {
		return fmt.Errorf("%s: %w", *seed, err)
	}
	for _, f := range faults {
		srv.Fail(f.operation, f.fault)
	}
	fmt.Fprintf(out, "%s\norganization %s, header \"Authorization: Key %s\"\n", srv.URL, srv.OrgID, srv.APIKey)
	if err = replay(ctx, srv); err == nil {
		<-ctx.Done()
	}
	return err
}
