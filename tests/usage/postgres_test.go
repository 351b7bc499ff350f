//go:build postgres

package usage_test

import (
	"database/sql"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKillsOnPostgres is the proof with three processes at once, each of which is killed again and again.
func TestKillsOnPostgres(t *testing.T) {
	server := os.Getenv("SUGER_TEST_POSTGRES")
	require.NotEmpty(t, server, "run tests/usage/run, which starts a Postgres")
	admin, err := sql.Open("pgx", server)
	require.NoError(t, err)
	const schema = "kills"
	_, err = admin.Exec("CREATE SCHEMA " + schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE")
		assert.NoError(t, err)
		assert.NoError(t, admin.Close())
	})
	proof{driver: "pgx", source: server + "&search_path=" + schema, events: 50_000, processes: 3, fewest: 50}.run(t)
}
