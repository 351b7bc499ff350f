// Command docs-drift compares saved pages of the vendor's documentation with the description.
//
//	docs-drift [-facts file] page.txt ...
//
// It prints what the pages have that the description lacks or contradicts, one line each. The exit status is 0 if that
// is nothing, 1 if it is something and 2 if a page cannot be read. With -facts it also writes the facts of the page,
// as tests/testdata/docs keeps them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/suger-go/suger/openapi"
	"github.com/suger-go/suger/tests/docs"
)

func main() {
	os.Exit(run(os.Args[1:], openapi.Load, os.Stdout, os.Stderr))
}

func run(args []string, load func() (*openapi3.T, error), stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("docs-drift", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: docs-drift [-facts file] page.txt ... (one page with -facts)")
		flags.PrintDefaults()
	}
	facts := flags.String("facts", "", "write the facts of the page to this `file`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() == 0 || *facts != "" && flags.NArg() > 1 {
		flags.Usage()
		return 2
	}
	doc, err := load()
	if err != nil {
		fmt.Fprintln(stderr, "docs-drift:", err)
		return 2
	}
	status := 0
	for _, name := range flags.Args() {
		findings, err := drift(name, *facts, doc)
		if err != nil {
			fmt.Fprintln(stderr, "docs-drift:", err)
			status = 2
			continue
		}
		for _, finding := range findings {
			fmt.Fprintf(stdout, "%s: %s\n", name, finding)
			status = max(status, 1)
		}
	}
	return status
}

// drift compares the page in the named file, and writes its facts if facts names a file.
func drift(name, facts string, doc *openapi3.T) ([]string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	page, err := docs.Parse(string(text), doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if facts != "" {
		data, err := page.JSON()
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(facts, data, 0o644); err != nil {
			return nil, err
		}
	}
	return docs.Drift(page, doc), nil
}
