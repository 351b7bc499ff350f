// Package signup receives buyers who come from a marketplace to the seller's page.
//
// After a purchase Suger sends the browser of the buyer to that page, with sugerEntitlementId, partner (lower case, such as aws)
// and offerType in the query. Anyone can type such a link, so it proves nothing. [Read] takes the id from it and asks Suger for
// everything else: the entitlement, and the buyer to whom it belongs.
//
//	arrival, err := signup.Read(r.Context(), client, r)
//	switch {
//	case errors.Is(err, signup.ErrUnavailable):
//		http.Error(w, err.Error(), http.StatusServiceUnavailable) // Suger did not answer: the buyer may come again
//	case err != nil:
//		http.Error(w, err.Error(), http.StatusForbidden)
//	default:
//		// sign the buyer in, then give the entitlement to the account
//	}
//
// # Whoever has the link
//
// An entitlement that is real says nothing about the person who opens its link. The link does not expire, is the same each time,
// and is found in histories, in logs and in forwarded mail. A page that lets in whoever opens it hands the purchase to the first
// one who finds the link, so:
//
//   - Have the person sign in or sign up first, and keep the link in the session meanwhile. Answer with a redirect to a URL
//     without the query, and with the header "Referrer-Policy: no-referrer".
//   - Record which account has the entitlement, under a constraint of the database that allows one account for each. The first
//     account gets it; the same account coming again is simply let in; another account is refused and sent to those who manage
//     the first. Never move an entitlement to another account because of a link, and do not say whose it is.
//   - Where the first arrival must be the buyer, send a code to an address that Suger has of the buyer (the contacts of
//     [gen.Buyer]), not to one that the person has typed.
//   - Provision by the entitlement and not by the visit: it may be cancelled, suspended or changed later, of which the webhooks
//     tell.
//
// # An offer that settles
//
// On AWS the offer of a new entitlement may be wrong for up to five minutes, after which an event about the update of the
// entitlement follows. [Arrival.SettlesBy] says until when: let the buyer in, but read the entitlement again before you provision
// what the offer grants.
package signup
