package robustness

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/signup"
	"github.com/suger-go/suger/api/usage"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// ofWebhook does the same for package webhook.
func (p *plants) ofWebhook(t *testing.T) map[string][]any {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "events.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	_, postgresErr := webhook.Postgres(t.Context(), db, "webhook") // which that database is not
	require.Error(t, postgresErr)
	store, err := webhook.SQLite(t.Context(), db, "webhook")
	require.NoError(t, err)
	client := p.clients["WithAPIKey"]
	router := webhook.NewRouter(client, func(context.Context, *gen.NotificationEvent) error { return nil })
	_, replayErr := webhook.Replay(t.Context(), client, "https://webhook.example.com/", planted, time.Time{})
	require.Error(t, replayErr)
	handler := webhook.Handler(planted, func(context.Context, *gen.NotificationEvent) error { return nil }, webhook.WithSecrets(planted+"-old"))
	_, parseErr := webhook.Parse(nil)
	return map[string][]any{
		"webhook.Handler":           {handler},
		"webhook.Option":            {webhook.WithSecrets(planted)},
		"webhook.WithSecrets":       {webhook.WithSecrets(planted, planted)},
		"webhook.WithMaxBodyBytes":  {webhook.WithMaxBodyBytes(1)},
		"webhook.WithDeduplication": {webhook.WithDeduplication(1)},
		"webhook.WithErrorHandler":  {webhook.WithErrorHandler(func(*http.Request, int, error) {})},
		"webhook.Parse":             {parseErr},
		"webhook.Replay":            {replayErr},
		"webhook.Router":            {router},
		"webhook.NewRouter":         {router},
		"webhook.Querier":           {webhook.Querier(nil)},
		"webhook.Store":             {webhook.Store(store)},
		"webhook.SQLStore":          {store},
		"webhook.StoreOption":       {webhook.KeepEvents(time.Hour)},
		"webhook.KeepEvents":        {webhook.KeepEvents(time.Hour)},
		"webhook.SQLite":            {store},
		"webhook.Postgres":          {postgresErr},
		"webhook.WithStore":         {webhook.WithStore(store)},
		"webhook.Sign":              {webhook.Sign(planted, []byte("{}"))},
		"webhook.Verify":            {webhook.Verify(planted, http.Header{}, nil), webhook.Verify(planted, http.Header{webhook.SignatureHeader: {"sha256=00"}}, nil)},
	}
}

// ofSignup does the same for package signup. The client's call fails with an answer that repeats the credentials.
func (p *plants) ofSignup(t *testing.T) map[string][]any {
	_, err := signup.Read(t.Context(), p.clients["WithAPIKey"], httptest.NewRequest(http.MethodGet, "/?sugerEntitlementId=ent-1", nil))
	require.ErrorIs(t, err, signup.ErrUnavailable)
	refused, ok := errors.AsType[*signup.Error](err)
	require.True(t, ok)
	return map[string][]any{
		"signup.Read":    {err},
		"signup.Error":   {*refused, refused.Err},
		"signup.Arrival": {signup.Arrival{}},
	}
}

// ofUsage does the same for package usage, with a group whose report fails in the same way.
func (p *plants) ofUsage(t *testing.T) map[string][]any {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "usage.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	client := p.clients["WithAPIKey"]
	reporter, err := usage.New(client, usage.SQLite(db), usage.WithLogger(p.logger))
	require.NoError(t, err)
	event := usage.Event{ID: "1", EntitlementID: "ent-1", Dimension: "calls", Quantity: 1, Time: time.Now()}
	require.NoError(t, reporter.Add(t.Context(), event))
	event.Quantity = 2
	conflict, ok := errors.AsType[*usage.ConflictError](reporter.Add(t.Context(), event))
	require.True(t, ok)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	flushErr := reporter.Flush(ctx, "ent-1")
	require.Error(t, flushErr)
	refusals, err := reporter.Refused(t.Context())
	require.NoError(t, err)
	status, err := reporter.Status(t.Context())
	require.NoError(t, err)
	outcome, reportErr := usage.Report(t.Context(), client, gen.CreateUsageRecordGroupParams{
		ID: new("g-1"), EntitlementID: "ent-1", Records: map[string]float64{"calls": 1}})
	require.Error(t, reportErr)
	return map[string][]any{
		"usage.New":                 {reporter, flushErr, kept(t, db)},
		"usage.Reporter":            {reporter},
		"usage.Database":            {usage.SQLite(db)},
		"usage.SQLite":              {usage.SQLite(db)},
		"usage.Postgres":            {usage.Postgres(db)},
		"usage.Event":               {event},
		"usage.ConflictError":       {*conflict, conflict},
		"usage.WaitingError":        {usage.WaitingError{}, flushErr},
		"usage.Refusal":             {refusals},
		"usage.Status":              {status},
		"usage.Verdict":             {outcome.Verdict},
		"usage.Outcome":             {outcome},
		"usage.Report":              {outcome, reportErr},
		"usage.Option":              {usage.WithParallel(1)},
		"usage.WithWindow":          {usage.WithWindow(time.Hour)},
		"usage.WithMemory":          {usage.WithMemory(time.Hour)},
		"usage.WithParallel":        {usage.WithParallel(1)},
		"usage.WithPollInterval":    {usage.WithPollInterval(time.Hour)},
		"usage.WithBackoff":         {usage.WithBackoff(1, 2)},
		"usage.WithLease":           {usage.WithLease(1)},
		"usage.WithDrain":           {usage.WithDrain(1)},
		"usage.WithDelayLimit":      {usage.WithDelayLimit(1, nil)},
		"usage.WithLogger":          {usage.WithLogger(slog.Default())},
		"usage.WithBillableMetrics": {usage.WithBillableMetrics()},
	}
}

// kept returns what a reporter has stored about the groups.
func kept(t *testing.T, db *sql.DB) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM suger_usage_groups")
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var texts []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		require.NoError(t, rows.Scan(values...))
		for i, value := range values {
			texts = append(texts, fmt.Sprintf("%s: %v", columns[i], *value.(*any)))
		}
	}
	require.NoError(t, rows.Err())
	require.NotEmpty(t, texts)
	return texts
}

// transport is a function in the place of a connection.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// operationsSeen returns what a transport sees of a login and of a call.
func operationsSeen(t *testing.T) []any {
	t.Helper()
	var seen []any
	answer := transport(func(r *http.Request) (*http.Response, error) {
		op, ok := api.OperationFrom(r.Context())
		assert.True(t, ok)
		seen = append(seen, op)
		w := httptest.NewRecorder()
		_, err := fmt.Fprintf(w, `{"access_token": %q, "token_type": "Bearer", "expires_in": 3600}`, planted+"-token")
		return w.Result(), err
	})
	client, err := api.New("org-1", api.WithBearerLogin("id", planted), api.WithTransport(answer))
	require.NoError(t, err)
	_, err = client.Offers.Get(t.Context(), "o-1")
	require.NoError(t, err)
	require.Len(t, seen, 2)
	return seen
}
