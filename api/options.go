package api

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/suger-go/suger/gen"
)

// Option sets up a client, see [New].
type Option func(*config) error

// settings are what the options set and the calls need.
type settings struct {
	userAgent        string
	timeout          time.Duration // of a try, 0 for none
	maxResponseBytes int64
	retry            RetryPolicy
	limiter          *rate.Limiter
	logger           *slog.Logger
	logBodies        bool
}

// config is all that the options set.
type config struct {
	settings
	baseURL    string
	tokenURL   string
	access     []credentials
	httpClient *http.Client
	transport  http.RoundTripper
}

// check returns an error for options that have no effect without another one.
func (cfg *config) check() error {
	switch {
	case cfg.logBodies && cfg.logger == nil:
		return errors.New("api: WithLoggedBodies has no effect without WithLogger")
	case cfg.tokenURL != "" && (len(cfg.access) != 1 || cfg.access[0].name != "WithOAuth"):
		return errors.New("api: WithTokenURL has no effect without WithOAuth")
	}
	return nil
}

// WithBaseURL sets the address of the server, [Production] by default. It must be https; plain http is allowed for a server
// on the loopback interface. A path in it comes before the paths of the API.
func WithBaseURL(baseURL string) Option {
	return func(cfg *config) error {
		cfg.baseURL = baseURL
		return nil
	}
}

// WithEnvironment sets the deployment to call, [Production] by default.
func WithEnvironment(env Environment) Option { return WithBaseURL(string(env)) }

// WithHTTPClient sets the HTTP client to use: its transport, its time-out, which bounds each try like that of [WithTimeout], and
// its CheckRedirect. Its cookies are not used. The client follows redirects itself, on one server, and asks CheckRedirect.
func WithHTTPClient(client *http.Client) Option {
	return func(cfg *config) error {
		if client == nil {
			return errors.New("api: WithHTTPClient: the client is nil")
		}
		cfg.httpClient = client
		return nil
	}
}

// WithTransport sets what sends the requests, such as a transport that traces them. It gets the request of each try, with the
// credentials. The client keeps it from sending a request again on another connection, as the retry policy decides that.
func WithTransport(transport http.RoundTripper) Option {
	return func(cfg *config) error {
		if transport == nil {
			return errors.New("api: WithTransport: the transport is nil")
		}
		cfg.transport = transport
		return nil
	}
}

// userAgent names the client and the version of this module in the program.
var userAgent = sync.OnceValue(func() string {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range append(info.Deps, &info.Main) {
			if module.Path == modulePath && module.Version != "" && module.Version != "(devel)" {
				version = strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "suger-go/" + version
})

const modulePath = "github.com/suger-go/suger"

// WithUserAgent puts the name of a program, such as "billing-job/1.4", before the client's own in the User-Agent header.
func WithUserAgent(name string) Option {
	return func(cfg *config) error {
		if !gen.IsHeaderValue(name) {
			return errors.New("api: WithUserAgent: the name has characters that no header can carry")
		}
		cfg.userAgent = name + " " + userAgent()
		return nil
	}
}

// WithTimeout bounds each try of a call, from the dial to the last byte of the answer. 60 seconds by default; 0 means no
// bound. The context of a call bounds all of its tries.
func WithTimeout(timeout time.Duration) Option {
	return func(cfg *config) error {
		if timeout < 0 {
			return errors.New("api: WithTimeout: the time-out is negative")
		}
		cfg.timeout = timeout
		return nil
	}
}

// WithMaxResponseBytes bounds the body of an answer, 64 MiB by default. A larger body is an error. So is a body with more
// objects and array elements than one for every 256 bytes of the bound, since it would take too much memory. What [Client.Do]
// writes to an [io.Writer] has no bound.
func WithMaxResponseBytes(n int64) Option {
	return func(cfg *config) error {
		if n <= 0 {
			return errors.New("api: WithMaxResponseBytes: the limit is not positive")
		}
		cfg.maxResponseBytes = n
		return nil
	}
}

// WithRetry sets when and how often calls are repeated, as [DefaultRetryPolicy] says by default.
func WithRetry(policy RetryPolicy) Option {
	return func(cfg *config) error {
		if policy.MaxTries < 1 || policy.BaseDelay < 0 || policy.MaxDelay < 0 {
			return errors.New("api: WithRetry: want MaxTries of 1 or more and no negative delay")
		}
		cfg.retry = policy
		return nil
	}
}

// WithRateLimit makes calls wait so that no more than the limiter allows are sent. Each try takes one token. Clients may
// share a limiter.
func WithRateLimit(limiter *rate.Limiter) Option {
	return func(cfg *config) error {
		if limiter == nil {
			return errors.New("api: WithRateLimit: the limiter is nil")
		}
		cfg.limiter = limiter
		return nil
	}
}

// WithLogger logs a line for each try: operation, method, path, status, duration, try and request id. A success is logged at
// debug level, anything else at warn level. Headers are never logged, bodies only with [WithLoggedBodies].
func WithLogger(logger *slog.Logger) Option {
	return func(cfg *config) error {
		if logger == nil {
			return errors.New("api: WithLogger: the logger is nil")
		}
		cfg.logger = logger
		return nil
	}
}

// WithLoggedBodies adds the bodies of request and response to the lines of [WithLogger], as request_body and response_body,
// 4096 bytes of each at most. The credentials of the client, the values of properties that are named as secrets and the queries
// of URLs, which may be signed, are left out; names, e-mail addresses and prices are not. Of a file that is sent only its type
// is logged.
func WithLoggedBodies() Option {
	return func(cfg *config) error {
		cfg.logBodies = true
		return nil
	}
}
