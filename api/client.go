// Package api is a client for the Suger API.
//
// A [Client] acts for one organization and has a service for each group of operations:
//
//	client, err := api.New("your-org-id", api.WithAPIKey(key))
//	...
//	ent, err := client.Entitlements.Get(ctx, "entitlement-id")
//	fmt.Println(ent.GetInfo().GetAWSAgreement().GetStatus())
//
// The services and the types they take and return are those of package gen. Lists have an iterator beside them, which fetches
// page after page. Its name has All after the verb, and is without the verb List: Offers.List and Offers.All, Support.ListTickets
// and Support.AllTickets, Offers.Query and Offers.QueryAll. A Query takes a filter and an order, see [gen.Filter].
//
// An answer with a status other than 2xx is an [*Error], which matches [ErrNotFound] and the like with [errors.Is]. A success
// whose content cannot be read is a [*DecodeError], and a call that got no answer a [*TransportError]. The client repeats calls
// where that is safe, see [RetryPolicy]; [ErrOutcomeUnknown] marks failed calls that may have taken effect.
package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/suger-go/suger/gen"
)

// Environment is a deployment of the Suger API: its base URL.
type Environment string

// The deployments that the documentation names.
const (
	Production  Environment = "https://api.suger.cloud"
	Development Environment = "https://api.dev.suger.cloud"
)

// Client calls the Suger API for one organization. Make one with [New]; it is safe for concurrent use.
type Client struct {
	APIClients    *gen.APIClientsService
	Billing       *gen.BillingService
	Buyers        *gen.BuyersService
	Catalog       *gen.CatalogService
	Contacts      *gen.ContactsService
	CRM           *gen.CRMService
	Entitlements  *gen.EntitlementsService
	Metering      *gen.MeteringService
	Notifications *gen.NotificationsService
	Offers        *gen.OffersService
	Operations    *gen.OperationsService
	Organization  *gen.OrganizationService
	Products      *gen.ProductsService
	Reports       *gen.ReportsService
	Support       *gen.SupportService

	caller *caller
	orgID  string
}

