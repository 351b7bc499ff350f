package webhook_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/webhook"
)

// crashPoint is the variable of the environment that makes the test program a receiver which dies there.
const crashPoint = "SUGER_TEST_CRASH"

func TestMain(m *testing.M) {
	if point := os.Getenv(crashPoint); point != "" {
		fmt.Println(receiveAndDie(strings.Split(point, " ")))
		os.Exit(1) // it should be dead by now
	}
	os.Exit(m.Run())
}

// receiveAndDie handles an event, and dies without notice at a point of it.
func receiveAndDie(args []string) error {
	ctx, point := context.Background(), args[0]
	d := database{args[1], args[2]}
	db, err := sql.Open(d.driver, d.source)
	if err != nil {
		return err
	}
	store, err := d.store(ctx, db, "us")
	if err != nil {
		return err
	}
	dieAt := func(here string) {
		if here == point {
			self, _ := os.FindProcess(os.Getpid()) // which is always found
			_ = self.Kill()
			select {}
		}
	}
	return store.Once(ctx, "a", func(ctx context.Context) error {
		err := store.Tx(ctx, func(ctx context.Context, tx webhook.Querier) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO rows VALUES ('row')")
			dieAt("before-commit")
			return err
		})
		dieAt("after-commit")
		return err
	})
}

// crash holds that a receiver which dies has either written and remembered the event or neither.
func crash(t *testing.T, d database) {
	p := d.start(t, "us")
	for _, test := range []struct {
		point string
		rows  int
	}{{"before-commit", 0}, {"before-commit", 0}, {"after-commit", 1}} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %s", crashPoint, test.point, d.driver, d.source))
		out, err := cmd.CombinedOutput()
		require.EqualError(t, err, "signal: killed", "%s", out)
		assert.Equal(t, test.rows, p.rows(t), test.point)
	}
	assert.Equal(t, 204, post(t, p.server, eventWithID("a")))
	assert.Empty(t, p.events, "the event is remembered")
	assert.Equal(t, 1, p.rows(t))
}
