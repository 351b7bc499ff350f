// Command suger-fake serves the fake of the Suger API from package sugertest, for programs in other languages and for trying
// calls by hand. The page at / shows what is in its store, what arrived and why something was refused; /reference/ has the
// reference of the API, where each operation can be tried in the browser. /_fake/openapi.yaml describes what programs set up over
// HTTP: the store, faults, the clock and more.
//
// It shows the API key that it takes, on the page and where it was started, and so has one of its own: it reads no SUGER_API_KEY
// and nothing else of the environment. It answers to the names of the loopback interface, to the address that was called and
// to those of -host, and not to pages of another origin.
//
//	suger-fake -addr 127.0.0.1:8080 -seed seed.json -fail 'offers.get=status:503,after:1s,times:2'
//
// Without -seed it starts with the examples of the description. It listens when everything is there, and prints its URL then.
// A seed file holds lists of objects by their types:
//
//	{"Offer": [{"id": "offer-1", "status": "ACTIVE"}], "Buyer": [{"id": "buyer-1"}]}
//
// A fault is what is to go wrong with an operation ("*" for all), and when:
//
//	status:503  html:502  latency:2s  drop-before  drop-after  truncate  future-enum:status  unknown-property
//	after:1s  skip:3  times:2  probability:0.1
//
// With -examples or -synthesized each answer is made up instead, and nothing that calls do is remembered.
//
// With -replay it posts the notification events that it starts with to a webhook on this machine, signed with the secret, for
// trying the handler, which may read the objects from it. An event needs a priority to be posted, such as HIGH.
//
//	suger-fake -replay http://127.0.0.1:9000/suger -secret a-secret
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
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
	wanted, err := parse(args, errOut)
	if err != nil {
		return err
	}
	page, err := newReference(wanted.org, wanted.key)
	if err != nil {
		return err
	}
	srv := sugertest.NewUnstarted(append(wanted.options, page...)...)
	defer srv.Close()
	if err := seedFrom(srv, wanted.seed); err != nil {
		return err
	}
	for _, f := range wanted.faults {
		srv.Fail(f.operation, f.fault)
	}
	listener, err := net.Listen("tcp", wanted.addr) // not before: who connects finds everything
	if err != nil {
		return err
	}
	srv.Start(listener)
	fmt.Fprintf(out, "%s\norganization %s, header \"Authorization: Key %s\"\n", srv.URL, srv.OrgID, srv.APIKey)
	if err := wanted.replay.post(ctx, srv, errOut); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// arguments are what the command line asks for.
type arguments struct {
	addr, org, key, seed string
	options              []sugertest.Option
	faults               []failing
	replay               replay
}

// failing is an operation that has a fault.
type failing struct {
	operation string
	fault     sugertest.Fault
}

func parse(args []string, errOut io.Writer) (arguments, error) {
	var a arguments
	flags := flag.NewFlagSet("suger-fake", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.StringVar(&a.addr, "addr", "127.0.0.1:8080", "address to listen at; port 0 takes a free one")
	flags.StringVar(&a.org, "org", "test-org", "id of the organization")
	flags.StringVar(&a.key, "key", "sk-fake-7c20b94e51d83fa6", "API key to take, which everybody may see")
	flags.StringVar(&a.seed, "seed", "", "JSON `file` of objects to start with")
	add := func(option sugertest.Option) error {
		a.options = append(a.options, option)
		return nil
	}
	flags.Func("host", "further `name` to answer to, such as that of a container, may be repeated", func(name string) error {
		return add(sugertest.Hosts(name))
	})
	flags.Func("fail", "`fault` of an operation, may be repeated", func(text string) error {
		operation, fault, err := sugertest.ParseFault(text)
		a.faults = append(a.faults, failing{operation, fault})
		return err
	})
	a.replay.define(flags)
	ruleFlags(flags, add)
	made := 0 // ways to make answers up
	flags.BoolFunc("examples", "answer with the examples of the description, whatever happened before", func(string) error {
		made++
		return add(sugertest.Examples())
	})
	flags.Func("synthesized", "answer with values made up from a `number`, whatever happened before", func(text string) error {
		seed, err := strconv.ParseUint(text, 10, 64)
		made++
		return cmp.Or(err, add(sugertest.Synthesized(seed)))
	})
	if err := flags.Parse(args); err != nil {
		return a, err
	}
	switch {
	case flags.NArg() > 0:
		return a, fmt.Errorf("unknown argument %q", flags.Arg(0))
	case made > 1:
		return a, errors.New("want one of -examples and -synthesized")
	}
	return a, add(sugertest.Organization(a.org, a.key))
}

// seedFrom seeds a server from a file, or with the examples.
func seedFrom(srv *sugertest.Server, name string) error {
	if name == "" {
		srv.SeedExamples()
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := srv.SeedFrom(bufio.NewReaderSize(file, 1<<20)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
