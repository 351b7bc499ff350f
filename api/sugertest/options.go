package sugertest

// EmptyNotify makes Offers.NotifyContacts answer with an empty string instead of the notification event. The documentation shows
// the event, a newer published description the empty string: code should take both.
func EmptyNotify() Option {
	return func(cfg *config) { cfg.rules.emptyNotify = true }
}

// RefuseUnknownParameters makes the server answer 400 to query parameters that the operation does not have. Without it they
// change nothing, as with most servers, and are in [Request].Unknown.
func RefuseUnknownParameters() Option {
	return func(cfg *config) { cfg.known = true }
}
