// Command docs-drift compares saved pages of the vendor's documentation with the description.
//
//	docs-drift [-facts dir [-write]] page.txt ...
//
// It prints what the pages have that the description lacks or contradicts, one line each, and to standard error what the
// pages leave open. The exit status is 0 if nothing is lacking, 1 if something is and 2 if a page cannot be read.
//
// The directory holds the facts of known pages, tests/testdata/docs: their examples tell which properties are in an object,
// which a page without an example leaves open. With -write the facts of the given pages go there.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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
		fmt.Fprintln(stderr, "usage: docs-drift [-facts dir [-write]] page.txt ...")
		flags.PrintDefaults()
	}
	facts := flags.String("facts", "", "the `directory` with the facts of known pages")
	write := flags.Bool("write", false, "write the facts of the pages there")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() == 0 || *write && *facts == "" {
		flags.Usage()
		return 2
	}
	known, err := readFacts(*facts)
	if err != nil {
		fmt.Fprintln(stderr, "docs-drift:", err)
		return 2
	}
	doc, err := load()
	if err != nil {
		fmt.Fprintln(stderr, "docs-drift:", err)
		return 2
	}
	status := 0
	for _, name := range flags.Args() {
		page, err := read(name, known)
		if err == nil && *write {
			err = writeFacts(page, filepath.Join(*facts, strings.TrimSuffix(filepath.Base(name), ".txt")+".json"))
		}
		if err != nil {
			fmt.Fprintln(stderr, "docs-drift:", err)
			status = 2
			continue
		}
		for _, open := range page.Ambiguities() {
			fmt.Fprintf(stderr, "%s: open: %s\n", name, open)
		}
		for _, finding := range docs.Drift(page, doc) {
			fmt.Fprintf(stdout, "%s: %s\n", name, finding)
			status = max(status, 1)
		}
	}
	return status
}

// readFacts reads the facts in a directory, if there is one.
func readFacts(dir string) ([]*docs.Page, error) {
	if dir == "" {
		return nil, nil
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var pages []*docs.Page
	for _, file := range files {
		name := filepath.Join(dir, file.Name())
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		page := &docs.Page{}
		if err := json.Unmarshal(data, page); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		pages = append(pages, page)
	}
	return pages, nil
}

func read(name string, known []*docs.Page) (*docs.Page, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	page, err := docs.Parse(string(text), known...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return page, nil
}

func writeFacts(page *docs.Page, name string) error {
	data, err := page.JSON()
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}
