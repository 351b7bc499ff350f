package sugertest

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Hosts adds names to which the server answers, such as that of a container. By itself it answers to localhost, to the addresses
// of the loopback interface and to the address that the connection was made to, so that no web site can reach it through a name
// of its own that leads here.
func Hosts(names ...string) Option {
	return func(cfg *config) { cfg.hosts = append(cfg.hosts, names...) }
}

// origins tells requests of web sites from those of programs and of the server's own pages.
var origins = http.NewCrossOriginProtection()

// guard refuses what a web site in somebody's browser can send to a server on the same machine: requests for another name,
// and requests of another origin, those that only read included.
func (s *Server) guard(w http.ResponseWriter, r *http.Request) {
	probe := *r
	probe.Method = http.MethodPost // reads would pass unchecked
	switch {
	case !isAddressed(r, s.config.hosts):
		const message = "the fake does not answer to the host name in this request: call it by its address, or add the name " +
			"(sugertest.Hosts, suger-fake -host)"
		reply{http.StatusMisdirectedRequest, "application/json", message}.write(w)
	case origins.Check(&probe) != nil:
		reply{http.StatusForbidden, "application/json", "the fake refuses requests that pages of another origin make"}.write(w)
	default:
		s.ServeHTTP(w, r)
	}
}

// isAddressed reports whether a request is for a name of the server.
func isAddressed(r *http.Request, names []string) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return true // no browser comes by a listener of another kind
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	isHost := func(name string) bool { return strings.EqualFold(name, host) }
	if isHost("localhost") || slices.ContainsFunc(names, isHost) {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && (addr.IsLoopback() || addr.Unmap() == local.AddrPort().Addr().Unmap())
}
