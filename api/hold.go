package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/suger-go/suger/gen"
)

// hold pauses the calls that read lists ahead: while one of them waits after a 429 or a Retry-After, the others send no
// requests. All other calls are unaffected.
type hold struct {
	mutex sync.Mutex
	until time.Time
}

// set starts a pause if the call reads ahead and the server asked it to wait.
func (h *hold) set(call *gen.Call, refusal error, retryAfter, pause time.Duration) {
	if call.Options.Ahead == 0 || retryAfter == 0 && !errors.Is(refusal, ErrRateLimited) {
		return
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if until := time.Now().Add(pause); until.After(h.until) {
		h.until = until
	}
}

// wait returns when the call may be sent, or when its context ends.
func (h *hold) wait(ctx context.Context, call *gen.Call) error {
	if call.Options.Ahead == 0 {
		return nil
	}
	for {
		h.mutex.Lock()
		pause := time.Until(h.until)
		h.mutex.Unlock()
		if pause <= 0 {
			return nil
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}
