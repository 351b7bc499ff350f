package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

const (
	change = `step "change one property of an offer" failed`
	draft  = `step "draft an offer with a commit" failed`
)

// TestCompare sends what a client might send, and wants what is wrong with it to be seen, by the name of the step.
func TestCompare(t *testing.T) {
	t.Parallel()
	note := gen.MetaInfo{InternalNote: new("Call first.")}
	offer := gen.Offer{Name: new("Draft"), Info: &gen.OfferInfo{Commits: []gen.CommitDimension{{Key: new("seats"), Rate: new(1250.5)}}}}
	for name, tt := range map[string]struct {
		metaInfo gen.MetaInfo
		offer    gen.Offer
		times    int
		after    func(t *testing.T, srv *sugertest.Server)
		want     string
	}{
		"as meant": {metaInfo: note, offer: offer, times: 1},
		"an empty list": {
			metaInfo: gen.MetaInfo{InternalNote: new("Call first."), Contacts: []gen.OfferContact{}}, offer: offer, times: 1,
			want: change + `: want one request with the body {"internalNote":"Call first."}, got [{"contacts":[],"internalNote":"Call first."}]`,
		},
		"twice":      {metaInfo: note, offer: offer, times: 2, want: change},
		"not at all": {metaInfo: note, offer: offer, times: 0, want: change},
		"a default": {metaInfo: note, times: 1, want: draft, offer: gen.Offer{Name: new("Draft"), Info: &gen.OfferInfo{
			Commits: []gen.CommitDimension{{Key: new("seats"), Rate: new(1250.5), MinimumUsers: new(int64(1))}},
		}}},
		"another amount": {metaInfo: note, times: 1, want: draft, offer: gen.Offer{Name: new("Draft"), Info: &gen.OfferInfo{
			Commits: []gen.CommitDimension{{Key: new("seats"), Rate: new(1250.500001)}},
		}}},
		"something emptied": {metaInfo: note, offer: offer, times: 1, want: change + ": want the offer to have the info",
			after: func(t *testing.T, srv *sugertest.Server) {
				srv.Seed(gen.Offer{ID: new("offer-1"), Name: new("Enterprise"), MetaInfo: &note})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sugertest.New(t)
			fake := door{srv.URL, srv.APIKey}
			var out strings.Builder
			require.NoError(t, run(fake, "prepare", "seed.json", nil, &out))
			for range tt.times {
				_, err := srv.Client().Offers.UpdateMetaInfo(t.Context(), "offer-1", tt.metaInfo)
				require.NoError(t, err)
			}
			_, err := srv.Client().Offers.CreateOrUpdateDraft(t.Context(), tt.offer)
			require.NoError(t, err)
			if tt.after != nil {
				tt.after(t, srv)
			}
			err = run(fake, "compare", "seed.json", nil, &out)
			if tt.want == "" {
				require.NoError(t, err)
				assert.Equal(t, 3, strings.Count(out.String(), "\n"), out.String())
			} else {
				assert.ErrorContains(t, err, tt.want)
			}
		})
	}
}

func TestUntouched(t *testing.T) {
	t.Parallel()
	srv := sugertest.New(t)
	fake := door{srv.URL, srv.APIKey}
	var out strings.Builder
	require.NoError(t, run(fake, "prepare", "seed.json", []string{"offers.get=status:404,times:1"}, &out))
	assert.ErrorContains(t, run(fake, "untouched", "seed.json", nil, &out), "want requests, got none")
	_, err := srv.Client().Offers.Get(t.Context(), "offer-1")
	require.Error(t, err, "the fault that was given strikes")
	assert.NoError(t, run(fake, "untouched", "seed.json", nil, &out))
	_, err = srv.Client().Offers.UpdateMetaInfo(t.Context(), "offer-1", gen.MetaInfo{})
	require.NoError(t, err)
	assert.ErrorContains(t, run(fake, "untouched", "seed.json", nil, &out), "want nothing but reads, got PATCH /org/")
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	srv := sugertest.New(t)
	assert.ErrorContains(t, run(door{srv.URL, srv.APIKey}, "dance", "seed.json", nil, nil), `unknown task "dance"`)
	assert.ErrorIs(t, run(door{srv.URL, srv.APIKey}, "prepare", "nothing.json", nil, nil), os.ErrNotExist)
	assert.ErrorContains(t, run(door{srv.URL, "another"}, "prepare", "seed.json", nil, nil), "401")
}
