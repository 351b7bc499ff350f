package robustness

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/time/rate"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// planted is in every secret. Nothing may show it.
const planted = "planted5ecret"

// plants are clients whose credentials hold the secret, each under the name of the option that sets them.
type plants struct {
	source  oauth2.TokenSource
	access  map[string][]api.Option
	clients map[string]*api.Client
	errs    map[string]error // of a call that repeats the credentials in its refusal
	log     bytes.Buffer     // of all the clients
	logger  *slog.Logger
}

func newPlants(t *testing.T) *plants {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" || r.URL.Path == "/public/apiClient/accessToken" {
			answer(200, "application/json", `{"access_token": "`+planted+`-token", "token_type": "Bearer", "expires_in": 3600}`)(w, r)
			return
		}
		answer(409, "application/json", fmt.Sprintf("%q", "a conflict with "+r.Header.Get("Authorization")))(w, r)
	}))
	t.Cleanup(server.Close)
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: planted + "-token"})
	p := &plants{source: source, clients: map[string]*api.Client{}, errs: map[string]error{}, access: map[string][]api.Option{
		"WithAPIKey":      {api.WithAPIKey(planted + "-key")},
		"WithOAuth":       {api.WithOAuth("id", planted), api.WithTokenURL(server.URL + "/token")},
		"WithBearerLogin": {api.WithBearerLogin("id", planted)},
		"WithTokenSource": {api.WithTokenSource(source)},
	}}
	p.logger = slog.New(slog.NewTextHandler(&p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for name, opts := range p.access {
		client, err := api.New("org-1", append(opts, api.WithBaseURL(server.URL), api.WithRetry(quick), api.WithLogger(p.logger), api.WithLoggedBodies())...)
		require.NoError(t, err)
		t.Cleanup(client.CloseIdleConnections)
		_, p.errs[name] = client.Offers.Get(t.Context(), "o-1") // which fills the caches of tokens
		require.ErrorIs(t, p.errs[name], api.ErrConflict)
		p.clients[name] = client
	}
	return p
}

// ofAPI returns what the exported functions of package api return, and a value of each type.
func (p *plants) ofAPI(t *testing.T) map[string][]any {
	t.Helper()
	_, refusal := api.New("org-1", api.WithAPIKey(planted+"\n"))
	require.Error(t, refusal)
	_, noEnv := api.NewFromEnv(api.WithAPIKey(planted))
	require.Error(t, noEnv)
	_, notURL := api.New("org-1", api.WithAPIKey("key"), api.WithBaseURL("https://user:"+planted+"@api.test"))
	require.Error(t, notURL)
	return map[string][]any{
		"api.New":                {p.clients["WithAPIKey"], p.clients["WithOAuth"], p.clients["WithBearerLogin"], p.clients["WithTokenSource"], refusal, notURL},
		"api.NewFromEnv":         {noEnv},
		"api.Client":             {*p.clients["WithAPIKey"], *p.clients["WithOAuth"], *p.clients["WithBearerLogin"], *p.clients["WithTokenSource"]},
		"api.Collect":            {collected(p.clients["WithAPIKey"])},
		"api.DecodeStrict":       {api.DecodeStrict([]byte(`{"secret": "`+planted+`", "id": {"x": "`+planted+`"}, "name": "`+planted), new(gen.Offer))},
		"api.IsRetryable":        {api.IsRetryable(p.errs["WithOAuth"])},
		"api.WaitFor":            {waitError(t, p.clients["WithOAuth"])},
		"api.Environment":        {api.Production},
		"api.RetryPolicy":        {quick},
		"api.WaitOptions":        {api.WaitOptions{}},
		"api.WaitError":          {&api.WaitError[*api.Client]{Last: p.clients["WithOAuth"], Err: context.Canceled}},
		"api.Error":              {p.errs},
		"api.DecodeError":        {failure[api.DecodeError](t, answer(200, "text/plain", "no JSON"))},
		"api.TransportError":     {failure[api.TransportError](t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })},
		"api.AccessError":        {failure[api.AccessError](t, answer(401, "application/json", `{"error": "invalid_client"}`), api.WithBearerLogin("id", planted))},
		"api.CallInfo":           {failure[api.Error](t, answer(404, "", "")).CallInfo},
		"api.UsageError":         {&api.UsageError{Operation: "Metering.ReportUsageRecordGroup"}},
		"api.IsTemporary":        {api.IsTemporary(0, p.errs["WithOAuth"])},
		"api.DefaultRetryPolicy": {api.DefaultRetryPolicy()},
		"api.OperationFrom":      operationsSeen(t),
	}
}

