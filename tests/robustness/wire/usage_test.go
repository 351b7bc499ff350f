package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// meter is a server that takes usage. It answers each report with the next of the answers, and the list as list says.
type meter struct {
	reports http.HandlerFunc
	list    func(w http.ResponseWriter, r *http.Request, id string)

	mu      sync.Mutex
	ids     []string // of the reports that arrived
	lookups int
}

func (m *meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/usageRecordGroup") {
		m.lookups++
		m.list(w, r, m.ids[len(m.ids)-1])
		return
	}
	body, _ := io.ReadAll(r.Body)
	var report struct{ ID string }
	_ = json.Unmarshal(body, &report)
	m.ids = append(m.ids, report.ID)
	m.reports(w, r)
}

// sent returns the ids of the reports that arrived.
func (m *meter) sent() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.ids)
}

// stored lists one group of usage, and after it nothing.
func stored(status string, records string) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, r *http.Request, id string) {
		if offset := r.URL.Query().Get("offset"); offset != "" && offset != "0" {
			answer(200, "application/json", `{"usageRecordGroups": []}`)(w, r)
			return
		}
		answer(200, "application/json", fmt.Sprintf(`{"usageRecordGroups": [
			{"id": "another", "entitlementID": "e-1", "organizationID": "org-1", "records": {"gb": 99}, "status": "REPORTED"},
			{"id": %q, "entitlementID": "e-1", "organizationID": "org-1", "records": %s, "status": %q}]}`, id, records, status))(w, r)
	}
}

var (
	conflict = answer(409, "application/json", `"the id exists"`)
	none     = func(w http.ResponseWriter, r *http.Request, _ string) {
		answer(200, "application/json", `{"usageRecordGroups": []}`)(w, r)
	}
)

func lists(handler http.HandlerFunc) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, r *http.Request, _ string) { handler(w, r) }
}

func report(t *testing.T, client *api.Client, id *string) (*gen.UsageRecordGroup, error) {
	t.Helper()
	return client.Metering.ReportUsageRecordGroup(t.Context(), "e-1", gen.CreateUsageRecordGroupParams{
		OrganizationID: orgID, EntitlementID: "e-1", ID: id, Records: map[string]float64{"gb": 5},
	})
}

// TestLostReport has reports of usage whose answers are all lost. Without an id of the caller's the natural repeat counts the usage
// twice, so the outcome is unknown and the repeat is not harmless.
func TestLostReport(t *testing.T) {
	t.Parallel()
	for name, lost := range inDoubt {
		for _, id := range []*string{nil, new("mine")} {
			t.Run(fmt.Sprint(name, " ", id != nil), func(t *testing.T) {
				t.Parallel()
				m := &meter{reports: lost, list: none}
				_, err := report(t, serve(t, m.ServeHTTP), id)
				require.Error(t, err)
				assertUnknown(t, true, err)
				assert.Equal(t, id != nil, api.IsRetryable(err), "IsRetryable")
				ids := m.sent()
				assert.Len(t, ids, 3)
				for _, sent := range ids {
					assert.Equal(t, ids[0], sent, "every try has the same id")
				}
			})
		}
	}
}

// TestConflictOfReport checks that 409 is success only where a try of this very call came before it and the server has what it sent.
func TestConflictOfReport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		reports []http.HandlerFunc
		list    func(http.ResponseWriter, *http.Request, string)
		success bool
		unknown bool
	}{
		{"at once", []http.HandlerFunc{conflict}, stored("CREATED", `{"gb": 5}`), false, false},
		{"after 429", []http.HandlerFunc{answer(429, "", ""), conflict}, stored("CREATED", `{"gb": 5}`), false, false},
		{"after a lost answer", []http.HandlerFunc{hangUp, conflict}, stored("CREATED", `{"gb": 5}`), true, false},
		{"after 502", []http.HandlerFunc{answer(502, "", ""), conflict}, stored("REPORTED", `{"gb": 5}`), true, false},
		{"after 500 and a lost answer", []http.HandlerFunc{answer(500, "", ""), hangUp, conflict}, stored("CREATED", `{"gb": 5}`), true, false},
		{"other records", []http.HandlerFunc{hangUp, conflict}, stored("REPORTED", `{"gb": 7}`), false, false},
		{"more records", []http.HandlerFunc{hangUp, conflict}, stored("CREATED", `{"gb": 5, "seats": 1}`), false, false},
		{"not in the list", []http.HandlerFunc{hangUp, conflict}, none, false, true},
		{"no list", []http.HandlerFunc{hangUp, conflict}, lists(answer(403, "", "")), false, true},
		{"list is lost", []http.HandlerFunc{hangUp, conflict}, lists(hangUp), false, true},
		{"login page for a list", []http.HandlerFunc{hangUp, conflict}, lists(answer(200, "text/html", page)), false, true},
	} {
		for _, id := range []*string{nil, new("mine")} {
			t.Run(fmt.Sprint(tt.name, " ", id != nil), func(t *testing.T) {
				t.Parallel()
				m := &meter{reports: inTurn(tt.reports...), list: tt.list}
				group, err := report(t, serve(t, m.ServeHTTP), id)
				ids := m.sent()
				assert.Len(t, ids, len(tt.reports))
				if id == nil && strings.HasSuffix(tt.name, "records") { // which Suger mapped: nobody else has the id
					require.NoError(t, err)
					assert.Equal(t, ids[0], group.GetID())
					return
				}
				if tt.success {
					require.NoError(t, err)
					assert.Equal(t, ids[0], group.GetID())
					assert.Equal(t, map[string]float64{"gb": 5}, group.GetRecords())
					assert.NotEmpty(t, group.GetStatus())
					m.mu.Lock()
					assert.NotZero(t, m.lookups)
					m.mu.Unlock()
					return
				}
				require.ErrorIs(t, err, api.ErrConflict)
				_, ok := errors.AsType[*api.Error](err)
				assert.True(t, ok, "%T", err)
				assertUnknown(t, tt.unknown, err)
				assert.False(t, api.IsRetryable(err))
			})
		}
	}
}
