package gen

import "errors"

// errNotInList says that a list does not have the object whose state is looked up.
var errNotInList = errors.New("the list does not have it")

// inList returns the object with an id, nil if the list has none. It is for what has no operation that gets it by its id.
func inList[T any, P interface {
	*T
	GetID() string
}](all []T, id string) P {
	for i := range all {
		if item := P(&all[i]); item.GetID() == id {
			return item
		}
	}
	return nil
}
