package api

import (
	"net/http"
	"time"

	"github.com/suger-go/suger/gen"
)

// CallOption changes one call. Every method of every service takes any number of them, after its own parameters.
type CallOption = gen.CallOption

// Header adds a header to the request of one call. The Authorization header cannot be set this way.
func Header(name, value string) CallOption {
	return func(o *gen.CallOptions) {
		if o.Header == nil {
			o.Header = http.Header{}
		}
		o.Header.Add(name, value)
	}
}

// Timeout bounds each try of one call, instead of the time-out of the client. 0 leaves that in force.
func Timeout(timeout time.Duration) CallOption {
	return func(o *gen.CallOptions) { o.Timeout = timeout }
}

// Effect says what a repeat of one call does, instead of the operation's own effect. With gen.EffectIdempotent an unsafe call
// is repeated as well, for callers who know that this does no harm; with gen.EffectUnsafe a call is repeated only if it is
// certain that the server did not act.
func Effect(effect gen.Effect) CallOption {
	return func(o *gen.CallOptions) { o.Effect = effect }
}

// Capture stores the response of one call in *response, whether the call succeeds or not. Its body can be read and needs no
// closing. *response stays nil when no response came. Where [Client.Do] writes the body to an [io.Writer], *response is set
// before that and has no body.
func Capture(response **http.Response) CallOption {
	return func(o *gen.CallOptions) { o.Response = response }
}

// Max ends an iteration after n items. Without it, and for n of 0, an iteration goes on to the end of the list.
func Max(n int) CallOption {
	return func(o *gen.CallOptions) { o.Max = int64(n) }
}

// Position keeps *offset at where an iteration stands: at its start, then after the item that it yielded last. An iteration
// whose parameters start at that offset goes on where the first one ended, whether by a break or by an error.
//
// In a list with page numbers, such as Offers.QueryAll, *offset is the number of a page instead: of the page of the last item or,
// after the last item of a page, of the next one. An iteration that starts with that page number, and has the same page size, yields
// the items of a page again that the loop did not see to its end.
//
// In a list with cursors or tokens (Organization.SearchAll, Operations.All) no number says where an iteration stands, so that it
// yields an error instead. After an error in such a list, the Cursor of the [gen.ListError] is where to resume.
func Position(offset *int64) CallOption {
	return func(o *gen.CallOptions) { o.Position = offset }
}

// Ahead fetches up to n further pages of a list while the loop works on one, which makes an export over a real distance several
// times faster. The items, their order, [Max], [Position] and errors are as without it, and at most n+1 pages are in memory.
// Requests in progress when the loop ends are cancelled. With 0 no pages are fetched ahead.
//
// The numbers of the next pages are known in a list with page numbers. In other lists the offsets of the next pages are guessed
// from the size of the last page. If a page turns out to have another size, the pages fetched ahead are dropped, and pages are
// fetched one at a time until two in a row have the same size. Past the end of a list whose answers have no total, up to n
// requests return nothing. The rate limit counts every request. While one waits after a 429 or a Retry-After, no other is sent.
//
// A list whose answers say where the next page starts (nextOffset, a cursor or a token) cannot be read ahead; its iteration yields
// an error. So does one with a negative n, and one with [Capture], since several answers come at once.
func Ahead(n int) CallOption {
	return func(o *gen.CallOptions) { o.Ahead = n }
}
