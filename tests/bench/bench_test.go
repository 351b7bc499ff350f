package bench_test

import (
	"strconv"
	"testing"

	"github.com/suger-go/suger/tests/bench"
)

func TestMain(m *testing.M) { bench.Main(m) }

func Benchmark(b *testing.B) { bench.Run(b, bench.Floor, bench.Client) }

func BenchmarkFromMemory(b *testing.B) { bench.RunFromMemory(b) }

func BenchmarkAhead(b *testing.B) {
	for _, n := range []int{0, 2, 4, 8} {
		b.Run("n="+strconv.Itoa(n), func(b *testing.B) { bench.RunAhead(b, n) })
	}
}
