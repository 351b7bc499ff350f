//go:build !postgres

package usage_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

// benchFile opens a file of SQLite with a reporter on it.
func benchFile(b *testing.B, client *api.Client, options ...usage.Option) (*usage.Reporter, func(query string, args ...any)) {
	b.Helper()
	db := openFile(b, filepath.Join(b.TempDir(), "usage.db"))
	reporter, err := usage.New(client, usage.SQLite(db), options...)
	require.NoError(b, err)
	return reporter, func(query string, args ...any) {
		tx, err := db.Begin()
		require.NoError(b, err)
		_, err = tx.Exec(query, args...)
		require.NoError(b, err)
		require.NoError(b, tx.Commit())
	}
}

// BenchmarkAdd compares Add with one INSERT of the same rows into the same table, in a transaction of its own.
func BenchmarkAdd(b *testing.B) {
	const events = 100
	client, err := api.New("org", api.WithAPIKey("key"))
	require.NoError(b, err)
	now := time.Now()
	b.Run("impl=add", func(b *testing.B) {
		reporter, _ := benchFile(b, client)
		n := 0
		for b.Loop() {
			batch := make([]usage.Event, events)
			for i := range batch {
				n++
				batch[i] = usage.Event{ID: fmt.Sprintf("event-%09d", n), EntitlementID: "ent-1", Dimension: "api_calls", Quantity: 1.5, Time: now}
			}
			require.NoError(b, reporter.Add(b.Context(), batch...))
		}
	})
	b.Run("impl=insert", func(b *testing.B) {
		_, exec := benchFile(b, client)
		n := 0
		query := "INSERT INTO suger_usage_events (organization, id, entitlement, dimension, quantity, occurred, window_start, added) VALUES (?,?,?,?,?,?,?,?)"
		for range events - 1 {
			query += ",(?,?,?,?,?,?,?,?)"
		}
		for b.Loop() {
			args := make([]any, 0, 8*events)
			for range events {
				n++
				args = append(args, "org", fmt.Sprintf("event-%09d", n), "ent-1", "api_calls", "1.5", now.UnixNano(), now.Truncate(time.Hour).UnixNano(), now.UnixNano())
			}
			exec(query, args...)
		}
	})
}

// BenchmarkDrain compares Run with calls by hand, 1,000 groups each, eight at a time, to a server that takes 5 ms.
func BenchmarkDrain(b *testing.B) {
	const groups, parallel = 1000, 8
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(5 * time.Millisecond)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"id": "g", "status": "CREATED"}`))
	}))
	b.Cleanup(server.Close)
	client, err := api.New("org", api.WithAPIKey("key"), api.WithBaseURL(server.URL))
	require.NoError(b, err)
	b.Run("impl=run", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			reporter, _ := benchFile(b, client, usage.WithParallel(parallel), usage.WithDrain(time.Minute), usage.WithLogger(slog.New(slog.DiscardHandler)))
			batch := make([]usage.Event, groups)
			for i := range batch {
				batch[i] = usage.Event{ID: fmt.Sprint(i), EntitlementID: fmt.Sprint("ent-", i), Dimension: "api_calls", Quantity: 1, Time: time.Now().Add(-2 * time.Hour)}
			}
			require.NoError(b, reporter.Add(b.Context(), batch...))
			ended, cancel := context.WithCancel(b.Context())
			cancel()
			b.StartTimer()
			require.NoError(b, reporter.Run(ended)) // seals, sends everything and returns
			b.StopTimer()
			status, err := reporter.Status(b.Context())
			require.NoError(b, err)
			require.Zero(b, status.Events+status.Waiting+status.Refused)
			b.StartTimer()
		}
	})
	b.Run("impl=calls", func(b *testing.B) {
		for b.Loop() {
			work := make(chan int)
			var workers sync.WaitGroup
			for range parallel {
				workers.Go(func() {
					for i := range work {
						id := fmt.Sprint("ent-", i)
						_, err := client.Metering.ReportUsageRecordGroup(b.Context(), id, gen.CreateUsageRecordGroupParams{
							ID: new(uuid.NewString()), Timestamp: new(gen.NewTime(time.Now())), Records: map[string]float64{"api_calls": 1},
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
			}
			for i := range groups {
				work <- i
			}
			close(work)
			workers.Wait()
		}
	})
}
