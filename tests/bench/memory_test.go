// The race detector takes memory of its own.

//go:build !race

package bench_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/tests/bench"
)

// TestExportPeak checks that an export of many pages holds no more memory than one of a few.
func TestExportPeak(t *testing.T) {
	url, err := bench.Server()
	require.NoError(t, err)
	client, err := api.New(bench.OrgID, api.WithAPIKey("key"), api.WithBaseURL(url))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	few, many := exportPeak(t, client, 2), exportPeak(t, client, 30)
	assert.Less(t, float64(many), 1.2*float64(few))
}

// exportPeak returns the most memory in use at the start of a page, garbage aside.
func exportPeak(t *testing.T, client *api.Client, pages int) uint64 {
	var peak uint64
	count := 0
	for _, err := range client.Offers.All(context.Background(), nil, api.Max(pages*bench.OffersPerPage)) {
		require.NoError(t, err)
		if count%bench.OffersPerPage == 0 {
			var stats runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&stats)
			peak = max(peak, stats.HeapAlloc)
		}
		count++
	}
	require.Equal(t, pages*bench.OffersPerPage, count)
	return peak
}
