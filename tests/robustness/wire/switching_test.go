package wire

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// patience is the time-out of calls in these tests, and slack what they may take with all their tries on a slow machine.
const (
	patience = 300 * time.Millisecond
	slack    = 3 * time.Second
)

// noFinalAnswers have a status below 200, which is no answer to a request of this client, and then nothing more.
var noFinalAnswers = map[string]reply{
	"101":                {text: "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"},
	"101 and a body":     {text: "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n" + offer},
	"101 with a length":  {text: "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 2\r\n\r\n{}"},
	"101 and a hang-up":  {text: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n{}", close: true},
	"100":                {text: "HTTP/1.1 100 Continue\r\n\r\n"},
	"102":                {text: "HTTP/1.1 102 Processing\r\n\r\n"},
	"103 three times":    {text: strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 3)},
	"199":                {text: "HTTP/1.1 199 Miscellaneous\r\n\r\n"},
	"100,000 times 100":  {text: strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100_000)},
	"20,000 times 103":   {text: strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 20_000)},
	"101 after some 100": {text: strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 3) + "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
}

// TestNoFinalAnswer checks that such an answer is a fault of the connection, within the time-out.
func TestNoFinalAnswer(t *testing.T) {
	t.Parallel()
	for name, no := range noFinalAnswers {
		for _, c := range calls {
			t.Run(name+" "+c.name, func(t *testing.T) {
				t.Parallel()
				server := serve1(t, func(*arrival) reply { return no })
				client := newClient(t, server.url, api.WithTimeout(patience), api.WithRetry(once))
				err := within(t, slack, func() error { return c.do(t.Context(), client) })
				_, ok := errors.AsType[*api.TransportError](err)
				assert.True(t, ok, "%T %v", err, err)
				assertUnknown(t, c.effect != gen.EffectRead, err)
				assert.Equal(t, 1, server.count(0), "requests")
			})
		}
	}
}

// TestNoFinalAnswerIsRepeated checks that a read goes on to the answer that is one.
func TestNoFinalAnswerIsRepeated(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"101", "101 and a body", "199"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve1(t, func(a *arrival) reply {
				if a.number == 1 {
					return noFinalAnswers[name]
				}
				return text(200, offer)
			})
			client := newClient(t, server.url, api.WithTimeout(patience))
			assert.NoError(t, within(t, slack, func() error { return get(t.Context(), client) }))
			assert.Equal(t, 2, server.count(0), "requests")
		})
	}
}

// TestNoFinalAnswerWithoutTimeout checks that 101 ends a call that has no time-out too.
func TestNoFinalAnswerWithoutTimeout(t *testing.T) {
	t.Parallel()
	server := serve1(t, func(*arrival) reply { return noFinalAnswers["101"] })
	client := newClient(t, server.url, api.WithTimeout(0), api.WithRetry(once))
	assertUnknown(t, true, within(t, slack, func() error { return refund(t.Context(), client) }))
}

// tokenAccess are the two ways to get a token from an endpoint, which is at any path of a server.
var tokenAccess = map[string]func(url string) []api.Option{
	"OAuth": func(url string) []api.Option {
		return []api.Option{api.WithOAuth("id", "planted-secret"), api.WithTokenURL(url + "/oauth2/token")}
	},
	"bearer login": func(string) []api.Option { return []api.Option{api.WithBearerLogin("id", "planted-secret")} },
}

const token = `{"access_token": "planted-token", "token_type": "Bearer", "expires_in": 3600}`

func isToken(r *http.Request) bool { return strings.HasSuffix(strings.ToLower(r.URL.Path), "token") }

// testTokenEndpoint checks that a reply of a token endpoint fails the calls that wait for a token, within the time-out of the
// client, and that a call after it gets its own chance.
func testTokenEndpoint(t *testing.T, no reply) {
	for access, options := range tokenAccess {
		t.Run(access, func(t *testing.T) {
			t.Parallel()
			var well atomic.Bool
			server := serve1(t, func(a *arrival) reply {
				switch {
				case !isToken(a.request):
					return text(200, offer)
				case well.Load():
					return text(200, token)
				}
				return no
			})
			client := newClientWith(t, server.url, append(options(server.url), api.WithTimeout(patience), api.WithRetry(once))...)
			err := within(t, slack, func() error { return refund(t.Context(), client) })
			_, ok := errors.AsType[*api.AccessError](err)
			assert.True(t, ok, "%T %v", err, err)
			assertUnknown(t, false, err)
			for _, a := range server.list() {
				assert.True(t, isToken(a.request), "the call was sent")
			}
			well.Store(true)
			require.NoError(t, within(t, slack, func() error { return get(t.Context(), client) }))
		})
	}
}

func TestTokenWithoutFinalAnswer(t *testing.T) {
	t.Parallel()
	for name, no := range noFinalAnswers {
		if name == "101 and a body" {
			no.text = strings.Replace(no.text, offer, token, 1)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testTokenEndpoint(t, no)
		})
	}
}

func TestSilentTokenEndpoint(t *testing.T) {
	t.Parallel()
	testTokenEndpoint(t, silence)
}
