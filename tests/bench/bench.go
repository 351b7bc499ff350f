// Package bench measures what a call costs with the client, with net/http and encoding/json by hand, and with another
// generated client.
//
// The server runs in a process of its own on the loopback interface, and its answers are made from the description. The
// script run prints the comparison; README.md has the goals and the figures.
package bench

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Caller makes the calls that are measured, in one of the ways to make them.
type Caller interface {
	GetEntitlement(ctx context.Context, id string) error
	ListEntitlements(ctx context.Context) (int, error)
	ExportOffers(ctx context.Context, n int) (int, error)
	ReportUsage(ctx context.Context, id string) error
	Close()
}

// Implementation is a way to make calls.
type Implementation struct {
	Name string
	New  func(baseURL string) (Caller, error)
}

// cpuTime returns the time that this process has spent on processors, which says more than the clock on a busy machine. It is
// nil where the system does not tell.
var cpuTime func() time.Duration

const (
	reports    = 1000
	goroutines = 16
)

// Run measures every case with every implementation. The name of a benchmark ends in "/impl=" and the implementation.
func Run(b *testing.B, implementations ...Implementation) {
	run := func(name string, measure func(*testing.B, Caller)) {
		for _, impl := range implementations {
			b.Run("case="+name+"/impl="+impl.Name, func(b *testing.B) { runCase(b, impl, measure) })
		}
	}
	ctx := context.Background()
	get := func(id string) func(*testing.B, Caller) {
		return func(b *testing.B, c Caller) {
			for b.Loop() {
				check(b, c.GetEntitlement(ctx, id))
			}
		}
	}
	run("Entitlement3kB", get(SmallEntitlement))
	run("Entitlement25kB", get(LargeEntitlement))
	run("Error", func(b *testing.B, c Caller) {
		for b.Loop() {
			if err := c.GetEntitlement(ctx, NoEntitlement); err == nil {
				b.Fatal("want an error")
			}
		}
	})
	run("Page5MB", func(b *testing.B, c Caller) {
		defer reportPeak(b)()
		for b.Loop() {
			got, err := c.ListEntitlements(ctx)
			check(b, err)
			equal(b, entitlementsPerPage, got)
		}
	})
	run("Export1000", exportOffers(1000))
	run("Export100000", exportOffers(100_000))
	run("Report1000", func(b *testing.B, c Caller) {
		for b.Loop() {
			reportAll(b, c)
			if b.Failed() {
				return
			}
		}
	})
	for _, impl := range implementations {
		b.Run("case=New/impl="+impl.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := impl.New(server(b))
				check(b, err)
				c.Close()
			}
		})
	}
}

func exportOffers(n int) func(*testing.B, Caller) {
	return func(b *testing.B, c Caller) {
		defer reportPeak(b)()
		for b.Loop() {
			got, err := c.ExportOffers(b.Context(), n)
			check(b, err)
			equal(b, n, got)
		}
	}
}

// runCase measures one case of an implementation: time, allocations, and where it can be told the time of the processor.
func runCase(b *testing.B, impl Implementation, measure func(*testing.B, Caller)) {
	caller, err := impl.New(server(b))
	check(b, err)
	defer caller.Close()
	warmUp(b, caller)
	runtime.GC() // the garbage of earlier cases must not count
	b.ReportAllocs()
	if cpuTime == nil {
		measure(b, caller)
		return
	}
	before := cpuTime()
	measure(b, caller)
	b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
}

// warmUp makes a call of each kind: the first that decodes a type pays for all later ones, whoever makes them.
func warmUp(b *testing.B, c Caller) {
	ctx := b.Context()
	check(b, c.GetEntitlement(ctx, LargeEntitlement))
	check(b, c.ReportUsage(ctx, usageID(0)))
	_, err := c.ExportOffers(ctx, 1)
	check(b, err)
}

func reportAll(b *testing.B, c Caller) {
	var done atomic.Int64
	var group sync.WaitGroup
	for range goroutines {
		group.Go(func() {
			for {
				n := done.Add(1)
				if n > reports {
					return
				}
				if err := c.ReportUsage(b.Context(), usageID(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// usageID returns the id of the n-th usage record group.
func usageID(n int64) string { return "usage-" + strconv.FormatInt(n, 10) }

// reportPeak watches the heap until the function it returns is called, which reports the highest that was seen.
func reportPeak(b *testing.B) func() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		ticker := time.NewTicker(time.Millisecond)
		defer ticker.Stop()
		var peak uint64
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-ticker.C:
			case <-stop:
				done <- peak
				return
			}
		}
	}()
	return func() {
		close(stop)
		b.ReportMetric(float64(<-done), "peak-B")
	}
}

func server(b *testing.B) string {
	url, err := Server()
	check(b, err)
	return url
}

func check(b *testing.B, err error) {
	if err != nil {
		b.Helper()
		b.Fatal(err)
	}
}

func equal(b *testing.B, want, got int) {
	if got != want {
		b.Helper()
		b.Fatal(fmt.Errorf("got %d items, want %d", got, want))
	}
}
