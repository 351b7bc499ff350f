package sugertest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// companies returns objects of the type GlobalCompany to filter.
func companies(t testing.TB) []any {
	t.Helper()
	value, err := decode([]byte(`[
		{"id": "1", "name": "Acme (EU) 100%", "isVendor": true, "employeeCount": 9, "creationTime": "2026-01-01T00:00:00Z"},
		{"id": "2", "name": "acme\nlabs", "isVendor": false, "employeeCount": 10, "creationTime": "2026-02-01T12:00:00+02:00"},
		{"id": "3", "name": "Globex \"2\"", "employeeCount": 2.5e1, "creationTime": "2026-02-01T10:00:00.5Z"},
		{"id": "4"}
	]`))
	require.NoError(t, err)
	return value.([]any)
}

func TestFilterLanguage(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`(= id "2")`:                                           "2",
		`  ( =  id"2" ) `:                                      "2",
		`(!= id "2")`:                                          "1 3 4",
		"(!= name \"acme\nlabs\")":                             "1 3 4",
		`(= name "Globex \"2\"")`:                              "3",
		`(= is_vendor true)`:                                   "1",
		`(= is_vendor false)`:                                  "2",
		`(!= is_vendor true)`:                                  "2 3 4",
		`(= employee_count 25)`:                                "3",
		`(> employee_count 9)`:                                 "2 3",
		`(< employee_count 1e1)`:                               "1",
		`(< creation_time "2026-02-01")`:                       "1",
		`(= creation_time "2026-02-01T10:00:00Z")`:             "2",
		`(> creation_time "2026-02-01T10:00:00Z")`:             "3",
		`(> name "a")`:                                         "2",
		`(in id "1" "3" "9")`:                                  "1 3",
		`(in id ("1" "3"))`:                                    "1 3",
		`(in employee_count 10)`:                               "2",
		`(like name "acme%")`:                                  "2",
		`(ilike name "acme%")`:                                 "1 2",
		`(ilike name "%LABS")`:                                 "2",
		`(like name "lobe")`:                                   "",
		`(like name "%(EU)%")`:                                 "1",
		`(like name "Acme .EU.%")`:                             "",
		`(like name "%0\\%")`:                                  "1",
		`(like name "%x\\%")`:                                  "",
		`(like name "Globex _2_")`:                             "3",
		`(like name "%")`:                                      "1 2 3",
		`(not (= id "2"))`:                                     "1 3 4",
		`(or (= id "1") (= id "4"))`:                           "1 4",
		`(and (ilike name "%acme%") (> employee_count 9))`:     "2",
		`(and (= id "1"))`:                                     "1",
		`(not (and (= is_vendor true) (ilike name "%acme%")))`: "2 3 4",
		`(and (or (= id "1") (= id "2")) (not (= id "2")))`:    "1",
	} {
		passes, err := parseFilter("GlobalCompany", source)
		require.NoError(t, err, source)
		var ids []string
		for _, o := range companies(t) {
			if passes(o.(object)) {
				ids = append(ids, text(o.(object), "id"))
			}
		}
		assert.Equal(t, want, strings.Join(ids, " "), source)
	}
}

