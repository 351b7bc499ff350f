package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
)

// replay says where the events go that the server starts with.
type replay struct{ url, secret string }

func (r *replay) define(flags *flag.FlagSet) {
	flags.StringVar(&r.url, "replay", "", "`URL` on this machine to post the events to that the server starts with")
	flags.StringVar(&r.secret, "secret", "", "secret to sign them with")
}

// post posts the events, if there is somewhere to post them to.
func (r *replay) post(ctx context.Context, srv *sugertest.Server, errOut io.Writer) error {
	if r.url == "" {
		return nil
	}
	posted, err := webhook.Replay(ctx, srv.Client(), r.url, r.secret, time.Unix(0, 0))
	fmt.Fprintf(errOut, "%d events posted\n", posted)
	return err
}
