// Command suger-fake serves the fake of the Suger API from package sugertest, for programs in other languages and for trying
// calls by hand. The page at / has the reference of the API, where each operation can be tried in the browser.
//
// It shows the API key that it takes, on the page and where it was started, and so has one of its own: it reads no SUGER_API_KEY
// and nothing else of the environment. It answers to the names of the loopback interface, to the address that was called and
// to those of -host, and not to pages of another origin.
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
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
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
	org := flags.String("org", "test-org", "id of the organization")
	key := flags.String("key", "sk-fake-7c20b94e51d83fa6", "API key to take, which everybody may see")
	seed := flags.String("seed", "", "JSON `file` of objects to start with")
	var hosts []string
	flags.Func("host", "further `name` to answer to, such as that of a container, may be repeated", func(name string) error {
		hosts = append(hosts, name)
		return nil
	})
	type failing struct {
		operation string
		fault     sugertest.Fault
	}
	var faults []failing
	flags.Func("fail", "`fault` of an operation, may be repeated", func(text string) error {
		operation, fault, err := sugertest.ParseFault(text)
		faults = append(faults, failing{operation, fault})
		return err
	})
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
	srv := sugertest.NewServer(append(page, sugertest.Organization(*org, *key), sugertest.Listener(listener), sugertest.Hosts(hosts...))...)
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
	<-ctx.Done()
	return nil
}