func TestFilterErrors(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		``:                                "at byte 1: want (, not the end",
		`id`:                              "at byte 1: want (, not id",
		`(= id "1"`:                       "at byte 10: want ), not the end",
		`(= id "1"))`:                     "at byte 11: want the end, not )",
		`(= id "1") (= id "2")`:           "at byte 12: want the end, not (",
		`()`:                              `at byte 2: unknown operator ")"`,
		`(== id "1")`:                     `at byte 2: unknown operator "=="`,
		`(AND (= id "1"))`:                `at byte 2: unknown operator "AND"`,
		`(>= employee_count 1)`:           `at byte 2: unknown operator ">="`,
		`(and)`:                           "at byte 5: want (, not )",
		`(and "1")`:                       `at byte 6: want (, not "1"`,
		`(and (= id "1") (= nam "2"))`:    `at byte 20: there is no "nam"`,
		`(not (= id "1") (= id "2"))`:     "at byte 17: want ), not (",
		`(= isVendor true)`:               `at byte 4: there is no "isVendor"`,
		`(= meta_info.source "x")`:        `at byte 4: there is no "meta_info.source"`,
		`(= meta_info "x")`:               "at byte 4: meta_info is no text, number or boolean",
		`(= "id" "1")`:                    `at byte 4: there is no "\"id\""`,
		`(= id)`:                          "at byte 6: ) is no value of id",
		`(= id 1)`:                        "at byte 7: 1 is no value of id",
		`(= id null)`:                     "at byte 7: null is no value of id",
		`(= id '1')`:                      "at byte 7: '1' is no value of id",
		`(= id "1" "2")`:                  `at byte 11: want ), not "2"`,
		`(= id "1)`:                       `at byte 7: "1) is no value of id`,
		`(= id "\n")`:                     `at byte 7: "\n" is no value of id`,
		`(= is_vendor "true")`:            `at byte 14: "true" is no value of is_vendor`,
		`(= employee_count ten)`:          "at byte 19: ten is no value of employee_count",
		`(= employee_count 1e999999)`:     "at byte 19: 1e999999 is no value",
		`(in id)`:                         "at byte 7: ) is no value of id",
		`(in id ())`:                      "at byte 9: ) is no value of id",
		`(in id ("1")`:                    "at byte 13: want ), not the end",
		`(in id "1"`:                      "at byte 11:  is no value of id",
		`(like employee_count 1)`:         "at byte 23: employee_count is no text",
		strings.Repeat("(not ", 100):      "at byte 161: expressions nest deeper than 32",
		"(" + strings.Repeat("x", 10_000): `at byte 2: unknown operator "xxxxx`,
	} {
		_, err := parseFilter("GlobalCompany", source)
		if assert.Error(t, err, source) {
			assert.Contains(t, err.Error(), "query parameter q: "+want, "%.100s", source)
			assert.Less(t, len(err.Error()), 250, "%.100s", source)
		}
	}
}

// Filters, orders and lists of fields that fill a whole request are refused at once.
func TestHostileFilters(t *testing.T) {
	t.Parallel()
	srv := New(t)
	for _, part := range []string{"(", "(not ", "(and(", `"`, "\x00\xff", `(= id "1")`, "%", "\\", "name,"} {
		for _, parameter := range []string{"q", "s", "fields"} {
			hostile := url.QueryEscape(strings.Repeat(part, 1<<18/len(part)))
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/org/"+srv.OrgID+"/product/query?"+parameter+"="+hostile, nil)
			r.Header.Set("Authorization", "Key "+srv.APIKey)
			w := httptest.NewRecorder()
			srv.ServeHTTP(w, r)
			assert.Equal(t, http.StatusBadRequest, w.Code, "%s=%q...", parameter, part)
			assert.Less(t, w.Body.Len(), 500, "%s=%q...", parameter, part)
		}
	}
}

// No filter makes the parser panic, and "not" turns the result of every valid one around.
func FuzzFilter(f *testing.F) {
	for _, source := range []string{
		`(and (= is_vendor true) (ilike name "%acme%"))`, `(in id ("1" "2"))`, `(not (or (< employee_count -1.5e3) (!= name "\\\"")))`,
		`(like name "_\\%\\")`, `(= name "`, "((((", "",
	} {
		f.Add(source)
	}
	objects := companies(f)
	f.Fuzz(func(t *testing.T, source string) {
		passes, err := parseFilter("GlobalCompany", source)
		if err != nil {
			var refused *failure
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, http.StatusBadRequest, refused.status)
			assert.Contains(t, err.Error(), "query parameter q: ")
			return
		}
		opposite, err := parseFilter("GlobalCompany", "(not "+source+")")
		for _, o := range objects {
			if err == nil { // or one too deep or too long
				assert.NotEqual(t, passes(o.(object)), opposite(o.(object)))
			}
		}
	})
}

// No order or list of fields makes its parser panic.
func FuzzOrder(f *testing.F) {
	for _, source := range []string{"creation_time:desc,name:asc", "-creation_time,name", "name,metaInfo.awsEngagementScore", ",", "-", ":asc"} {
		f.Add(source)
	}
	a, b := companies(f)[0].(object), companies(f)[3].(object)
	f.Fuzz(func(t *testing.T, source string) {
		if order, err := parseOrder("GlobalCompany", source); err == nil {
			assert.Equal(t, order(a, b), -order(b, a))
		}
		_, _ = parseFields("GlobalCompany", source)
	})
}
