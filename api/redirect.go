package api

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// maxRedirects is how many redirects of one call are followed.
const maxRedirects = 9

// redirect reports whether the answer of a try is a redirect that the client follows, and sets the target of the next try to
// where it points. Redirects are followed on the same server only, so that credentials and secrets in a body stay there, and
// never where a POST would turn into a GET. The CheckRedirect of the caller's HTTP client is asked as well.
func (r *run) redirect(t *try) bool {
	if t.response == nil || len(r.via) >= maxRedirects {
		return false
	}
	switch t.response.StatusCode {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		if t.request.Method != http.MethodGet && t.request.Method != http.MethodHead {
			return false
		}
	default:
		return false
	}
	location := t.response.Header.Get("Location")
	target, err := t.request.URL.Parse(location)
	if err != nil || location == "" || origin(target) != origin(t.request.URL) || target.User != nil {
		return false
	}
	target.Fragment, target.RawFragment = "", ""
	if ask := r.caller.checkRedirect; ask != nil {
		next := &http.Request{Method: t.request.Method, URL: target, Header: http.Header{}, Host: target.Host, Response: t.response}
		if err := ask(next.WithContext(t.ctx), append(r.via, t.request)); err != nil {
			if err != http.ErrUseLastResponse {
				t.response, t.err = nil, err
			}
			return false
		}
	}
	r.target = target
	return true
}

// origin returns scheme, host and port of a URL.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
