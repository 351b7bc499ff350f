//go:build postgres

package database_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/internal/database"
)

// openPostgres opens pools on a schema of the test's own, on the server that tests/usage/run has started.
func openPostgres(t *testing.T) func() *database.DB {
	t.Helper()
	server := os.Getenv("SUGER_TEST_POSTGRES")
	require.NotEmpty(t, server, "run tests/usage/run, which starts a Postgres")
	admin, err := sql.Open("pgx", server)
	require.NoError(t, err)
	schema := strings.ToLower(t.Name())
	_, err = admin.Exec("CREATE SCHEMA " + schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE")
		assert.NoError(t, err)
		assert.NoError(t, admin.Close())
	})
	return func() *database.DB {
		db, err := sql.Open("pgx", fmt.Sprintf("%s&search_path=%s", server, schema))
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, db.Close()) })
		return database.Postgres(db)
	}
}

func TestPostgresMigrateAtOnce(t *testing.T) {
	t.Parallel()
	open := openPostgres(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { assert.NoError(t, open().Migrate(t.Context(), "things", things)) })
	}
	group.Wait()
	require.NoError(t, open().Migrate(t.Context(), "things", things, "ALTER TABLE things ADD COLUMN name TEXT"))
	assert.ErrorContains(t, open().Migrate(t.Context(), "things", things), "up to 1")
	require.Error(t, open().Migrate(t.Context(), "broken", "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT)"))
	_, err := open().Exec("SELECT * FROM half")
	assert.ErrorContains(t, err, "does not exist", "all of the steps or none")
}

// TestPostgresSkipLocked has two transactions take one row each of two, while both are open.
func TestPostgresSkipLocked(t *testing.T) {
	t.Parallel()
	db := openPostgres(t)()
	require.NoError(t, db.Migrate(t.Context(), "things", things+"INSERT INTO things VALUES ('a', 1), ('b', 1)"))
	take := func(ctx context.Context, q database.Querier) string {
		var id string
		query := db.Rebind("SELECT id FROM things WHERE size = ? ORDER BY id LIMIT 1" + db.SkipLocked())
		require.NoError(t, q.QueryRowContext(ctx, query, 1).Scan(&id))
		return id
	}
	require.NoError(t, db.Tx(t.Context(), func(ctx context.Context, q database.Querier) error {
		assert.Equal(t, "a", take(ctx, q))
		return db.Tx(ctx, func(ctx context.Context, q database.Querier) error {
			assert.Equal(t, "b", take(ctx, q))
			return nil
		})
	}))
}

func TestPostgresNow(t *testing.T) {
	t.Parallel()
	db := openPostgres(t)()
	now, err := db.Now(t.Context(), db)
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), now, time.Minute, "the server is on this machine")
}
