package database_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api/internal/database"
)

const things = "CREATE TABLE things (id TEXT PRIMARY KEY, size BIGINT NOT NULL); CREATE INDEX things_by_size ON things (size);"

// open opens a pool of its own, as another process would.
func open(t *testing.T, path string) *database.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return database.SQLite(db)
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file.db")
	db := open(t, path)
	require.NoError(t, db.Migrate(t.Context(), "things", things))
	require.NoError(t, db.Migrate(t.Context(), "things", things), "nothing to do")
	require.NoError(t, db.Migrate(t.Context(), "things", things, "ALTER TABLE things ADD COLUMN name TEXT"))
	_, err := db.Exec("INSERT INTO things (id, size, name) VALUES ('a', 1, 'b')")
	require.NoError(t, err)
	require.NoError(t, db.Migrate(t.Context(), "other", "CREATE TABLE others (id TEXT)"), "each component has a version of its own")

	err = db.Migrate(t.Context(), "things", things)
	assert.ErrorContains(t, err, "the tables have version 2, and this program knows them up to 1")

	err = db.Migrate(t.Context(), "broken", "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT)")
	require.ErrorContains(t, err, "create or update the tables for broken")
	_, err = db.Exec("SELECT * FROM half")
	assert.ErrorContains(t, err, "no such table", "all of the steps or none")
}

func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file.db")
	var group sync.WaitGroup
	for range 8 {
		db := open(t, path)
		group.Go(func() { assert.NoError(t, db.Migrate(t.Context(), "things", things)) })
	}
	group.Wait()
}

func TestTx(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "file.db"))
	db.SetMaxOpenConns(1) // as many do with SQLite
	require.NoError(t, db.Migrate(t.Context(), "things", things))
	add := func(ctx context.Context, q database.Querier) error {
		_, err := q.ExecContext(ctx, "INSERT INTO things VALUES ('a', 1)")
		return err
	}
	failed := errors.New("failed")
	require.ErrorIs(t, db.Tx(t.Context(), func(ctx context.Context, q database.Querier) error {
		require.NoError(t, add(ctx, q))
		return failed
	}), failed)
	require.Panics(t, func() {
		_ = db.Tx(t.Context(), func(ctx context.Context, q database.Querier) error {
			require.NoError(t, add(ctx, q))
			panic("failed")
		})
	})
	ctx, cancel := context.WithCancel(t.Context())
	require.ErrorIs(t, db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
		defer cancel()
		return add(ctx, q)
	}), context.Canceled)
	require.NoError(t, db.Tx(t.Context(), add), "nothing of the three is there")
	require.ErrorContains(t, db.Tx(t.Context(), add), "UNIQUE constraint failed")
}

// TestTxAtOnce counts with a read and a write in each transaction, which without the lock for writing lose each other's counts.
func TestTxAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file.db")
	require.NoError(t, open(t, path).Migrate(t.Context(), "things", things+"INSERT INTO things VALUES ('a', 0)"))
	var group sync.WaitGroup
	for range 4 {
		db := open(t, path)
		for range 2 {
			group.Go(func() {
				for range 5 {
					assert.NoError(t, db.Tx(t.Context(), func(ctx context.Context, q database.Querier) error {
						var size int
						if err := q.QueryRowContext(ctx, "SELECT size FROM things").Scan(&size); err != nil {
							return err
						}
						_, err := q.ExecContext(ctx, "UPDATE things SET size = ?", size+1)
						return err
					}))
				}
			})
		}
	}
	group.Wait()
	var size int
	require.NoError(t, open(t, path).QueryRow("SELECT size FROM things").Scan(&size))
	assert.Equal(t, 40, size)
}

// TestTxLocked has another process hold the lock until the context ends.
func TestTxLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file.db")
	db, other := open(t, path), open(t, path)
	require.NoError(t, db.Migrate(t.Context(), "things", things))
	require.NoError(t, other.Tx(t.Context(), func(context.Context, database.Querier) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		err := db.Tx(ctx, func(context.Context, database.Querier) error { panic("not reached") })
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		return nil
	}))
	require.NoError(t, db.Tx(t.Context(), func(context.Context, database.Querier) error { return nil }))
}

func TestDialects(t *testing.T) {
	t.Parallel()
	sqlite, postgres := database.SQLite(nil), database.Postgres(nil)
	assert.Equal(t, "a = ? AND b IN (?, ?)", sqlite.Rebind("a = ? AND b IN (?, ?)"))
	assert.Equal(t, "a = $1 AND b IN ($2, $3)", postgres.Rebind("a = ? AND b IN (?, ?)"))
	assert.Empty(t, sqlite.SkipLocked())
	assert.NotEmpty(t, postgres.SkipLocked())
	assert.False(t, sqlite.IsPostgres())
	assert.True(t, postgres.IsPostgres())
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 20, 0, 0, 123, time.FixedZone("", 3600))
	assert.Equal(t, at.UTC(), database.FromTime(database.Time(at)))
	assert.True(t, database.FromTime(database.Time(time.Time{})).IsZero())
}
