// Package webhook receives the notification events that Suger posts to a URL of the seller, and turns them into state.
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
//		"github.com/suger-go/suger/api"
//		"github.com/suger-go/suger/api/webhook"
//		"github.com/suger-go/suger/gen"
//	)
//
//	func main() {
//		client, err := api.NewFromEnv()
//		if err != nil {
//			log.Fatal(err)
//		}
//		router := webhook.NewRouter(client, func(_ context.Context, event *gen.NotificationEvent) error {
//			log.Println("nobody handles", event.GetEntityType(), event.GetAction(), event.GetEntityID())
//			return nil
//		})
//		router.Entitlements(func(_ context.Context, entitlement *gen.Entitlement, _ *gen.NotificationEvent) error {
//			log.Println(entitlement.GetID(), "is", entitlement.GetStatus())
//			return nil
//		})
//		http.Handle("/suger", webhook.Handler(os.Getenv("SUGER_WEBHOOK_SECRET"), router.Route, webhook.WithDeduplication(10_000)))
//		server := &http.Server{Addr: ":8080", ReadTimeout: 10 * time.Second}
//		log.Fatal(server.ListenAndServe())
//	}
//
// Suger's events may come more than once and out of order, and no text promises that one which was not taken is sent again. Hence
// the parts of this package: a [Router] passes the object as it is now; [WithStore] remembers events, where the handler wants it in
// the transaction of its own writes ([SQLStore.Tx]); and a loop over the list makes up for events that never came, as the example
// "Provisioning" shows. [Replay] sends the events that happened to a handler that is being written. Where HTTP requests do not come
// through net/http, as in a cloud function, [Verify], [Parse] and [Router.Route] do the same by hand.
//
// # Which events come
//
// The documentation has the kinds of objects, the actions and the statuses, each as a list. What it says about when an event comes
// is in the notes below the table, and no more. The table brings together the status that an object is documented to have after a
// step and the actions that are named like the step, so it shows what may come. A receiver should not rely on a certain event, and
// take the object as it is instead.
//
//	ENTITLEMENT                          status                                    action
//	the buyer accepts an offer           ACTIVE, PENDING_START                     CREATE
//	AWS has settled the offer (*1)       ACTIVE                                    UPDATE
//	the seller approves (Azure, GCP)     ACTIVE                                    APPROVE
//	it is put on hold                    SUSPENDED                                 SUSPEND
//	it goes on                           ACTIVE                                    REINSTATE
//	its end comes near                   ACTIVE                                    END_SOON, EXPIRE_SOON
//	it is renewed                        ACTIVE                                    UPDATE
//	it is going to be cancelled          PENDING_CANCEL                            PENDING_CANCEL
//	it is cancelled                      CANCELLED                                 CANCEL, TERMINATE
//	its term ends                        not documented                            EXPIRE
//	it is deleted                        DELETED                                   DELETE
//
//	OFFER                                status                                    action
//	the seller makes a draft             DRAFT                                     CREATE
//	the marketplace works on it          PENDING_CREATE, CREATE_SUCCESS            PENDING_CREATE
//	it will not be published             CREATE_FAILED                             CREATE_FAILED
//	it is published (*2)                 PENDING_ACCEPTANCE                        PENDING_ACCEPTANCE
//	its contacts are notified (*3)       unchanged                                 NOTIFY_CONTACTS
//	the seller's approval is asked (*4)  not documented                            SUBMIT_APPROVAL_REQUEST, REVIEW_APPROVAL_REQUEST
//	it is approved or declined (*4)      not documented                            APPROVE_APPROVAL_REQUEST, DECLINE_APPROVAL_REQUEST
//	the partner has to act               PENDING_PARTNER_ACTION                    PENDING_PARTNER_ACTION
//	the buyer accepts                    ACCEPT_PENDING, ACCEPTED, ACCEPT_FAILED   ACCEPT
//	the buyer declines                   REJECTED                                  REJECT
//	it is changed                        PENDING_UPDATE, UPDATE_SUCCESS            UPDATE
//	it is cancelled                      PENDING_CANCEL, CANCELLED, CANCEL_FAILED  PENDING_CANCEL, CANCEL
//	its date passes                      EXPIRED                                   EXPIRE_SOON, EXPIRE
//	it is deleted                        DELETED                                   DELETE
//
//	INVOICE                              status                                    action
//	it is drafted                        DRAFT                                     CREATE
//	the draft is changed                 DRAFT                                     UPDATE
//	it is issued                         FINALIZED                                 ISSUE
//	a payment succeeds (*5)              FINALIZED                                 CHARGE
//	a payment fails (*5)                 FINALIZED                                 FAIL
//	money goes back (*5)                 FINALIZED                                 REFUND
//	it is voided                         CANCELED                                  VOID
//	it is deleted                        DELETED                                   DELETE
//
// The notes:
//
//   - (*1) On AWS the offer of an entitlement may be wrong for up to five minutes after signup; an update event follows.
//   - (*2) An offer keeps its notifications, mostly those to contacts and buyers when it waits for acceptance. Their actions are
//     not documented.
//   - (*3) Offers.NotifyContacts is documented to answer with the event that it made; newer servers answer without it.
//   - (*4) The texts of earlier decisions are documented to be in notification events. Their actions and objects are not.
//   - (*5) Whether such an event is about the INVOICE or about a PAYMENT_TRANSACTION is not documented.
package webhook
