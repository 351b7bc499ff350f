package wire

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
	"github.com/suger-go/suger/tests/operations"
)

// voids are the calls whose success says nothing.
var voids = map[string]func(context.Context, *api.Client) error{
	"delete add-on":  func(ctx context.Context, c *api.Client) error { return c.Billing.DeleteAddon(ctx, "a-1") },
	"delete wallet":  func(ctx context.Context, c *api.Client) error { return c.Buyers.DeleteWallet(ctx, "b-1", "w-1") },
	"delete offer":   func(ctx context.Context, c *api.Client) error { return c.Offers.Delete(ctx, "o-1") },
	"delete product": func(ctx context.Context, c *api.Client) error { return c.Products.Delete(ctx, "p-1") },
	"delete term":    func(ctx context.Context, c *api.Client) error { return c.Entitlements.DeleteTerm(ctx, "e-1", "t-1") },
	"remove contact from buyer": func(ctx context.Context, c *api.Client) error {
		return c.Contacts.RemoveFromBuyer(ctx, "c-1", "b-1")
	},
	"remove contact from offer": func(ctx context.Context, c *api.Client) error {
		return c.Contacts.RemoveFromOffer(ctx, "c-1", "o-1")
	},
	"add contact to offer": func(ctx context.Context, c *api.Client) error { return c.Contacts.AddToOffer(ctx, "c-1", "o-1") },
	"divide commit": func(ctx context.Context, c *api.Client) error {
		return c.Entitlements.DivideCommit(ctx, "e-1", gen.EntitlementCommitDivideParams{})
	},
}

// notNothing are answers of 200 that say something, each with its content type.
var notNothing = map[string][2]string{
	"login page":         {"text/html", page},
	"error":              {"application/json", `{"error": "x"}`},
	"message":            {"application/json", `{"message": "not done"}`},
	"sentence":           {"application/json", `"contact is not linked"`},
	"plain sentence":     {"text/plain", `contact is not linked`},
	"array":              {"application/json", `[]`},
	"number":             {"application/json", `0`},
	"false":              {"application/json", `false`},
	"null and more":      {"application/json", `null garbage`},
	"two texts":          {"application/json", `"" ""`},
	"a broken text":      {"application/json", `"`},
	"a text of a space":  {"application/json", `" "`},
	"nothing but garble": {"application/json", "\x00"},
}

// TestVoidIsNothing checks that only an empty body, an empty text or null is a success. After any other answer of 200, such as
// one of a proxy or a handler of errors, the outcome is unknown.
func TestVoidIsNothing(t *testing.T) {
	t.Parallel()
	for name, call := range voids {
		for what, content := range notNothing {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				server := serve1(t, func(*arrival) reply {
					return typed(200, content[0], content[1])
				})
				err := call(t.Context(), newClient(t, server.url))
				e, ok := errors.AsType[*api.DecodeError](err)
				require.True(t, ok, "%T %v", err, err)
				assert.Equal(t, content[1], string(e.Body))
				assertUnknown(t, true, err)
				assert.False(t, api.IsRetryable(err))
				assert.Equal(t, 1, server.count(0), "requests")
			})
		}
		t.Run(name+" nothing", func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 201, 202, 204} {
				for _, body := range []string{"", `""`, "null", " \n", " null\n", "\"\"\r\n"} {
					if status == 204 && body != "" {
						continue // which has none
					}
					client := serve(t, answer(status, "application/json", body))
					assert.NoError(t, call(t.Context(), client), "%d %q", status, body)
				}
			}
		})
	}
}

// TestLostVoid has answers to void calls that break off after the status 200: the rest may have been no success.
func TestLostVoid(t *testing.T) {
	t.Parallel()
	for name, call := range voids {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve1(t, func(*arrival) reply {
				return reply{text: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<html>", close: true}
			})
			err := call(t.Context(), newClient(t, server.url, api.WithRetry(once)))
			assert.Error(t, err)
			assertUnknown(t, true, err)
		})
	}
}

