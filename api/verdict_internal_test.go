package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/suger-go/suger/gen"
)

// TestJudge is the table of all that decides how a call goes on.
func TestJudge(t *testing.T) {
	t.Parallel()
	type want struct{ read, idempotent, unsafe verdict }
	same := func(n next, a acted) want { return want{verdict{n, a}, verdict{n, a}, verdict{n, a}} }
	unless := func(n next, a acted) want { return want{verdict{n, a}, verdict{n, a}, verdict{stop, a}} } // unsafe calls stop
	for name, tt := range map[string]struct {
		evidence evidence
		want     want
	}{
		"success":                         {evidence{written: true, status: 200}, same(stop, actedSurely)},
		"success after another":           {evidence{written: true, status: 204, earlier: true, settles: true}, same(stop, actedSurely)},
		"broken body":                     {evidence{written: true, status: 200, broken: true, temporary: true}, unless(wait, actedSurely)},
		"body too large":                  {evidence{written: true, status: 200, broken: true}, same(stop, actedSurely)},
		"not written":                     {evidence{temporary: true}, same(wait, actedNot)},
		"not written, permanent":          {evidence{}, same(stop, actedNot)},
		"not written, stale":              {evidence{temporary: true, stale: true}, same(atOnce, actedNot)},
		"no answer":                       {evidence{written: true, temporary: true}, unless(wait, actedPerhaps)},
		"no answer, permanent":            {evidence{written: true}, same(stop, actedPerhaps)},
		"refused":                         {evidence{written: true, status: 400}, same(stop, actedNot)},
		"refused, settles at first":       {evidence{written: true, status: 400, settles: true}, same(stop, actedNot)},
		"refused after another":           {evidence{written: true, status: 400, earlier: true}, same(stop, actedNot)},
		"refused after another, settles":  {evidence{written: true, status: 400, earlier: true, settles: true}, same(settle, actedNot)},
		"conflict after another, settles": {evidence{written: true, status: 409, earlier: true, settles: true}, same(settle, actedNot)},
		"no access after another":         {evidence{written: true, status: 403, earlier: true, settles: true}, same(stop, actedNot)},
		"old token":                       {evidence{written: true, status: 401, cached: true}, same(renew, actedNot)},
		"old token after another":         {evidence{written: true, status: 401, cached: true, earlier: true, settles: true}, same(renew, actedNot)},
		"bad key":                         {evidence{written: true, status: 401}, same(stop, actedNot)},
		"too many":                        {evidence{written: true, status: 429, temporary: true}, same(wait, actedNot)},
		"too many, out of tries":          {evidence{written: true, status: 429, earlier: true, settles: true}, same(stop, actedNot)},
		"time-out of the server":          {evidence{written: true, status: 408, temporary: true}, unless(wait, actedPerhaps)},
		"server error":                    {evidence{written: true, status: 500, temporary: true}, unless(wait, actedPerhaps)},
		"server error, own rule":          {evidence{written: true, status: 500}, same(stop, actedPerhaps)},
		"gateway":                         {evidence{written: true, status: 522, temporary: true}, unless(wait, actedPerhaps)},
		"own rule for a refusal":          {evidence{written: true, status: 404, temporary: true}, same(wait, actedNot)},
		"moved":                           {evidence{written: true, status: 302, moved: true}, unless(follow, actedPerhaps)},
		"moved, method kept":              {evidence{written: true, status: 307, moved: true}, same(follow, actedNot)},
		"moved elsewhere":                 {evidence{written: true, status: 308}, same(stop, actedNot)},
		"see other":                       {evidence{written: true, status: 303}, same(stop, actedPerhaps)},
	} {
		assert.Equal(t, tt.want, want{
			judge(gen.EffectRead, tt.evidence), judge(gen.EffectIdempotent, tt.evidence), judge(gen.EffectUnsafe, tt.evidence),
		}, name)
		assert.Equal(t, judge(gen.EffectUnsafe, tt.evidence), judge("no effect", tt.evidence), "what is unknown is unsafe")
	}
}

func TestIsTemporary(t *testing.T) {
	t.Parallel()
	var temporary []int
	for status := 100; status < 700; status++ {
		if IsTemporary(status, nil) {
			temporary = append(temporary, status)
		}
	}
	assert.Equal(t, []int{408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 528, 529}, temporary)
	for _, err := range []error{io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded, errRepeat, errors.New("any other")} {
		assert.True(t, IsTemporary(0, err), "%v", err)
		assert.True(t, IsTemporary(200, fmt.Errorf("the body: %w", err)), "%v", err)
	}
	for _, err := range []error{context.Canceled, errTooLarge, fmt.Errorf("a bomb: %w", errTooLarge)} {
		assert.False(t, IsTemporary(0, err), "%v", err)
	}
}
