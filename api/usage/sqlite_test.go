//go:build !postgres

package usage_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api/usage"
)

// openDatabase opens the database of a test: a file of SQLite, or a schema of Postgres with the build tag postgres.
func openDatabase(t *testing.T) (*sql.DB, usage.Database) {
	t.Helper()
	db := openFile(t, filepath.Join(t.TempDir(), "usage.db"))
	return db, usage.SQLite(db)
}

func openFile(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// TestAddLocked has somebody else write to the file for longer than the caller waits.
func TestAddLocked(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	conn, err := r.db.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, r.Add(ctx, r.event("a", "ent-1", "storage", 1)), context.DeadlineExceeded)
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.NoError(t, conn.Close())

	require.NoError(t, r.Add(t.Context(), r.event("a", "ent-1", "storage", 1), r.event("b", "ent-1", "storage", 1)))
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	sums, _ := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 storage": 2}, sums)
}

// TestAddFull limits the file to the pages that it has.
func TestAddFull(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.db.SetMaxOpenConns(1) // the limit is one of the connection
	require.NoError(t, r.Add(t.Context(), r.event("before", "ent-1", "storage", 1)))
	_, err := r.db.Exec("PRAGMA max_page_count = 1")
	require.NoError(t, err)
	var many []usage.Event
	for i := range 1000 {
		many = append(many, r.event(string(rune('a'+i%26))+string(rune('a'+i/26)), "ent-1", "storage", 1))
	}
	require.ErrorContains(t, r.Add(t.Context(), many...), "full")
	_, err = r.db.Exec("PRAGMA max_page_count = 1000000")
	require.NoError(t, err)
	status, err := r.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, status.Events, "all or none")
	require.NoError(t, r.Add(t.Context(), many...))
	require.NoError(t, r.Flush(t.Context(), "ent-1"))
	sums, _ := r.reported()
	assert.Equal(t, map[string]float64{"ent-1 storage": 1001}, sums)
}

func TestNewInMemory(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	_, err = usage.New(newRoom(t).suger.Client(), usage.SQLite(db))
	assert.ErrorContains(t, err, "in memory")
}