// named returns the names of the properties that a struct is decoded from, in lower case, as package json compares them.
func named(object reflect.Type) []string {
	var names []string
	for i := range object.NumField() {
		name, _, _ := strings.Cut(object.Field(i).Tag.Get("json"), ",")
		names = append(names, strings.ToLower(name))
	}
	return names
}

// decodeEach runs f for every operation whose method returns a value of a kind, and returns how many these are. answered calls the
// method and gives it an answer.
func decodeEach(t *testing.T, kind reflect.Kind, f func(op operations.Operation, result reflect.Type, answered func(content [2]string) (any, error))) (count int) {
	t.Helper()
	var content [2]string // type and body
	server := serve1(t, func(*arrival) reply { return typed(200, content[0], content[1]) })
	client := newClient(t, server.url)
	for _, op := range operations.All(t) {
		method := op.ServiceMethod(t, client)
		if method.Type().NumOut() == 1 || method.Type().Out(0).Kind() != kind {
			continue
		}
		count++
		f(op, method.Type().Out(0), func(next [2]string) (any, error) {
			content = next
			return operations.Call(method, operations.LeastArguments(t.Context(), method, "id"))
		})
	}
	return count
}

// assertNotTaken checks that the error of an operation says that it does not take an answer.
func assertNotTaken(t *testing.T, op operations.Operation, body string, err error) {
	t.Helper()
	_, ok := errors.AsType[*api.DecodeError](err)
	assert.True(t, ok, "%s takes %s: %T %v", op.OperationID, body, err, err)
	assertUnknown(t, op.Extensions["x-effect"] != "read", err)
}

// TestEveryObject calls every operation that answers with an object. What a proxy, a login page or a handler of errors answers with
// 200 must not become an empty object.
func TestEveryObject(t *testing.T) {
	t.Parallel()
	objects := decodeEach(t, reflect.Pointer, func(op operations.Operation, result reflect.Type, answered func([2]string) (any, error)) {
		known := named(result.Elem())
		for _, content := range [][2]string{
			{"application/json", `{"error": "x"}`}, {"application/json", `{"message": "x"}`},
			{"application/json", `{"error": {"code": 1}, "status": 500}`},
			{"application/json", "null"}, {"application/json", " null "}, {"text/html", page}, {"application/json", page},
			{"application/json", `[]`}, {"application/json", `"x"`}, {"application/json", `{} {}`},
		} {
			var answer map[string]any
			_ = json.Unmarshal([]byte(content[1]), &answer)
			if slices.ContainsFunc(known, func(name string) bool { _, ok := answer[name]; return ok }) {
				continue // it may be what the operation answers with
			}
			if op.OperationID == "notifyOfferContacts" && strings.TrimSpace(content[1]) == "null" {
				continue // it may answer with no event at all
			}
			value, err := answered(content)
			assertNotTaken(t, op, content[1], err)
			assert.Nil(t, value, "%s: a value beside the error", op.OperationID)
		}
		_, err := answered([2]string{"application/json", "{}"})
		assert.NoError(t, err, "%s: {} says nothing, and is an object", op.OperationID)
	})
	assert.Greater(t, objects, 60)
}

// TestEveryList is the same for those that answer with a list.
func TestEveryList(t *testing.T) {
	t.Parallel()
	lists := decodeEach(t, reflect.Slice, func(op operations.Operation, _ reflect.Type, answered func([2]string) (any, error)) {
		for _, content := range [][2]string{
			{"application/json", `{"error": "x"}`}, {"application/json", `{}`}, {"text/html", page}, {"application/json", `"x"`},
			{"application/json", `[] []`},
		} {
			_, err := answered(content)
			assertNotTaken(t, op, content[1], err)
		}
	})
	assert.Greater(t, lists, 10)
}
