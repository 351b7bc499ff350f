package sugertest

import "time"

// rules are what options say about how operations act.
type rules struct {
	publish     time.Duration // how long marketplaces take to publish an offer or a product
	strict      bool          // whether calls have to keep to all that is documented
	emptyNotify bool          // whether the answer to a notification of contacts is empty
}

// publication is an object that its marketplace publishes at a time.
type publication struct {
	typ, id string
	from    string // status while the marketplace is busy with it
	status  string // status when it is published
	due     time.Time
}
