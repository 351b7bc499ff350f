// Package leak fails the tests of a package that leave goroutines behind.
package leak

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

// Run runs the tests of a package, from its TestMain, and returns the code to exit with. When the tests pass and goroutines are
// left after them, it prints these and returns 1. Tests in a synctest bubble check that for themselves.
func Run(m interface{ Run() int }) int {
	before := runtime.NumGoroutine()
	code := m.Run()
	if code != 0 || flag.Lookup("test.fuzz").Value.String() != "" { // fuzzing leaves a goroutine of its own
		return code
	}
	return wait(before, 5*time.Second, os.Stderr)
}

// wait gives the goroutines beyond those of before some time to end, and reports those that do not. One that has nothing left to
// do still takes a moment to end, and nothing says when it has.
func wait(before int, patience time.Duration, report io.Writer) int {
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			fmt.Fprintf(report, "%d goroutines before the tests, %d after:\n", before, runtime.NumGoroutine())
			_ = pprof.Lookup("goroutine").WriteTo(report, 1) // the test fails anyway, whatever is missing of the report
			return 1
		}
	}
	return 0
}
