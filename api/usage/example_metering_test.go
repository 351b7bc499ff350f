package usage_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/gen"
)

// A service that charges for each of its answers: usage is stored before the answer, and sent at once when a buyer leaves.
func Example_metering() {
	srv := sugertest.NewServer() // stands in for Suger, which is does not answer at first
	defer srv.Close()
	srv.Seed(gen.Entitlement{ID: new("globex"), Info: &gen.EntitlementInfo{Dimensions: []gen.MeteringDimension{{Key: new("api_calls")}}}})
	srv.Fail("metering.reportUsageRecordGroup", sugertest.DropAfter().Times(1))
	check := func(err error) {
		if err != nil {
			log.Fatal(err)
		}
	}
	folder, err := os.MkdirTemp("", "metering")
	check(err)
	defer os.RemoveAll(folder)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "usage.db")+"?_pragma=journal_mode(WAL)")
	check(err)
	defer db.Close()
	reporter, err := usage.New(srv.Client(), usage.SQLite(db))
	check(err)

	mux := http.NewServeMux()
	mux.HandleFunc("POST /work/{entitlement}", func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("Idempotency-Key") // of the caller's request, so that a repeat does not count
		event := usage.Event{ID: id, EntitlementID: r.PathValue("entitlement"), Dimension: "api_calls", Quantity: 1, Time: time.Now()}
		if err := reporter.Add(r.Context(), event); err != nil { // the caller tries again with the same key
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("DELETE /buyer/{entitlement}", func(w http.ResponseWriter, r *http.Request) {
		if err := reporter.Flush(r.Context(), r.PathValue("entitlement")); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- reporter.Run(ctx) }()

	for _, request := range []struct{ method, path, key string }{
		{"POST", "/work/globex", "key-1"}, {"POST", "/work/globex", "key-1"}, {"POST", "/work/globex", "key-2"}, {"DELETE", "/buyer/globex", ""},
	} {
		r := httptest.NewRequest(request.method, request.path, nil)
		r.Header.Set("Idempotency-Key", request.key)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(request.method, request.path, w.Code)
	}
	stop()
	fmt.Println("drained:", <-done)
	for group, err := range srv.Client().Metering.AllUsageRecordGroups(context.Background(), nil) {
		fmt.Println("Suger has", group.GetRecords(), err)
	}
	// Output:
	// POST /work/globex 200
	// POST /work/globex 200
	// POST /work/globex 200
	// DELETE /buyer/globex 200
	// drained: <nil>
	// Suger has map[api_calls:2] <nil>
}