// ofOptions does the same for the options of clients and of calls.
func (p *plants) ofOptions() map[string][]any {
	var response *http.Response
	return map[string][]any{
		"api.WithAPIKey":           {p.access["WithAPIKey"], p.errs["WithAPIKey"]},
		"api.WithOAuth":            {p.access["WithOAuth"], p.errs["WithOAuth"]},
		"api.WithBearerLogin":      {p.access["WithBearerLogin"], p.errs["WithBearerLogin"]},
		"api.WithTokenSource":      {p.access["WithTokenSource"], p.errs["WithTokenSource"]},
		"api.WithTokenURL":         {api.WithTokenURL("https://user:" + planted + "@api.test")},
		"api.WithBaseURL":          {api.WithBaseURL("https://user:" + planted + "@api.test")},
		"api.WithEnvironment":      {api.WithEnvironment(api.Production)},
		"api.WithHTTPClient":       {api.WithHTTPClient(&http.Client{Transport: &oauth2.Transport{Source: p.source}})},
		"api.WithTransport":        {api.WithTransport(&oauth2.Transport{Source: p.source})},
		"api.WithUserAgent":        {api.WithUserAgent("x")},
		"api.WithTimeout":          {api.WithTimeout(1)},
		"api.WithMaxResponseBytes": {api.WithMaxResponseBytes(1)},
		"api.WithRetry":            {api.WithRetry(quick)},
		"api.WithRateLimit":        {api.WithRateLimit(rate.NewLimiter(1, 1))},
		"api.WithLogger":           {api.WithLogger(p.logger)},
		"api.WithLoggedBodies":     {api.WithLoggedBodies()},
		"api.Option":               {p.access},
		"api.CallOption":           {api.Max(1)},
		"api.Header":               {api.Header("X-Secret", planted)},
		"api.Timeout":              {api.Timeout(time.Second)},
		"api.Effect":               {api.Effect(gen.EffectRead)},
		"api.Capture":              {api.Capture(&response)},
		"api.Max":                  {api.Max(1)},
		"api.Position":             {api.Position(new(int64))},
		"api.Ahead":                {api.Ahead(1)},
	}
}

// ofGen does the same for the functions of package gen.
func (p *plants) ofGen() map[string][]any {
	one, another := p.clients["WithAPIKey"], p.clients["WithOAuth"]
	return map[string][]any{
		"gen.NewTime":                 {gen.NewTime(time.Time{})},
		"gen.RawFilter":               {gen.RawFilter("")},
		"gen.Eq":                      {gen.Eq("a", 1)},
		"gen.Ne":                      {gen.Ne("a", 1)},
		"gen.Lt":                      {gen.Lt("a", 1)},
		"gen.Gt":                      {gen.Gt("a", 1)},
		"gen.In":                      {gen.In("a", 1)},
		"gen.Like":                    {gen.Like("a", "x")},
		"gen.ILike":                   {gen.ILike("a", "x")},
		"gen.And":                     {gen.And()},
		"gen.Or":                      {gen.Or()},
		"gen.Not":                     {gen.Not(nil)},
		"gen.RawSortOrder":            {gen.RawSortOrder("")},
		"gen.Asc":                     {gen.Asc("a")},
		"gen.Desc":                    {gen.Desc("a")},
		"gen.OrderBy":                 {gen.OrderBy()},
		"gen.Unmarshal":               {gen.Unmarshal([]byte(`{"id": "`+planted), new(gen.Offer)), gen.Unmarshal([]byte(`{"id": ["`+planted+`"]}`), new(gen.Offer))},
		"gen.SegmentFault":            {gen.SegmentFault(planted)},
		"gen.IsHeaderValue":           {gen.IsHeaderValue(planted)},
		"gen.NewAPIClientsService":    {one.APIClients, *another.APIClients},
		"gen.NewBillingService":       {one.Billing, *another.Billing},
		"gen.NewBuyersService":        {one.Buyers, *another.Buyers},
		"gen.NewCatalogService":       {one.Catalog, *another.Catalog},
		"gen.NewCRMService":           {one.CRM, *another.CRM},
		"gen.NewOperationsService":    {one.Operations, *another.Operations},
		"gen.NewOrganizationService":  {one.Organization, *another.Organization},
		"gen.NewContactsService":      {one.Contacts, *another.Contacts},
		"gen.NewEntitlementsService":  {one.Entitlements, *another.Entitlements},
		"gen.NewMeteringService":      {one.Metering, *another.Metering},
		"gen.NewNotificationsService": {one.Notifications, *another.Notifications},
		"gen.NewOffersService":        {one.Offers, *one.Offers, p.clients["WithBearerLogin"].Offers, *p.clients["WithBearerLogin"].Offers},
		"gen.NewProductsService":      {one.Products, *another.Products},
		"gen.NewReportsService":       {one.Reports, *another.Reports},
		"gen.NewSupportService":       {one.Support, *another.Support},
	}
}

// TestNoSecretShows takes what every exported function of the packages returns, and a value of every exported type that is
// no schema, and prints it. A function or type that is new to the packages needs a line above.
func TestNoSecretShows(t *testing.T) {
	t.Parallel()
	p := newPlants(t)
	results := p.ofAPI(t)
	maps.Copy(results, p.ofOptions())
	maps.Copy(results, p.ofWebhook(t))
	maps.Copy(results, p.ofSignup(t))
	maps.Copy(results, p.ofUsage(t))
	maps.Copy(results, p.ofGen())
	for _, name := range exported(t) {
		assert.NotEmpty(t, results[name], "%s is not looked at", name)
	}
	for name, values := range results {
		for _, value := range values {
			assertNoSecret(t, name, value)
		}
	}
	assert.NotEmpty(t, p.log.String())
	assert.NotContains(t, p.log.String(), planted)
}

