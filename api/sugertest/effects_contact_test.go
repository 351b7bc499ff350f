package sugertest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/gen"
)

func TestContactTags(t *testing.T) {
	t.Parallel()
	srv := New(t)
	srv.Seed(gen.Contact{ID: new("contact-1"), Tags: []string{"old"}})
	client := srv.Client(checked(t, srv))
	for _, tags := range [][]string{{"finance", "übergaben"}, {"a", "b", "c", "d", "abcdefghij"}, {}} {
		set, err := client.Contacts.UpdateTags(t.Context(), "contact-1", gen.ContactTagsUpdateParams{Tags: tags})
		require.NoError(t, err)
		assert.Equal(t, tags, set)
		contact, err := client.Contacts.Get(t.Context(), "contact-1")
		require.NoError(t, err)
		assert.Equal(t, tags, contact.GetTags())
	}
	for message, tags := range map[string][]string{
		"body/tags: more than 5 tags":       {"a", "b", "c", "d", "e", "f"},
		"body/tags/1: want 1 to 10 letters": {"a", "abcdefghijk"},
		"body/tags/0: want 1 to 10 letters": {""},
		"body/tags/2: want 1 to 10 letters": {"a", "b", "c3"},
		"body/tags/3: want 1 to 10 letters": {"a", "b", "c", "two words"},
		"body/tags/4: want 1 to 10 letters": {"a", "b", "c", "d", "e\n"},
	} {
		_, err := client.Contacts.UpdateTags(t.Context(), "contact-1", gen.ContactTagsUpdateParams{Tags: tags})
		assert.ErrorContains(t, err, message)
	}
}
