package leak

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// tests stands in for the tests of a package.
type tests func() int

func (run tests) Run() int { return run() }

func TestRun(t *testing.T) {
	assert.Zero(t, Run(tests(func() int {
		go func() {}() // which ends soon
		return 0
	})))
	assert.Equal(t, 2, Run(tests(func() int { return 2 })), "the code of tests that fail")
}

func TestWait(t *testing.T) {
	before := runtime.NumGoroutine()
	end := make(chan struct{})
	for range 10 { // more than may still end of what came before
		go func() { <-end }()
	}
	var report bytes.Buffer
	assert.Equal(t, 1, wait(before, time.Millisecond, &report))
	assert.Contains(t, report.String(), "goroutines before the tests")
	assert.Contains(t, report.String(), "TestWait.func")

	close(end)
	report.Reset()
	assert.Zero(t, wait(before, 5*time.Second, &report))
	assert.Empty(t, report.String())
}
