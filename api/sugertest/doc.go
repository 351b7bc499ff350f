// Package sugertest is a fake Suger for tests. It listens on the loopback interface, checks each request against the
// description of the API, remembers what calls do to it, and can be made to fail.
//
// A test of code that uses the client, with a fault in it:
//
//	func TestRename(t *testing.T) {
//		srv := sugertest.New(t)
//		srv.Seed(gen.Entitlement{ID: new("ent-1"), Name: new("Globex")})
//		srv.Fail("entitlements.updateName", sugertest.Status(503).After("1s").Times(1))
//
//		err := rename(t.Context(), srv.Client(), "ent-1", "Globex Corp.") // the code under test
//
//		if err != nil {
//			t.Fatal(err)
//		}
//		if n := len(srv.Requests()); n != 2 {
//			t.Errorf("%d requests, want the one that failed and its repeat", n)
//		}
//		ent, err := srv.Client().Entitlements.Get(t.Context(), "ent-1")
//		if err != nil || ent.GetName() != "Globex Corp." {
//			t.Error(ent.GetName(), err)
//		}
//	}
//
// # What it does
//
// Operations create, get, list, query, update and delete the objects of a store in memory, with the filters and the ways of
// paging of the documentation. Actions change what the documentation says that they change: a cancelled offer is CANCELLED, a
// paid invoice has a payment transaction and revenue, a usage record group whose id came before is refused with 409, and one
// without any quantity but zero with 400. Notification events appear for all of it, and [Server.Deliver] sends them to a webhook.
// What buyers, marketplaces and Suger itself do has methods of its own: [Server.AcceptOffer], [Server.FailOffer],
// [Server.FailUsage], [Server.DraftInvoice] and the [Clock], by which a [Slow] marketplace publishes.
//
// A request that the description does not allow is answered 400 with a message that names the field, one without valid
// credentials 401, one for an unknown id 404, one with a wrong method 405 and one with a body of more than 64 MiB 413. What the
// description allows and the state of the objects does not, such as to cancel an offer that was accepted, is answered 400.
// Errors have the form that the description gives them for the operation. A [Strict] server refuses what else the documentation
// says cannot be, such as an offer for a product that there is not.
//
// As Suger does, it takes null for a body that is optional, and in query parameters that are published as plain texts any value;
// those that no operation has are in [Request].Unknown.
//
// All three ways to authenticate are there, so that the whole start-up of a program can be tested: the API key, an OAuth app and
// an API client of the older kind. The tokens of the two last are random texts, not JWTs, and end by the [Clock]. [Server.Env] and
// [Server.OAuthEnv] are the environment of a program that makes its client from it.
//
// The server answers to the names of the loopback interface only, and not to web sites in a browser on the same machine, see
// [Hosts].
//
// # To look at
//
// A browser shows the server at its URL, while a test waits for example: its store, the last requests with their answers and why
// one was refused, the events, the faults, and the clock with buttons that move it on.
//
// # Programs in other languages
//
// What tests in Go do with the methods of a server, programs in other languages do over HTTP, under /_fake/ beside the paths of
// the API and with the same API key: reset and seed it, let calls fail, move its clock, accept offers, draft invoices, deliver
// events, and see what arrived and what is in the store. GET /_fake/openapi.yaml describes the operations. What a server is made
// with, its options, cannot be changed there, and nobody can close it.
//
// # Where the documentation is silent
//
// The server keeps it simple, and a test should not rely on Suger to do the same:
//
//   - Marketplaces and payment providers do at once what they are asked, and it succeeds, unless the server is [Slow] or a test
//     says that it fails. What takes time is to publish an offer or a product alone.
//   - An offer that is created twice is two offers. Suger gives a repeat within a minute the first answer.
//   - Usage is INVALID if a key is no dimension of the entitlement, where that has any. A batch validation names these keys.
//   - An update keeps the properties that the body leaves out. Those in it replace the old ones whole.
//   - Objects have the properties that they were created or seeded with, and the few that the server sets.
//   - Lists have the order in which the objects came. A limit beyond the most that a page may have counts as that.
//   - Filters such as gen.Eq and orders know the texts, numbers and booleans of an object itself, not of its parts. Texts that
//     are times compare as times. What an object does not have is != to everything, and comes last in an order. Unknown names,
//     operators and escapes, values of the wrong kind and filters of more than 16 KiB are answered 400, with the place.
//   - A search finds words in the names and texts of products, offers, entitlements, buyers and contacts.
//   - Usage adds up by month where the granularity starts with "month", and else by day.
//   - Long-running jobs, vendors and their listings, co-sell partners, offer sets, auditing events, the usage of AI and quotas
//     (see [Server.SeedJSON]) are those that were seeded. What jobs are selected by, such as SugerPartner, is in their memo.
//   - Offers and queries of CRM systems are valid and no enrichment has begun, unless a gen.OfferValidation, a
//     gen.CRMQueryValidation or a gen.EnrichmentProgress was seeded: that is the answer then. A strict server finds faults.
//   - Usage is priced by the rates of the dimensions; commits, credits, included quantities and billable metrics do not count.
//   - Files and e-mails do not exist, only the links to them and the records of them.
package sugertest

// The first word of a file's name says what it belongs to. Each of the four uses only itself and those below it (TestRooms):
//
//	all others     the server: HTTP, credentials, validation, faults, options, deliveries, the door for programs in other
//	               languages and the page for people, and the exported API
//	effects...     what operations and time do, as functions of a state and a call: by the form of the operation in
//	               effects_rules.go and effects_list.go, beyond that in the file of its tag, such as effects_offer.go; what
//	               a strict server refuses besides, in effects_strict.go
//	state...       the organization's objects as JSON, their ids, the rules, the clock and the notification events
//	description... the parsed description, and what follows from it
//
// Effects name types, properties and enum values by plain strings. TestWords looks each of them up in the description.