// exported returns the functions of the packages, and the types of all but gen.
func exported(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, dir := range []string{"api", "api/signup", "api/usage", "api/webhook", "gen"} {
		pkg := filepath.Base(dir)
		files, err := filepath.Glob("../../" + dir + "/*.go")
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, decl := range parsed.Decls {
				switch decl := decl.(type) {
				case *ast.FuncDecl:
					if decl.Recv == nil && decl.Name.IsExported() {
						names = append(names, pkg+"."+decl.Name.Name)
					}
				case *ast.GenDecl:
					for _, spec := range decl.Specs {
						if spec, ok := spec.(*ast.TypeSpec); ok && ast.IsExported(spec.Name.Name) && pkg != "gen" {
							names = append(names, pkg+"."+spec.Name.Name)
						}
					}
				}
			}
		}
	}
	require.Greater(t, len(names), 50)
	return names
}

// failure returns the error of a call that a server answers so.
func failure[T any](t *testing.T, handler http.HandlerFunc, access ...api.Option) *T {
	t.Helper()
	if access == nil {
		access = []api.Option{api.WithAPIKey(planted + "-key")}
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := api.New("org-1", append(access, api.WithBaseURL(server.URL), api.WithRetry(quick))...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	_, err = client.Offers.Get(t.Context(), "o-1")
	for ; err != nil; err = errors.Unwrap(err) {
		if e, ok := any(err).(*T); ok {
			return e
		}
	}
	t.Fatalf("no %T", *new(T))
	return nil
}

// collected returns the error of a list that is read to its end.
func collected(client *api.Client) error {
	_, err := api.Collect(client.Offers.All(context.Background(), nil))
	return err
}

func waitError(t *testing.T, client *api.Client) error {
	t.Helper()
	get := func(ctx context.Context) (*gen.Offer, error) { return client.Offers.Get(ctx, "o-1") }
	_, err := api.WaitFor(t.Context(), get, func(*gen.Offer) bool { return true }, api.WaitOptions{})
	require.Error(t, err)
	return err
}

// encodings of the secret that fmt and the encoders write.
var encodings = func() []string {
	decimal := strings.Trim(fmt.Sprint([]byte(planted)), "[]")
	goBytes := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", []byte(planted)), "[]byte{"), "}")
	list := []string{planted, fmt.Sprintf("%x", planted), fmt.Sprintf("%X", planted), fmt.Sprintf("% x", planted), decimal, goBytes}
	for i := range 3 { // base64 depends on where in the text the secret is
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", i) + planted))
		list = append(list, encoded[4:len(encoded)-4])
	}
	return list
}()

// assertNoSecret prints a value in every way a program might, and looks through its fields.
func assertNoSecret(t *testing.T, name string, value any) {
	t.Helper()
	var text bytes.Buffer
	for _, flags := range []string{"", "+", "#", " ", "+#"} {
		for verb := 'A'; verb <= 'z'; verb++ {
			if verb <= 'Z' || verb >= 'a' {
				fmt.Fprintf(&text, "%"+flags+string(verb)+"\n", value)
			}
		}
	}
	slog.New(slog.NewTextHandler(&text, nil)).Error("text", "value", value)
	slog.New(slog.NewJSONHandler(&text, nil)).Error("json", "value", value)
	if encoded, err := json.Marshal(value); err == nil {
		text.Write(encoded)
	}
	for _, secret := range encodings {
		assert.NotContains(t, text.String(), secret, "%s prints the secret", name)
	}
	if where := find(reflect.ValueOf(value), map[uintptr]bool{}); where != "" {
		t.Errorf("%s holds the secret, where a printer of whole structures finds it: %s", name, where)
	}
}

// find returns where in a value the secret is, in fields that are not exported too, "" if it is nowhere. What a function has
// enclosed cannot be printed, and the buffers of net/http are not ours.
func find(v reflect.Value, seen map[uintptr]bool) string {
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), planted) {
			return "here"
		}
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] || strings.HasPrefix(v.Type().Elem().PkgPath(), "net/http") {
			return ""
		}
		seen[v.Pointer()] = true
		return find(v.Elem(), seen)
	case reflect.Interface:
		return find(v.Elem(), seen)
	case reflect.Struct:
		for i := range v.NumField() {
			if where := find(v.Field(i), seen); where != "" {
				return v.Type().String() + "." + v.Type().Field(i).Name + " " + where
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			if bytes.Contains(v.Bytes(), []byte(planted)) {
				return "here"
			}
			return ""
		}
		for i := range v.Len() {
			if where := find(v.Index(i), seen); where != "" {
				return where
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if where := find(entries.Key(), seen) + find(entries.Value(), seen); where != "" {
				return where
			}
		}
	}
	return ""
}
