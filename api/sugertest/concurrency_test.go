package sugertest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

// 50 goroutines create, change, read and list at the same time. Nothing may be lost and no id may come twice.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	srv := New(t)
	client := srv.Client()
	const goroutines, rounds = 50, 40 // five requests a round
	ids := make([][]string, goroutines)
	var wait sync.WaitGroup
	for g := range goroutines {
		wait.Go(func() {
			for i := range rounds {
				email := fmt.Sprintf("%d-%d@example.com", g, i)
				contact, err := client.Contacts.Create(t.Context(), gen.Contact{EmailAddress: &email})
				if !assert.NoError(t, err) {
					return
				}
				ids[g] = append(ids[g], contact.GetID())
				_, err = client.Contacts.Update(t.Context(), contact.GetID(), gen.Contact{Name: &email})
				assert.NoError(t, err)
				contact, err = client.Contacts.Get(t.Context(), contact.GetID())
				assert.NoError(t, err)
				assert.Equal(t, email, contact.GetName())
				_, err = client.Contacts.List(t.Context(), &gen.ListContactsParams{Limit: new(int64(3))})
				assert.NoError(t, err)
				_, err = client.Offers.Get(t.Context(), "nothing")
				assert.ErrorIs(t, err, api.ErrNotFound)
			}
		})
	}
	wait.Wait()
	unique := map[string]bool{}
	for contact, err := range client.Contacts.All(t.Context(), nil) {
		require.NoError(t, err)
		unique[contact.GetID()] = true
		assert.Equal(t, contact.GetEmailAddress(), contact.GetName())
	}
	assert.Len(t, unique, goroutines*rounds)
	for _, list := range ids {
		for _, id := range list {
			assert.True(t, unique[id])
		}
	}
}
