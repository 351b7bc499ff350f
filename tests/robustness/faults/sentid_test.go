package faults

// sentID returns the id that the client made up for usage that was reported without one, nil if there is none.
func sentID(error) *string { return nil } // no error says so yet
