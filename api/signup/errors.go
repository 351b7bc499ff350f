package signup

import "errors"

// The kinds of errors of [Read], which an [*Error] matches with [errors.Is]. Each says what a person can do about it.
var (
	// ErrLink: the query of the link has no id of an entitlement, has a parameter twice, or one that cannot be meant. Suger was
	// not asked.
	ErrLink = errors.New("the link is damaged: please open it from the marketplace again")

	// ErrNotFound: Suger knows no such entitlement of the organization.
	ErrNotFound = errors.New("the purchase is not known: please open the link from the marketplace again")

	// ErrElsewhere: Suger answered with another object than the one asked for, or with one of another organization.
	ErrElsewhere = errors.New("the purchase is not one from this seller")

	// ErrPartner: the link names another marketplace than the entitlement is of.
	ErrPartner = errors.New("the link does not fit the purchase: please open it from the marketplace again")

	// ErrCancelled: the entitlement is cancelled or deleted.
	ErrCancelled = errors.New("the purchase is cancelled")

	// ErrNoBuyer: the entitlement has no buyer, or one that Suger does not know. It may be too new.
	ErrNoBuyer = errors.New("the purchase has no buyer yet: please contact the seller")

	// ErrUnavailable: Suger gave no answer, an error, or an answer that cannot be read; or the context ended. The reason can
	// also lie with the seller, such as credentials that are refused, and is in [Error.Err].
	ErrUnavailable = errors.New("the purchase cannot be looked up at the moment: please try again later")
)

// Error says why an arrival was refused. Its text is that of its kind, without anything from the link or from Suger, and so can
// be shown to the person who has opened the link.
type Error struct {
	Kind error // one of the kinds of this package, such as ErrCancelled
	Err  error // what was found, for the log of the seller; never nil
}

func (e *Error) Error() string { return e.Kind.Error() }

// Unwrap returns the kind, and what was found: [*api.Error] and the errors of contexts are found in it.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Err} }
