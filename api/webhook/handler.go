package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"

	"github.com/suger-go/suger/gen"
)

const defaultMaxBodyBytes = 1 << 20

type handler struct {
	secrets      []string
	callback     func(context.Context, *gen.NotificationEvent) error
	maxBodyBytes int64
	dedupe       *deduplicator // nil if every delivery runs
	store        Store         // nil for none
	onError      func(*http.Request, int, error)
}

// Option sets up a [Handler].
type Option func(*handler)

// WithSecrets adds secrets whose signatures are taken too. While a secret is rotated, give the new one to [Handler] and the
// old one here, until Suger signs with the new one.
func WithSecrets(old ...string) Option {
	return func(h *handler) { h.secrets = append(h.secrets, old...) }
}

// WithMaxBodyBytes bounds the body of a delivery, 1 MiB by default.
func WithMaxBodyBytes(n int64) Option {
	return func(h *handler) { h.maxBodyBytes = n }
}

// WithDeduplication answers a delivery without the callback if the callback has succeeded for the same event id. The last
// size ids are remembered; an id whose callback failed is not. Of deliveries that come at the same time one runs, the
// others wait for it: they are answered 204 if it succeeds, and take their turns if it fails.
//
// The ids are in memory: they are gone after a restart, and other processes do not see them. Where an event must not act
// twice, use [WithStore]. An event that changed and was sent again under its old id is dropped like any other repeat. An event
// without an id is never dropped.
func WithDeduplication(size int) Option {
	if size <= 0 {
		panic("webhook: WithDeduplication: the size is not positive")
	}
	return func(h *handler) { h.dedupe = newDeduplicator(size) }
}

// WithErrorHandler sets a function that is called for each delivery that was not accepted, with the status of the answer and
// the error: one of the callback or of [Parse], [ErrNoSignature] and the like, a [*http.MaxBytesError]. It may be called by
// many goroutines at once. By default the errors go to [slog.Default].
func WithErrorHandler(f func(r *http.Request, status int, err error)) Option {
	return func(h *handler) { h.onError = f }
}

// Handler returns a handler that calls the callback with each event that is signed with the secret. It answers
//
//   - 204 when the callback succeeded,
//   - 500 when the callback failed,
//   - 403 when its error is [ErrOtherOrganization]: a sender should not repeat itself then (RFC 9110, section 15.5.4),
//   - 400 for a body that is cut off or is no event, and 408 when the server's ReadTimeout passed before its end,
//   - 401 for a signature that is missing or wrong,
//   - 405 for a method other than POST,
//   - 413 for a body beyond the limit.
//
// Whether Suger sends an event again that was not answered 204, and when, is not documented. A receiver that must not miss one
// also reads the list of what it keeps from time to time, as the example "Provisioning" does.
//
// The context of the callback is that of the request, so it ends when the sender hangs up: a callback that takes long
// should put the event into a queue and return. The callback may run for several events at once. A panic in it goes
// through to the server, which drops the connection.
//
// Handler panics if a secret is empty, a function nil or a limit not positive, as [http.Handle] does on such mistakes: a
// program that lacks its secret should not start.
func Handler(secret string, callback func(ctx context.Context, event *gen.NotificationEvent) error, opts ...Option) http.Handler {
	h := &handler{secrets: []string{secret}, callback: callback, maxBodyBytes: defaultMaxBodyBytes, onError: logError}
	for _, opt := range opts {
		opt(h)
	}
	if h.store != nil && h.dedupe == nil {
		h.dedupe = newDeduplicator(0)
	}
	switch {
	case slices.Contains(h.secrets, ""):
		panic(ErrNoSecret)
	case h.callback == nil:
		panic("webhook: the callback is nil")
	case h.onError == nil:
		panic("webhook: the error handler is nil")
	case h.maxBodyBytes <= 0:
		panic("webhook: the limit of the body is not positive")
	}
	return http.HandlerFunc(h.serve) // a function, since %+v would print the secrets of a struct
}

func logError(r *http.Request, status int, err error) {
	slog.WarnContext(r.Context(), "webhook: delivery not accepted", "status", status, "error", err, "remote", r.RemoteAddr)
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request) {
	if status, err := h.receive(w, r); err != nil {
		h.onError(r, status, err)
		http.Error(w, http.StatusText(status), status) // only the error handler gets the reason, the sender does not
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// receive returns the error of a delivery and the status that it is answered with.
func (h *handler) receive(w http.ResponseWriter, r *http.Request) (int, error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed, fmt.Errorf("webhook: the method is %s, not POST", r.Method)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.maxBodyBytes))
	if err != nil {
		return readStatus(err), fmt.Errorf("webhook: read body: %w", err)
	}
	if err := h.verify(r.Header, body); err != nil {
		return http.StatusUnauthorized, err
	}
	event, err := Parse(body)
	if err != nil {
		return http.StatusBadRequest, err
	}
	switch err := h.run(r.Context(), event); {
	case errors.Is(err, ErrOtherOrganization):
		return http.StatusForbidden, err
	case err != nil:
		return http.StatusInternalServerError, err
	}
	return 0, nil
}

func readStatus(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

func (h *handler) verify(header http.Header, body []byte) error {
	var err error
	for _, secret := range h.secrets {
		if err = Verify(secret, header, body); err == nil {
			return nil
		}
	}
	return err
}
