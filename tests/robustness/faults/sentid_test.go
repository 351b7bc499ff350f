package faults

import (
	"errors"

	"github.com/suger-go/suger/api"
)

// sentID returns the id that the client made up for usage that was reported without one, nil if there is none.
func sentID(err error) *string {
	var info api.CallInfo
	if e, ok := errors.AsType[*api.Error](err); ok {
		info = e.CallInfo
	} else if e, ok := errors.AsType[*api.TransportError](err); ok {
		info = e.CallInfo
	} else if e, ok := errors.AsType[*api.DecodeError](err); ok {
		info = e.CallInfo
	}
	if info.SentID == "" {
		return nil
	}
	return &info.SentID
}
