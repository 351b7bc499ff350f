package bench

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

const (
	aheadPages  = 50
	aheadSize   = 200
	aheadAnswer = 100 * time.Millisecond
)

// distance is a transport to a server that is so far away that each answer takes its time.
type distance struct {
	http.RoundTripper
	asked atomic.Int64
}

func (d *distance) RoundTrip(r *http.Request) (*http.Response, error) {
	d.asked.Add(1)
	timer := time.NewTimer(aheadAnswer)
	defer timer.Stop()
	select {
	case <-timer.C:
		return d.RoundTripper.RoundTrip(r)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// RunAhead measures an export of 50 pages of 200 offers, at 100 ms an answer, that reads n pages ahead. It reports the largest
// number of pages that were requested and that the loop was not done with.
func RunAhead(b *testing.B, n int) {
	far := &distance{RoundTripper: &http.Transport{MaxIdleConnsPerHost: n + 1}}
	client, err := api.New(OrgID, api.WithAPIKey(apiKey), api.WithBaseURL(server(b)), api.WithTransport(far))
	check(b, err)
	defer client.CloseIdleConnections()
	params := &gen.ListOffersParams{Limit: new(int64(aheadSize))}
	most := int64(0)
	b.ReportAllocs()
	defer reportPeak(b)()
	for b.Loop() {
		far.asked.Store(0)
		items := 0
		for _, err := range client.Offers.All(b.Context(), params, api.Max(aheadPages*aheadSize), api.Ahead(n)) {
			check(b, err)
			most = max(most, far.asked.Load()-int64(items/aheadSize))
			items++
		}
		equal(b, aheadPages*aheadSize, items)
		equal(b, aheadPages, int(far.asked.Load()))
	}
	b.ReportMetric(float64(most), "pages")
}
