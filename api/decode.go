package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/suger-go/suger/gen"
)

// decodedAside is the size from which a body is decoded on a goroutine of its own, so that the time-out of the try can end the
// wait. A smaller body takes a few milliseconds at most.
const decodedAside = 256 << 10

// decodeWithin decodes a body into out, a large one for no longer than the context lasts.
func decodeWithin(ctx context.Context, body []byte, out any) error {
	if len(body) < decodedAside {
		return decodeJSON(body, out)
	}
	target := reflect.ValueOf(out).Elem()
	aside := reflect.New(target.Type()) // the goroutine may still be decoding after the call has returned
	done := make(chan error, 1)
	go func() { done <- decodeJSON(body, aside.Interface()) }()
	select {
	case err := <-done:
		target.Set(aside.Elem())
		return err
	case <-ctx.Done():
		return fmt.Errorf("decoding the %d bytes of the answer: %w", len(body), ctx.Err())
	}
}

// decodeJSON decodes a body. If it fails on an integer written like 1.0 or 1e3, it rewrites those and decodes again.
func decodeJSON(body []byte, out any) error {
	err := gen.Unmarshal(body, out)
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strings.HasPrefix(mismatch.Value, "number") {
		if plain := plainIntegers(body); plain != nil {
			return gen.Unmarshal(plain, out)
		}
	}
	return err
}

// checkCost returns an error for a body that would take far more memory when decoded than it has bytes: an array of empty
// objects may take a hundred times as much. Objects, arrays and their elements count eight times as much as properties, whose
// names take up bytes of the body.
func checkCost(body []byte, maxBytes int64) error {
	const weight = 8
	limit := int(max(maxBytes/32, 1<<18))
	count := func(text string) int { return bytes.Count(body, []byte(text)) }
	if weight*(count(",")+count("{")+count("[")) <= limit { // even if every comma separated array elements
		return nil
	}
	cost := 0
	scan := scanner{body: body}
	for scan.next() {
		switch {
		case scan.token == '{', scan.token == '[', scan.token == ',' && scan.inArray():
			cost += weight
		case scan.token == ',':
			cost++
		}
		if cost > limit {
			return fmt.Errorf("%w: more than %d objects and elements of arrays (see WithMaxResponseBytes)", errTooLarge, limit/weight)
		}
	}
	return nil
}

// scanner finds the brackets and commas of JSON outside of strings. Its result is correct for valid JSON only.
type scanner struct {
	body  []byte
	at    int  // after the token
	token byte // one of {}[],
	open  []byte
}

func (s *scanner) inArray() bool { return len(s.open) > 0 && s.open[len(s.open)-1] == '[' }

// next goes to the next token outside of strings.
func (s *scanner) next() bool {
	for inString := false; s.at < len(s.body); {
		c := s.body[s.at]
		s.at++
		switch {
		case inString && c == '\\':
			s.at++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			s.open = append(s.open, c)
			s.token = c
			return true
		case c == '}', c == ']':
			s.open = s.open[:max(len(s.open)-1, 0)]
			s.token = c
			return true
		case c == ',':
			s.token = c
			return true
		}
	}
	return false
}

var genPackage = reflect.TypeFor[gen.Call]().PkgPath()

// wrongKind returns the kind of JSON that out needs, if the body is JSON of another kind, and "" otherwise. It finds an array
// or null instead of an object, and an object without any property of the type, such as the {"error": ...} of a gateway.
func wrongKind(body []byte, out any) (want string) {
	typ := reflect.TypeOf(out).Elem()
	switch {
	case typ.Kind() == reflect.Slice && typ.PkgPath() == "" && body[0] != '[' && string(body) != "null":
		want = "a JSON array"
	case typ.Kind() == reflect.String && body[0] != '"':
		want = "a JSON string"
	case typ.Kind() == reflect.Struct && typ.PkgPath() == genPackage && typ.NumField() == 0:
		if string(body) != `""` && string(body) != "null" {
			want = "nothing"
		}
	case typ.Kind() == reflect.Struct && typ.PkgPath() == genPackage && body[0] != '{':
		want = "a JSON object"
	case typ.Kind() == reflect.Struct && typ.PkgPath() == genPackage && !hasKnownProperty(body, typ):
		want = "the properties of " + typ.Name()
	}
	if want != "" && !json.Valid(body) { // decoding reports the syntax error
		return ""
	}
	return want
}

// commonNames are properties that errors of many servers have, so they do not show that an object is of the wanted type.
var commonNames = map[string]bool{"code": true, "detail": true, "message": true, "path": true, "timestamp": true, "title": true, "type": true}

// errorNames are properties by which an object without any known property is taken for an error. They matter for types that
// keep unknown properties, whose objects may consist of unknown ones only.
var errorNames = map[string]bool{
	"code": true, "detail": true, "error": true, "errormessage": true, "errors": true, "fault": true, "message": true, "ok": true,
	"reason": true, "success": true, "title": true,
}

// hasKnownProperty reports whether an object may be of the type: it has one of the properties of the type, or it is empty.
func hasKnownProperty(body []byte, typ reflect.Type) bool {
	known := propertyNames(typ)
	if rest, ok := bytes.CutPrefix(bytes.TrimSpace(body[1:]), []byte(`"`)); ok {
		if name, _, ok := bytes.Cut(rest, []byte(`"`)); ok && known[string(name)] {
			return true // the usual case: the first property is known
		}
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil || len(object) == 0 {
		return true
	}
	_, keeps := typ.FieldByName("AdditionalProperties")
	isError := !keeps
	for name := range object {
		if known[name] {
			return true
		}
		isError = isError || errorNames[strings.ToLower(name)]
	}
	return !isError
}

var namesByType sync.Map // map[string]bool by reflect.Type: the properties by which an object of the type is recognized

func propertyNames(typ reflect.Type) map[string]bool {
	if names, ok := namesByType.Load(typ); ok {
		return names.(map[string]bool)
	}
	all, telling := map[string]bool{}, map[string]bool{}
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		all[name] = true
		if !commonNames[name] {
			telling[name] = true
		}
	}
	if len(telling) == 0 {
		telling = all
	}
	namesByType.Store(typ, telling)
	return telling
}
