// Package sugertest is a fake Suger for tests. It listens on the loopback interface, checks each request against the
// description of the API, remembers what calls do to it, and can be made to fail.
//
// A test of code that uses the client, with a fault in it:
//
//	func TestRenew(t *testing.T) {
//		srv := sugertest.New(t)
//		srv.Seed(gen.Entitlement{ID: new("ent-1"), Name: new("Globex"), Status: new(gen.EntitlementStatusActive)})
//		srv.Fail("entitlements.get", sugertest.Status(503).After("1s").Times(1))
//
//		err := renew(t.Context(), srv.Client(), "ent-1") // the code under test
//
//		if err != nil {
//			t.Fatal(err)
//		}
//		for _, request := range srv.Requests() {
//			t.Log(request.Operation, request.Status)
//		}
//	}
//
// Operations create, get, list, update and delete the objects of an in-memory store, with the filters and the paging of the
// documentation. Actions change what the documentation says that they change: a cancelled offer is CANCELLED, a usage
// record group whose id came before is refused with 409. Where the documentation is silent the server keeps it simple:
//
//   - marketplaces and payment providers do at once what they are asked, and it succeeds;
//   - an update keeps the properties that the body leaves out;
//   - objects have the properties that they were created or seeded with, nothing is made up for them;
//   - whatever an operation of no store answers with, such as a link to a file, is made up from the schema.
//
// A request that the description does not allow is answered 400 with a message that names the field, one without the
// server's API key 401, one for an unknown id 404 and one with a wrong method 405.
package sugertest
