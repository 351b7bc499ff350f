package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/api/webhook"
)

// replayFlags defines the flags of the replay, and returns what posts the events of a server as they say.
func replayFlags(flags *flag.FlagSet) func(ctx context.Context, srv *sugertest.Server) error {
	url := flags.String("replay", "", "`URL` on this machine to post the events to that the server starts with")
	secret := flags.String("secret", "", "secret to sign them with")
	return func(ctx context.Context, srv *sugertest.Server) error {
		if *url == "" {
			return nil
		}
		posted, err := webhook.Replay(ctx, srv.Client(), *url, *secret, time.Unix(0, 0))
		fmt.Fprintf(flags.Output(), "%d events posted\n", posted)
		return err
	}
}
