package sugertest

// Strict makes the server refuse with 400 what the documentation says cannot be, beyond what the description and the state of
// objects refuse without it:
//
//   - ids of objects in a body that there are not, such as the product, the buyer and the contacts of an offer
//   - ids in a body that are others than those in the path
//   - an offer without a partner or a product, or without what is documented as required of it on its marketplace; on Azure a
//     private offer has to be in azurePrivateOffer
//   - usage for an entitlement that is cancelled (on AWS for more than an hour) or deleted, usage on AWS that is six hours old or
//     older, negative quantities, and allocations elsewhere than on AWS
//   - moves between statuses that are not documented: a product whose update has another status or that is published after it was
//     deleted, a ticket that is reopened and was not closed, a closed wallet that becomes the default one, an entitlement that
//     the seller approves elsewhere than on Azure and GCP or cancels elsewhere than on Azure
//
// With it Offers.Validate finds what Offers.Create would refuse of the offer itself.
//
// It is an option, since a test of a unit seeds only what it looks at, and a rule that Suger turns out not to have would fail
// code that is right. Use it for tests that go from the product to the invoice. Seeds are never checked, and what they leave
// out, such as the partner of an entitlement, refuses nothing.
func Strict() Option {
	return func(cfg *config) { cfg.rules.strict = true }
}
