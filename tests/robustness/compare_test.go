package robustness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/tests/operations"
)

// compare checks that what arrived is what was meant.
func compare(t *testing.T, op operations.Operation, want *meant, got arrived) {
	t.Helper()
	assert.Equal(t, op.Method, got.method)
	path, query, _ := strings.Cut(got.uri, "?")
	comparePath(t, want, path)
	compareQuery(t, want, query)
	compareHeader(t, op, want, got)
	switch want.media {
	case "":
		assert.Empty(t, got.body)
	case "multipart/form-data":
		compareFile(t, want, got)
	default:
		compareJSON(t, op, want, got)
	}
}

func comparePath(t *testing.T, want *meant, rawPath string) {
	t.Helper()
	var path []string
	for segment := range strings.SplitSeq(strings.TrimPrefix(rawPath, "/"), "/") {
		segment, err := url.PathUnescape(segment)
		require.NoError(t, err, rawPath)
		path = append(path, segment)
	}
	assert.Equal(t, want.path, path)
}

func compareQuery(t *testing.T, want *meant, rawQuery string) {
	t.Helper()
	query, err := url.ParseQuery(rawQuery)
	require.NoError(t, err, rawQuery)
	for name, values := range query {
		require.Len(t, values, 1, name)
		if number, ok := want.query[name].(json.Number); ok {
			assert.True(t, sameNumber(number, json.Number(values[0])), "%s: %s was meant, %s came", name, number, values[0])
			delete(want.query, name)
		} else if assert.Equal(t, want.query[name], values[0], name) {
			delete(want.query, name)
		}
	}
	assert.Empty(t, want.query, "not sent")
}

func compareHeader(t *testing.T, op operations.Operation, want *meant, got arrived) {
	t.Helper()
	for name, value := range map[string]string{"Authorization": "Key key", "User-Agent": "robustness suger-go/devel", "Accept-Encoding": "gzip"} {
		want.header.Set(name, value)
	}
	want.header["Accept"] = got.header["Accept"]
	if media, _ := op.Answer(); assert.Len(t, got.header["Accept"], 1) {
		assert.Equal(t, media, got.header["Accept"][0])
	}
	// A call that would act again and has no body comes with an empty one in chunks, which no transport can send again.
	chunked := op.Extensions["x-effect"] == "unsafe" && want.media == ""
	if want.media != "" || op.Method != http.MethodGet && op.Method != http.MethodDelete && !chunked {
		want.header.Set("Content-Length", strconv.Itoa(len(got.body)))
	}
	if want.media != "" {
		media, _, err := mime.ParseMediaType(got.header.Get("Content-Type"))
		assert.NoError(t, err)
		assert.Equal(t, want.media, media)
		want.header["Content-Type"] = got.header["Content-Type"]
	}
	assert.Equal(t, want.header, got.header)
}

func compareJSON(t *testing.T, op operations.Operation, want *meant, got arrived) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(got.body))
	decoder.UseNumber()
	var body any
	require.NoError(t, decoder.Decode(&body), "%s", got.body)
	if id, ok := op.Extensions["x-caller-id"].(string); ok && (want.body.(map[string]any)[id] == nil || want.body.(map[string]any)[id] == "") {
		delete(want.body.(map[string]any), id)
		made, _ := body.(map[string]any)[id].(string)
		assert.NoError(t, uuid.Validate(made), "the id that the client makes up")
		delete(body.(map[string]any), id)
	}
	if diff := difference("body", want.body, body); diff != "" {
		t.Error(diff)
	}
}

func compareFile(t *testing.T, want *meant, got arrived) {
	t.Helper()
	_, params, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	require.NoError(t, err)
	form := multipart.NewReader(bytes.NewReader(got.body), params["boundary"])
	part, err := form.NextRawPart()
	require.NoError(t, err)
	assert.Equal(t, "file", part.FormName())
	_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	require.NoError(t, err, part.Header)
	assert.Equal(t, want.name, disposition["filename"])
	file, err := io.ReadAll(part)
	require.NoError(t, err)
	assert.Equal(t, want.file, file)
	_, err = form.NextRawPart()
	assert.Equal(t, io.EOF, err, "one part")
}

// difference describes where two JSON values differ, "" if they are equal.
func difference(place string, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s: no object", place)
		}
		keys := maps.Clone(want)
		maps.Copy(keys, got)
		for key := range keys {
			w, meant := want[key]
			g, came := got[key]
			if meant != came {
				return fmt.Sprintf("%s has %q: meant %t, came %t", place, key, meant, came)
			}
			if diff := difference(fmt.Sprintf("%s/%.100q", place, key), w, g); diff != "" {
				return diff
			}
		}
		return ""
	case []any:
		got, ok := got.([]any)
		if !ok || len(want) != len(got) {
			return fmt.Sprintf("%s: %d items were meant, %.100v came", place, len(want), got)
		}
		for i := range want {
			if diff := difference(fmt.Sprintf("%s/%d", place, i), want[i], got[i]); diff != "" {
				return diff
			}
		}
		return ""
	case json.Number:
		if got, ok := got.(json.Number); ok && sameNumber(want, got) {
			return ""
		}
	default:
		if want == got {
			return ""
		}
	}
	return fmt.Sprintf("%s: %.200q was meant, %.200q came", place, want, got)
}

// sameNumber compares exactly, whatever the notation.
func sameNumber(a, b json.Number) bool {
	x, ok := new(big.Rat).SetString(string(a))
	y, ok2 := new(big.Rat).SetString(string(b))
	return ok && ok2 && x.Cmp(y) == 0 && strings.HasPrefix(string(a), "-") == strings.HasPrefix(string(b), "-")
}
