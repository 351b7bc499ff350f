package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
)

// TestPathOfDo checks that a path which cannot go over the line as it is written is refused, instead of sent in part or changed.
func TestPathOfDo(t *testing.T) {
	t.Parallel()
	server := serve1(t, func(*arrival) reply { return text(200, `{}`) })
	client := newClient(t, server.url)
	for _, path := range []string{
		"/things#part", "/things#", "/things?a=1#b", "/things/a b", "/things/ ", "/things?q=a b", "/things\t", "/things\n", "/things\r\nX: y",
		"/things\x00", "/things\x7f", "/things?q=\x01", "/things?q=a\nb", "/things?q=é\x00",
	} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			err := client.Do(t.Context(), method, path, nil, nil)
			assert.Error(t, err, "%s %q", method, path)
			assertUnknown(t, false, err)
		}
	}
	assert.Zero(t, server.count(0), "requests")
	for path, want := range map[string]string{"/a%20b/c%23d?q=e%20f+g%23": "/a%20b/c%23d?q=e%20f+g%23", "/things?a=1&a=2&b": "/things?a=1&a=2&b"} {
		before := server.count(0)
		require.NoError(t, client.Do(t.Context(), "GET", path, nil, nil))
		assert.Equal(t, want, server.list()[before].request.RequestURI)
	}
}

// TestMethodOfDo checks that a method which is none is refused before anything is sent.
func TestMethodOfDo(t *testing.T) {
	t.Parallel()
	server := serve1(t, func(*arrival) reply { return text(200, `{}`) })
	client := newClient(t, server.url)
	for _, method := range []string{"GET /things HTTP/1.1\r\nX: y", "G T", "(", "É"} {
		err := client.Do(t.Context(), method, "/things", nil, nil)
		assert.Error(t, err, "%q", method)
		assertUnknown(t, false, err)
		assert.False(t, api.IsRetryable(err), "%q", method)
	}
	assert.Zero(t, server.count(0), "requests")
}

// TestHeaderThatCannotBeSent checks that such a header is refused before anything is sent: the outcome is known then.
func TestHeaderThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, header := range [][2]string{
		{"X(", "v"}, {"X)", "v"}, {"X@Y", "v"}, {"X/Y", "v"}, {"X[1]", "v"}, {"X{", "v"}, {`X"`, "v"}, {"X;Y", "v"}, {"X,Y", "v"}, {"X=Y", "v"},
		{"X?", "v"}, {`X\`, "v"}, {"X<Y>", "v"}, {"Ä", "v"}, {"X\x80", "v"}, {"X Y", "v"}, {"X:", "v"}, {"", "v"}, {"X\n", "v"}, {"X\x00", "v"},
		{"X", "a\nb"}, {"X", "a\rb"}, {"X", "a\x00b"}, {"X", "a\x7fb"},
	} {
		t.Run(fmt.Sprintf("%q", header), func(t *testing.T) {
			t.Parallel()
			plain := serve1(t, func(*arrival) reply { return text(200, offer) })
			encrypted := serve2(t, &http2{onComplete: func(c *h2conn, id uint32, _ *arrival) { c.ok(id, offer) }})
			for _, url := range []string{plain.url, encrypted.url} {
				client := newClient(t, url)
				for _, c := range calls {
					err := c.do(t.Context(), client, api.Header(header[0], header[1]))
					assert.Error(t, err, c.name)
					assertUnknown(t, false, err)
					assert.False(t, api.IsRetryable(err), c.name)
				}
			}
			assert.Zero(t, plain.count(0)+encrypted.count(0), "requests")
		})
	}
	t.Run("can be sent", func(t *testing.T) {
		t.Parallel()
		server := serve1(t, func(*arrival) reply { return text(200, offer) })
		client := newClient(t, server.url)
		const name = "X!#$%&'*+-.^_`|~9"
		require.NoError(t, get(t.Context(), client, api.Header(name, "a\tb é")))
		values := []string(nil)
		for key, value := range server.list()[0].request.Header {
			if len(key) == len(name) {
				values = value
			}
		}
		assert.Equal(t, []string{"a\tb é"}, values)
	})
}

// TestWholeNumbers has integers as some encoders of JSON write them: 1.0 and 1e3 are integers there.
func TestWholeNumbers(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]int64{
		"1.0": 1, "1e3": 1000, "1E3": 1000, "12.50e1": 125, "1000e-3": 1, "-1.0": -1, "0.0": 0, "-0": 0, "0e5": 0, "1e+2": 100,
		"9007199254740993.0": 9007199254740993, "9223372036854775807": 9223372036854775807, "9223372036854775807.000": 9223372036854775807,
		"922337203685477580.7e1": 9223372036854775807, "-9223372036854775808.0": -9223372036854775808,
	} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			client := serve(t, answer(200, "application/json", `{"notificationEvents": [], "totalCount": `+number+`, "nextOffset": `+number+`}`))
			events, err := client.Notifications.ListEvents(t.Context(), nil)
			require.NoError(t, err)
			assert.Equal(t, want, events.GetTotalCount())
			assert.Equal(t, want, events.GetNextOffset())

			client = serve(t, answer(200, "application/json", `{"usageRecordGroups": [{"id": "g-1", "serialID": `+number+`}]}`))
			groups, err := client.Metering.ListUsageRecordGroups(t.Context(), nil)
			require.NoError(t, err)
			require.Len(t, groups.UsageRecordGroups, 1)
			assert.Equal(t, want, groups.UsageRecordGroups[0].GetSerialID(), "in an item")
		})
	}
	for _, number := range []string{"1.5", "1e-3", "9223372036854775808", "1e19", "1e1000000000", "-9223372036854775809.0", `"1"`, `true`, "0.1e0"} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			client := serve(t, answer(200, "application/json", `{"notificationEvents": [{"eventID": "e-1"}], "totalCount": `+number+`}`))
			err := within(t, slack, func() error {
				_, err := client.Notifications.ListEvents(t.Context(), nil)
				return err
			})
			_, ok := errors.AsType[*api.DecodeError](err)
			assert.True(t, ok, "%T %v", err, err)
		})
	}
}

// TestLargeWholeNumbersAreKept checks that numbers in properties nobody knows keep every digit, and that no spelling is changed.
func TestLargeWholeNumbersAreKept(t *testing.T) {
	t.Parallel()
	const body = `{"id":"o-1","novelty":[12345678901234567890.0,1e3,1.50]}`
	got, err := serve(t, answer(200, "application/json", body)).Offers.Get(t.Context(), "o-1")
	require.NoError(t, err)
	again, err := json.Marshal(got)
	require.NoError(t, err)
	assert.Equal(t, body, string(again))
}
