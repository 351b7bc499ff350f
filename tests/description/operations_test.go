// Package description holds the description to what is generated from it: nothing is lost on the way, and every operation
// has what its method is made of.
package description

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/operations"
)

const goldenFile = "../testdata/operations.txt"

var update = flag.Bool("update", false, "write "+goldenFile+" anew")

// recorder is a caller that sends nothing and remembers which operation it was asked for.
type recorder struct{ asked *gen.Operation }

func (r *recorder) Call(_ context.Context, call *gen.Call) error {
	r.asked = call.Operation
	return nil
}

// methods calls every method of every service once and returns the operations behind them, by the method's name.
func methods(t *testing.T) map[string]gen.Operation {
	r := &recorder{}
	all := map[string]gen.Operation{}
	for name, method := range operations.Methods(r, "org") {
		if operations.IsIterator(method) {
			continue // which calls the method of one page
		}
		r.asked = nil
		_, err := operations.Call(method, operations.LeastArguments(t.Context(), method, "x"))
		require.NoError(t, err, name)
		require.NotNil(t, r.asked, name)
		all[name] = *r.asked
	}
	return all
}

// TestOperations compares the operations of the description with those of the client, and both with a list that is kept, so
// that one that is lost or changes its name, path or effect is seen. Run it with -update after a change that is meant.
func TestOperations(t *testing.T) {
	t.Parallel()
	byID := map[string]string{} // method of the client by operationId
	var client []string
	for name, op := range methods(t) {
		assert.Equal(t, name, op.Name, "the name of the operation behind %s", name)
		byID[op.ID] = name
		tag, _, _ := strings.Cut(name, ".")
		client = append(client, fmt.Sprintln(op.Method, op.Path, tag, op.ID, name, op.Effect))
	}

	var description []string
	for _, op := range operations.All(t) {
		name := byID[op.OperationID]
		_, method, _ := strings.Cut(name, ".")
		assert.True(t, strings.EqualFold(method, op.Extensions["x-sdk-method"].(string)),
			"%s: the client's method is %q", op.OperationID, name)
		description = append(description,
			fmt.Sprintln(op.Method, op.Path, op.Tags[0], op.OperationID, name, op.Extensions["x-effect"]))
	}
	if *update {
		require.NoError(t, os.WriteFile(goldenFile, []byte(strings.Join(description, "")), 0o644))
	}
	data, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	golden := slices.Collect(strings.Lines(string(data)))

	assert.Empty(t, without(golden, description), "in the list, not in the description")
	assert.Empty(t, without(description, golden), "in the description, not in the list")
	assert.Empty(t, without(description, client), "in the description, not in the client")
	assert.Empty(t, without(client, description), "in the client, not in the description")
}

// without returns the lines of a that b lacks.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(line string) bool { return slices.Contains(b, line) })
}
