// Package webhook receives the notification events that Suger posts to a URL of the seller.
//
// A complete receiver:
//
//	package main
//
//	import (
//		"context"
//		"log"
//		"net/http"
//		"os"
//		"time"
//
//		"github.com/suger-go/suger/api/webhook"
//		"github.com/suger-go/suger/gen"
//	)
//
//	func main() {
//		receive := func(ctx context.Context, event *gen.NotificationEvent) error {
//			log.Println(event.GetAction(), event.GetEntityType(), event.GetEntityID())
//			return nil
//		}
//		http.Handle("/suger", webhook.Handler(os.Getenv("SUGER_WEBHOOK_SECRET"), receive, webhook.WithDeduplication(10_000)))
//		server := &http.Server{Addr: ":8080", ReadTimeout: 10 * time.Second}
//		log.Fatal(server.ListenAndServe())
//	}
//
// The same event may arrive more than once, and events may arrive out of order. Where HTTP requests do not come through
// net/http, as in a cloud function, [Verify] and [Parse] do the same by hand.
package webhook
