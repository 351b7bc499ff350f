// Package usage reports usage so that none is lost and none is counted twice. It is an outbox on the database that a program has
// already: events are stored there in a transaction, added up, and sent to Suger by a loop that survives crashes and outages.
//
//	reporter, err := usage.New(client, usage.Postgres(db)) // or usage.SQLite(db)
//	err = reporter.Add(ctx, usage.Event{ID: "evt-1", EntitlementID: id, Dimension: "api_calls", Quantity: 3, Time: t})
//	go reporter.Run(ctx)                           // seals, sends, and drains when the context ends
//	refused, err := reporter.Refused(ctx)          // what Suger did not take, and why; Retry, Discard
//	err = reporter.Flush(ctx, id)                  // a cancelled buyer leaves an hour for the last report
//
// # Why
//
// A call that reports usage can fail in a way that says nothing: no answer, an answer that breaks off, a crash in between. To send
// the usage again may bill it twice, not to may lose it. Suger has one remedy: a usage record group may have an id of the caller's
// own, and a second group with that id is refused with 409. So the id and the content of a group must be stored before it is sent,
// and must be the same at each attempt, in each process, until it is known what became of it. That is what this package does.
//
// # How
//
// An event is durable when [Reporter.Add] returns, and counts once by its id, for two days (see [WithMemory]). With [Reporter.AddTx]
// it is stored in the same transaction as the work that it charges for.
//
// Events add up per entitlement, dimension and window, an hour of UTC (see [WithWindow]), as decimals and so exactly; what is sent
// is the float64 nearest to the sum, which has its first 15 digits. A window that has been over for a minute (for a sixtieth of it,
// if that is less) is sealed: its events become a group with a UUIDv7, which is stored together with them. Events that come later
// go into a group of their own. Dimensions whose sum is zero are left out, and a group with nothing else is stored and not sent, since
// Suger refuses it.
//
// Groups are sent one by one, several at a time (see [WithParallel]). The operation for many at once takes no ids, so that nothing
// safe can be built on it. The timestamp of a group is the time of its newest event. Suger does not say what it has to be for
// a sum; this is within the window, is as young as it can be for the limits of marketplaces, and is not before the subscription
// began. What becomes of a group is what [Report] says: Suger takes it, or refuses it, which is kept with its words until somebody
// looks (see [Reporter.Refused]), or it waits and is sent again, at longer and longer intervals for as long as it takes. Groups that
// failed less often go first, so that an entitlement that fails does not hold up the others.
//
// Any number of reporters may share the work on one database. Each claims groups for the time of a lease (see [WithLease]), and what
// a process leaves behind when it dies is sent by another after that, or by itself when it is back. A lease that ends too early, while
// its holder still sends, leads to a second request with the same id, and so not to a second count. Times of leases and attempts
// are by the clock of the Postgres server, or that of the one machine with SQLite; events have the time that the caller gives them,
// and how long their ids are known is by the clock of the process that added them.
//
// # Limits of the marketplaces
//
// By Suger's documentation AWS takes no usage that is six hours old or older; the text of AWS on a usage record says one hour. Neither
// says what counts as the age of a sum. This package never gives usage up because of its age; it is loud about it: see [Status] and
// [WithDelayLimit].
package usage
