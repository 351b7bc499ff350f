package sugertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

func init() {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
}

// conforming is a transport that fails the test for each answer that the description does not allow.
type conforming struct {
	t    testing.TB
	next http.RoundTripper
}

func (c conforming) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	assert.NoError(c.t, checkAnswer(r, response, body), "%s %s answered %d %.300s", r.Method, r.URL, response.StatusCode, body)
	return response, nil
}

func checkAnswer(r *http.Request, response *http.Response, body []byte) error {
	op := findOperation(r)
	if op == nil {
		return nil
	}
	return openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: op.route},
		Status:                 response.StatusCode,
		Header:                 response.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

func findOperation(r *http.Request) *operation {
	for _, op := range loadDescription().operations {
		if op.method() == r.Method && matches(op.path(), r.URL.EscapedPath()) {
			return op
		}
	}
	return nil
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i, segment := range want {
		if segment != got[i] && !strings.HasPrefix(segment, "{") {
			return false
		}
	}
	return true
}

// checked makes a client of the server check every answer.
func checked(t testing.TB, s *Server) api.Option {
	return api.WithTransport(conforming{t, s.http.Client().Transport})
}

// newRequest makes up a valid request for an operation.
func newRequest(t testing.TB, s *Server, op *operation, seed uint64) *http.Request {
	synth := &synthesizer{seed: seed, now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	path := op.path()
	for _, p := range op.parameters("path") {
		value := fmt.Sprint(synth.value(p.Schema, p.Name, op.id+"/"+p.Name))
		if p.Name == "orgId" {
			value = s.OrgID
		}
		path = strings.Replace(path, "{"+p.Name+"}", value, 1)
	}
	var body io.Reader
	contentType := ""
	if requestBody := op.route.Operation.RequestBody; requestBody != nil {
		for mediaType, content := range requestBody.Value.Content {
			contentType = mediaType
			if mediaType == "multipart/form-data" {
				var form bytes.Buffer
				w := multipart.NewWriter(&form)
				part, err := w.CreateFormFile("file", "usage.csv")
				require.NoError(t, err)
				_, _ = io.WriteString(part, "day,calls\n")
				require.NoError(t, w.Close())
				contentType, body = w.FormDataContentType(), &form
				continue
			}
			data, err := json.Marshal(synth.value(content.Schema, "", op.id+"/body"))
			require.NoError(t, err)
			body = bytes.NewReader(data)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), op.method(), s.URL+path, body)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Key "+s.APIKey)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	query := r.URL.Query()
	for _, p := range op.parameters("query") {
		if p.Required {
			query.Set(p.Name, fmt.Sprint(synth.value(p.Schema, p.Name, op.id+"/"+p.Name)))
		}
	}
	r.URL.RawQuery = query.Encode()
	return r
}

// send sends a request and returns status and body.
func send(t testing.TB, s *Server, r *http.Request) (int, string) {
	response, err := s.http.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.NoError(t, checkAnswer(r, response, body), "%s %s: %.2000s", r.Method, r.URL, body)
	return response.StatusCode, string(body)
}

func TestEveryOperationAnswersFromTheDescription(t *testing.T) {
	t.Parallel()
	require.Len(t, loadDescription().operations, 106)
	for name, option := range map[string]Option{"examples": Examples(), "synthesized": Synthesized(7)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := New(t, option)
			for _, op := range loadDescription().operations {
				status, body := send(t, s, newRequest(t, s, op, 1))
				assert.Equal(t, http.StatusOK, status, "%s: %s", op.id, body)
			}
		})
	}
}

func TestStartIsFast(t *testing.T) {
	t.Parallel()
	loadDescription()
	start := time.Now()
	New(t)
	assert.Less(t, time.Since(start), 50*time.Millisecond)
}
