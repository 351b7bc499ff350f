//go:build postgres

package usage_test

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/usage"
)

var schemas atomic.Int64

// openDatabase opens the database of a test: a schema of its own on the server that tests/usage/run has started.
func openDatabase(t *testing.T) (*sql.DB, usage.Database) {
	t.Helper()
	server := os.Getenv("SUGER_TEST_POSTGRES")
	require.NotEmpty(t, server, "run tests/usage/run, which starts a Postgres")
	schema := fmt.Sprintf("%s_%d", strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(t.Name())), schemas.Add(1))
	db, err := sql.Open("pgx", fmt.Sprintf("%s&search_path=%s", server, schema))
	require.NoError(t, err)
	_, err = db.Exec("CREATE SCHEMA " + schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := db.Exec("DROP SCHEMA " + schema + " CASCADE")
		assert.NoError(t, err)
		assert.NoError(t, db.Close())
	})
	return db, usage.Postgres(db)
}
