// Command compat refuses a change that breaks callers of the description or of the Go packages, unless the version says that
// it does.
//
//	go run ./tests/compat [REVISION]
//	go run ./tests/compat -release
//
// It compares the work tree with a revision: the one in the argument, or the last tag, or, before the first tag, the commit
// where the work tree left the main branch, on which it is the commit before the last. First it proves on planted defects that it sees them.
//
// With -release it checks instead that the last commit can be released: that the description, the change log, the tag and what
// a program with this version sends as User-Agent agree.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("compat: ")
	releasing := flag.Bool("release", false, "check that the last commit can be released")
	flag.Parse()
	if flag.NArg() > 1 || *releasing && flag.NArg() > 0 {
		log.Fatal("usage: compat [REVISION | -release]")
	}
	check := func() error { return run(flag.Args()) }
	if *releasing {
		check = func() error { return release(".") }
	}
	if err := check(); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	tools, err := findTools()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "compat")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)

	if err := provePlanted(tools, scratch); err != nil {
		return err
	}
	revision, err := baseRevision(args)
	if err != nil {
		return err
	}
	base, err := checkOut(revision, scratch)
	if err != nil {
		return err
	}
	breaks, err := tools.compareDescriptions(base, ".")
	if err != nil {
		return err
	}
	more, err := tools.comparePackages(base, ".", packages...)
	if err != nil {
		return err
	}
	return judge(revision, base, isReleased(), slices.Concat(breaks, more))
}

// judge returns an error for breaks that the version or the change log does not say. Before the first tag nobody has a version that
// could break, and the change log is enough.
func judge(revision, base string, released bool, breaks []string) error {
	before, err := readVersion(base)
	if err != nil {
		return err
	}
	now, err := readVersion(".")
	if err != nil {
		return err
	}
	entry, err := readEntry(now)
	if err != nil {
		return err
	}
	if now.compare(before) < 0 {
		return fmt.Errorf("version %v comes before the %v of %s", now, before, revision)
	}
	if len(breaks) == 0 {
		fmt.Printf("compat: nothing breaks callers of %s (%v)\n", revision, before)
		return nil
	}
	for _, b := range breaks {
		fmt.Println("compat: breaking:", b)
	}
	switch {
	case released && !now.mayBreak(before):
		return fmt.Errorf("%d changes break callers of %s (%v): this cannot be version %v, but %v",
			len(breaks), revision, before, now, before.nextBreaking())
	case !entry.saysBreaking():
		return fmt.Errorf("%d changes break callers of %s: say so in CHANGELOG.md under %v, in items that start with %s",
			len(breaks), revision, now, breakingMark)
	}
	fmt.Printf("compat: version %v may break callers of %s (%v)\n", now, revision, before)
	return nil
}