// New returns a client that acts for the organization with the given id. It needs exactly one way to authenticate:
// [WithAPIKey], [WithOAuth], [WithBearerLogin] or [WithTokenSource]. Nothing is sent until the first call.
func New(orgID string, opts ...Option) (*Client, error) {
	if err := checkOrgID(orgID); err != nil {
		return nil, err
	}
	cfg := config{
		baseURL: string(Production),
		settings: settings{
			userAgent:        userAgent(),
			timeout:          60 * time.Second,
			maxResponseBytes: 64 << 20,
			retry:            DefaultRetryPolicy(),
		},
	}
	var errs []error
	for _, opt := range opts {
		if opt == nil {
			return nil, errors.New("api: one of the options is nil")
		}
		errs = append(errs, opt(&cfg))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	server, err := parseBaseURL("base URL", cfg.baseURL)
	if err != nil {
		return nil, err
	}
	c := &caller{server: server}
	c.transport, c.checkRedirect = cfg.useHTTPClient()
	c.settings = cfg.settings
	switch len(cfg.access) {
	case 1:
		if c.access, err = cfg.access[0].open(c, orgID, cfg.tokenURL); err != nil {
			return nil, err
		}
	case 0:
		return nil, errors.New("api: no credentials: pass WithAPIKey, WithOAuth, WithBearerLogin or WithTokenSource")
	default:
		names := make([]string, len(cfg.access))
		for i, a := range cfg.access {
			names[i] = a.name
		}
		return nil, fmt.Errorf("api: more than one kind of credentials: %s; pass one", strings.Join(names, " and "))
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return newClient(c, orgID), nil
}

func newClient(c *caller, orgID string) *Client {
	return &Client{
		APIClients:    gen.NewAPIClientsService(c, orgID),
		Billing:       gen.NewBillingService(c, orgID),
		Buyers:        gen.NewBuyersService(c, orgID),
		Catalog:       gen.NewCatalogService(c, orgID),
		Contacts:      gen.NewContactsService(c, orgID),
		CRM:           gen.NewCRMService(c, orgID),
		Entitlements:  gen.NewEntitlementsService(c, orgID),
		Metering:      gen.NewMeteringService(c, orgID),
		Notifications: gen.NewNotificationsService(c, orgID),
		Offers:        gen.NewOffersService(c, orgID),
		Operations:    gen.NewOperationsService(c, orgID),
		Organization:  gen.NewOrganizationService(c, orgID),
		Products:      gen.NewProductsService(c, orgID),
		Reports:       gen.NewReportsService(c, orgID),
		Support:       gen.NewSupportService(c, orgID),
		caller:        c,
		orgID:         orgID,
	}
}

// NewFromEnv returns a client made from the environment: SUGER_ORG_ID, then either SUGER_API_KEY or SUGER_CLIENT_ID and
// SUGER_CLIENT_SECRET (an OAuth app), and, if they are set, SUGER_BASE_URL and SUGER_TOKEN_URL (see [WithTokenURL]). The error
// names what is missing. The options come after those of the environment.
func NewFromEnv(opts ...Option) (*Client, error) {
	env := os.Getenv
	var missing []string
	if env("SUGER_ORG_ID") == "" {
		missing = append(missing, "SUGER_ORG_ID")
	}
	var fromEnv []Option
	key, id, secret := env("SUGER_API_KEY"), env("SUGER_CLIENT_ID"), env("SUGER_CLIENT_SECRET")
	if key != "" {
		fromEnv = append(fromEnv, WithAPIKey(key))
	}
	switch {
	case id != "" && secret != "":
		fromEnv = append(fromEnv, WithOAuth(id, secret))
	case id != "":
		missing = append(missing, "SUGER_CLIENT_SECRET")
	case secret != "":
		missing = append(missing, "SUGER_CLIENT_ID")
	case key == "":
		missing = append(missing, "SUGER_API_KEY (or SUGER_CLIENT_ID and SUGER_CLIENT_SECRET)")
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("api: not set in the environment: %s", strings.Join(missing, ", "))
	}
	if base := env("SUGER_BASE_URL"); base != "" {
		fromEnv = append(fromEnv, WithBaseURL(base))
	}
	if token := env("SUGER_TOKEN_URL"); token != "" {
		fromEnv = append(fromEnv, WithTokenURL(token))
	}
	return New(env("SUGER_ORG_ID"), append(fromEnv, opts...)...)
}

// OrgID returns the id of the organization that the client acts for.
func (c *Client) OrgID() string { return c.orgID }

// CloseIdleConnections closes the connections that no call is using.
func (c *Client) CloseIdleConnections() {
	(&http.Client{Transport: c.caller.transport}).CloseIdleConnections()
}

// LogValue keeps a logged client short.
func (c *Client) LogValue() slog.Value {
	return slog.GroupValue(slog.String("org", c.orgID), slog.String("server", c.caller.server))
}

// pingAfter is how long an HTTP/2 connection may receive nothing before a ping checks it, and how long the ping may take.
const pingAfter = 15 * time.Second

// useHTTPClient returns the transport to use and the CheckRedirect of the caller's HTTP client, if there is one. It also takes
// over that client's time-out.
func (cfg *config) useHTTPClient() (http.RoundTripper, func(*http.Request, []*http.Request) error) {
	var client http.Client
	if cfg.httpClient != nil {
		client = *cfg.httpClient
	}
	if cfg.transport != nil {
		client.Transport = cfg.transport
	}
	if client.Transport == nil {
		client.Transport = http.DefaultTransport
		if standard, ok := client.Transport.(*http.Transport); ok { // not replaced by the program
			own := standard.Clone()
			own.MaxIdleConnsPerHost = own.MaxIdleConns // all calls go to one host
			if own.HTTP2 == nil {
				own.HTTP2 = new(http.HTTP2Config)
			}
			if own.HTTP2.SendPingTimeout == 0 { // without pings, calls would keep using a connection that is dead
				own.HTTP2.SendPingTimeout, own.HTTP2.PingTimeout = pingAfter, pingAfter
			}
			client.Transport = own
		}
	}
	if client.Timeout > 0 && (cfg.timeout == 0 || client.Timeout < cfg.timeout) {
		cfg.timeout = client.Timeout
	}
	return client.Transport, client.CheckRedirect
}

func checkOrgID(orgID string) error {
	if fault := gen.SegmentFault(orgID); fault != "" {
		return fmt.Errorf("api: organization id %q: %s: pass the id of your organization, as the Suger console shows it", orgID, fault)
	}
	return nil
}

// parseBaseURL checks a base URL and returns it with a slash at its end. Credentials are sent there, so it must be https,
// except for a server on this machine.
func parseBaseURL(what, base string) (string, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil: // the error leaves out the URL, which may contain a password
		return "", fmt.Errorf("api: %s: not a URL", what)
	case u.User != nil:
		return "", fmt.Errorf("api: %s: must not contain credentials, pass them by an option", what)
	case u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("api: %s: want https://host", what)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", fmt.Errorf("api: %s: must not have a query or a fragment", what)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", fmt.Errorf("api: %s %q: plain http would show the credentials to the network, use https", what, base)
	}
	server := strings.TrimRight(u.String(), "/") + "/"
	if _, err := url.Parse(server); err != nil { // an IPv6 zone may contain characters that a URL cannot
		return "", fmt.Errorf("api: %s: not a URL", what)
	}
	return server, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
