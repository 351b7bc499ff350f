package robustness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/tests/operations"
)

// canned is a transport that answers with what the context of the request holds.
type canned struct{}

type answerKey struct{}

func (canned) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Context().Value(answerKey{}).([]byte)
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

// decoder calls an operation that is answered with the given body.
type decoder func(body []byte) (any, error)

// newDecoder calls a service method, with arguments that only just pass.
func newDecoder(method reflect.Value) decoder {
	return func(body []byte) (any, error) {
		args := operations.LeastArguments(context.WithValue(context.Background(), answerKey{}, body), method, "x")
		for _, arg := range args {
			if arg.Kind() == reflect.Struct && arg.FieldByName("ID").Kind() == reflect.Pointer {
				arg.FieldByName("ID").Set(reflect.ValueOf(new("x"))) // or the client makes one up, and returns it
			}
		}
		return operations.Call(method, args)
	}
}

// decoders returns a decoder for each type that an operation answers with, by the name of the type.
func decoders(t testing.TB) map[string]decoder {
	client, err := api.New("org-1", api.WithAPIKey("key"), api.WithTransport(canned{}), api.WithRetry(api.RetryPolicy{MaxTries: 1}))
	require.NoError(t, err)
	byType := map[string]decoder{}
	for _, op := range operations.All(t) {
		method := op.ServiceMethod(t, client)
		if mediaType, _ := op.Answer(); mediaType != "application/json" || method.Type().NumOut() == 1 {
			continue // nothing to decode
		}
		byType[method.Type().Out(0).String()] = newDecoder(method)
	}
	return byType
}

// oddBodies are bodies that are no answer of any operation, or only just.
var oddBodies = []string{"", "<html>", `{"id": "a"`, `{"id": 01}`, `{"unknown": tru}`, "{} {}", "\xff", "null", `""`, "[null]", "{}", "[[]]", `{"ID": 1, "id": "a", "\u0069d": "b"}`, `{"info": null, "metaInfo": {"x": 1E400}}`, `[{"id": 1}, {"id": "b"}]`}

// FuzzDecode has answers of any content for every type that an operation answers with. What decodes, encodes and decodes to
// the same value, but for empty enums; all else is a DecodeError.
func FuzzDecode(f *testing.F) {
	byType := decoders(f)
	names := slices.Sorted(maps.Keys(byType))
	client, err := api.New("org-1", api.WithAPIKey("key"))
	require.NoError(f, err)
	seeded := map[string]bool{}
	for _, op := range operations.All(f) {
		name := op.ServiceMethod(f, client).Type().Out(0).String()
		_, media := op.Answer()
		if byType[name] == nil {
			continue
		}
		seeds := operations.Examples(media)
		if !seeded[name] {
			seeded[name] = true
			g := newGenerator(1, name)
			seeds = append(seeds, g.value(media.Schema.Value, true, 0), g.value(media.Schema.Value, false, 0))
		}
		for _, seed := range seeds {
			data, err := json.Marshal(seed)
			require.NoError(f, err)
			f.Add(name, data)
		}
	}
	for _, odd := range oddBodies {
		f.Add("*gen.Offer", []byte(odd))
		f.Add("[]gen.Contact", []byte(odd))
	}
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		decode := byType[name]
		if decode == nil { // a name that the fuzzer made up stands for one of the types all the same
			h := crc32.ChecksumIEEE([]byte(name))
			decode = byType[names[int(h%uint32(len(names)))]]
		}
		body = canonical(body)
		value, err := decode(body)
		if errors.Is(err, api.ErrUsageInvalid) {
			return // decoded, and says that nobody is billed
		}
		if err != nil {
			e, ok := errors.AsType[*api.DecodeError](err)
			require.True(t, ok, "%T: %v", err, err)
			require.Equal(t, string(body), string(e.Body))
			_ = fmt.Sprintf("%v %+v", e, e.Value)
			return
		}
		require.True(t, json.Valid(body) || len(body) == 0, "decoded what is no JSON")
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		again, err := decode(encoded)
		if dropEmptyEnums(reflect.ValueOf(value)) && err != nil {
			return // nothing else was there of what the type knows
		}
		require.NoError(t, err, "%s", encoded)
		if !reflect.DeepEqual(value, again) { // assert would take minutes to print the difference
			changed, err := json.Marshal(again)
			t.Fatalf("decoded, encoded and decoded to another value\nanswer: %s\nfirst:  %s\nsecond: %s (%v)", body, encoded, changed, err)
		}
	})
}

// dropEmptyEnums sets pointers to enums that are empty to nil in a decoded value, and reports whether there were any: an empty
// enum decodes, and is not sent back.
func dropEmptyEnums(v reflect.Value) (dropped bool) {
	switch v.Kind() {
	case reflect.Pointer:
		enum, isEnum := v.Interface().(interface{ IsZero() bool })
		if isEnum && v.Type().Elem().Kind() == reflect.String {
			dropped = !v.IsNil() && enum.IsZero()
			if dropped {
				v.SetZero()
			}
		} else if !v.IsNil() {
			dropped = dropEmptyEnums(v.Elem())
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			dropped = field.CanSet() && dropEmptyEnums(field) || dropped
		}
	case reflect.Slice:
		for i := range v.Len() {
			dropped = dropEmptyEnums(v.Index(i)) || dropped
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			changed := reflect.New(v.Type().Elem()).Elem() // a value in a map cannot be changed
			changed.Set(v.MapIndex(key))
			dropped = dropEmptyEnums(changed) || dropped
			v.SetMapIndex(key, changed)
		}
	}
	return dropped
}

// canonical writes JSON without white space and with the escapes of encoding/json, as raw values come back. The client takes
// more for white space around an answer than JSON does, such as form feeds; they go as well.
func canonical(data []byte) []byte {
	data = bytes.TrimSpace(data)
	var compact, escaped bytes.Buffer
	if json.Compact(&compact, data) != nil {
		return data
	}
	json.HTMLEscape(&escaped, compact.Bytes())
	return escaped.Bytes()
}
