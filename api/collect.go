package api

import "iter"

// Collect reads a list to its end, so that a loop over it may delete or change what the list selects: an iterator fetches one
// page at a time, so items that a deletion moves to an earlier page would be skipped. On an error Collect returns what came
// before it, and the error.
//
//	drafts, err := api.Collect(client.Offers.All(ctx, params))
//
// All that it reads is in memory at once; [Max] bounds it.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var items []T
	for item, err := range seq {
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
	return items, nil
}
