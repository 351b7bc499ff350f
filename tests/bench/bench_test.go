package bench_test

import (
	"testing"

	"github.com/suger-go/suger/tests/bench"
)

func TestMain(m *testing.M) { bench.Main(m) }

func Benchmark(b *testing.B) { bench.Run(b, bench.Floor, bench.Client) }

func BenchmarkFromMemory(b *testing.B) { bench.RunFromMemory(b) }
