package sugertest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked returns the status of a request for the offers, with a header and for a host other than the server's address.
func asked(t *testing.T, s *Server, method, host string, header http.Header) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/org/"+s.OrgID+"/offer", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Key "+s.APIKey)
	for name, values := range header {
		r.Header[name] = values
	}
	r.Host = host
	response, err := s.http.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

// A web site whose name was made to lead to this machine is not answered.
func TestNames(t *testing.T) {
	t.Parallel()
	s := New(t, Hosts("suger-fake"))
	_, port, err := net.SplitHostPort(s.http.Listener.Addr().String())
	require.NoError(t, err)
	for host, status := range map[string]int{
		"":                           200, // the address that was called
		"localhost":                  200,
		"LocalHost:" + port:          200,
		"127.0.0.1:" + port:          200,
		"127.200.3.4":                200,
		"[::1]:" + port:              200,
		"[::1]":                      200,
		"suger-fake:8080":            200,
		"evil.example":               421,
		"evil.example:" + port:       421,
		"127.0.0.1.evil.example":     421,
		"localhost.evil.example":     421,
		"suger-fake.example":         421,
		"192.168.1.7:" + port:        421,
		"[::ffff:192.168.1.7]":       421,
		"0.0.0.0:" + port:            421,
		"evil.example:localhost":     421,
		"[::ffff:127.0.0.1]:" + port: 200,
	} {
		got, body := asked(t, s, "GET", host, nil)
		assert.Equal(t, status, got, "%s: %s", host, body)
	}
	assert.Len(t, s.Requests(), 9, "those that were refused did not get to the API")
}

// A page of another origin gets nothing and changes nothing, whatever its browser says about it.
func TestOrigins(t *testing.T) {
	t.Parallel()
	s := New(t)
	host := s.http.Listener.Addr().String()
	for name, test := range map[string]struct {
		header http.Header
		status int
	}{
		"program":                 {nil, 200},
		"own page":                {http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {s.URL}}, 200},
		"address bar":             {http.Header{"Sec-Fetch-Site": {"none"}}, 200},
		"own page, old browser":   {http.Header{"Origin": {s.URL}}, 200},
		"other site":              {http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"other port":              {http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		"other port, old browser": {http.Header{"Origin": {"http://127.0.0.1:1"}}, 403},
		"other site, old browser": {http.Header{"Origin": {"https://evil.example"}}, 403},
		"sandboxed frame":         {http.Header{"Origin": {"null"}}, 403},
	} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE"} {
			status, body := asked(t, s, method, host, test.header)
			if test.status == 200 && method != "GET" {
				assert.Equal(t, 405, status, "%s %s: the API has no such method: %s", name, method, body)
			} else {
				assert.Equal(t, test.status, status, "%s %s: %s", name, method, body)
			}
		}
	}
	assert.Len(t, s.Requests(), 4*4)
}

// A server that listens elsewhere answers to the address there, and one without addresses to every name.
func TestNamesOfOtherListeners(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("GET", "http://192.0.2.7:8080/", nil)
	at := func(address net.Addr) *http.Request {
		return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, address))
	}
	assert.True(t, isAddressed(at(&net.TCPAddr{IP: net.ParseIP("192.0.2.7"), Port: 8080}), nil))
	assert.False(t, isAddressed(at(&net.TCPAddr{IP: net.ParseIP("192.0.2.8"), Port: 8080}), nil))

	listener, err := net.Listen("tcp", ":0")
	require.NoError(t, err)
	everywhere := New(t, Listener(listener))
	_, err = everywhere.Client().Offers.List(t.Context(), nil)
	require.NoError(t, err)

	listener, err = net.Listen("unix", filepath.Join(t.TempDir(), "fake"))
	require.NoError(t, err)
	s := New(t, Listener(listener))
	client := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", listener.Addr().String())
	}}}
	response, err := client.Get("http://suger.test/org/" + s.OrgID + "/offer")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 401, response.StatusCode)
}
