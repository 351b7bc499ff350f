//go:build postgres

package webhook_test

import (
	"database/sql"
	"fmt"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPostgres holds the store to the same on the server that tests/usage/run has started, each test in a schema of its own.
func TestPostgres(t *testing.T) {
	t.Parallel()
	server := os.Getenv("SUGER_TEST_POSTGRES")
	require.NotEmpty(t, server, "run tests/usage/run, which starts a Postgres")
	for name, test := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			admin, err := sql.Open("pgx", server)
			require.NoError(t, err)
			schema := fmt.Sprintf("webhook_%x", name)
			_, err = admin.Exec("CREATE SCHEMA " + schema)
			require.NoError(t, err)
			t.Cleanup(func() {
				_, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE")
				assert.NoError(t, err)
				assert.NoError(t, admin.Close())
			})
			test(t, database{"pgx", fmt.Sprintf("%s&search_path=%s", server, schema)})
		})
	}
}
