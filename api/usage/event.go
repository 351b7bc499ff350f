package usage

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is usage that happened once.
type Event struct {
	// ID tells the event from all others of the organization. It comes from where the usage happened, such as the id of the
	// request that was served, so that it is the same when the event is added again. At most 512 bytes.
	ID string

	// EntitlementID is the Suger ID of the entitlement that the usage belongs to.
	EntitlementID string

	// Dimension is the key of the metering dimension, or of the billable metric with [WithBillableMetrics].
	Dimension string

	// Quantity is in units of the dimension. It counts as the shortest decimal that stands for it: ten times 0.1 are 1. It may
	// be 0, and is at most 2⁵³, beyond which a float64 has no digits for units.
	Quantity float64

	// Time is when the usage happened, not more than five minutes ahead of the clock of this machine.
	Time time.Time
}

// ErrInvalidEvent matches the error for an event that cannot be stored, whatever the state of the database.
var ErrInvalidEvent = errors.New("usage: invalid event")

const (
	maxText     = 512             // bytes, which an index of Postgres takes
	maxQuantity = 1 << 53         // up to which every whole number is a float64
	maxAhead    = 5 * time.Minute // for clocks that differ
)

// earliest is before all usage: a time before it was never set, or was a number of another unit.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// check returns what is wrong with an event.
func (e Event) check(now time.Time) error {
	for _, field := range []struct{ name, value string }{{"ID", e.ID}, {"EntitlementID", e.EntitlementID}, {"Dimension", e.Dimension}} {
		switch {
		case field.value == "":
			return fmt.Errorf("its %s is empty", field.name)
		case len(field.value) > maxText:
			return fmt.Errorf("its %s has %d bytes, at most %d are possible", field.name, len(field.value), maxText)
		case !utf8.ValidString(field.value), strings.ContainsRune(field.value, 0):
			return fmt.Errorf("its %s %q is not text", field.name, field.value)
		}
	}
	switch {
	case e.EntitlementID == ".", e.EntitlementID == "..":
		return fmt.Errorf("its EntitlementID %q is a step in a path, not an id", e.EntitlementID)
	case math.IsNaN(e.Quantity), math.IsInf(e.Quantity, 0):
		return fmt.Errorf("its Quantity %v is not a number", e.Quantity)
	case e.Quantity < 0:
		return fmt.Errorf("its Quantity %v is negative: usage cannot be taken back", e.Quantity)
	case e.Quantity > maxQuantity:
		return fmt.Errorf("its Quantity %v is more than 2⁵³", e.Quantity)
	case e.Time.IsZero():
		return errors.New("its Time is not set")
	case e.Time.Before(earliest):
		return fmt.Errorf("its Time %v is before the year 2000", e.Time.UTC())
	case e.Time.After(now.Add(maxAhead)):
		return fmt.Errorf("its Time %v is in the future: it is %v", e.Time.UTC(), now.UTC())
	}
	return nil
}

// ConflictError is an event whose id was added before for another entitlement, dimension or quantity. One of the two is wrong, and
// which one only the caller can know, so nothing of the call is stored.
type ConflictError struct {
	Event  Event // that was to be added
	Stored Event // that has its id; its Time is in UTC
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("usage: event %q was added before as other usage: %v, and now %v", e.Event.ID, e.Stored, e.Event)
}

// same reports whether two events with one id are the same usage. Their times may differ, as they do when a request is repeated
// and its time is taken anew.
func (e Event) same(other Event) bool {
	return e.EntitlementID == other.EntitlementID && e.Dimension == other.Dimension && decimal(e.Quantity) == decimal(other.Quantity)
}
