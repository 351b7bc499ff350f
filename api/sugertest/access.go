package sugertest

import (
	_ "embed"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// Where programs get tokens: as an OAuth app, and as an API client of the older kind.
const (
	tokenPath = "/oauth2/token"
	loginPath = "/public/apiClient/accessToken"
)

// lifeOfTokens is how long a token is valid, by the server's clock.
const lifeOfTokens = time.Hour

//go:embed access.yaml
var accessDescription []byte

// loadAccess returns the operations that give tokens, by path.
var loadAccess = sync.OnceValue(func() map[string]*operation {
	doc, err := openapi3.NewLoader().LoadFromData(accessDescription)
	if err != nil {
		panic(fmt.Sprintf("sugertest: the description of the access does not load: %v", err))
	}
	operations := map[string]*operation{}
	for path, item := range doc.Paths.Map() {
		operations[path] = newOperation(doc, path, http.MethodPost, item)
	}
	return operations
})

// isAccess reports whether the operation gives tokens, and so is none of the API.
func (op *operation) isAccess() bool { return loadAccess()[op.path()] == op }

// Env returns the environment of a program that makes its client with [api.NewFromEnv] and is to call the server, by its API key:
// what else api.NewFromEnv reads is emptied. Append it to [os.Environ].
func (s *Server) Env() []string {
	return []string{
		"SUGER_ORG_ID=" + s.OrgID, "SUGER_BASE_URL=" + s.URL, "SUGER_API_KEY=" + s.APIKey,
		"SUGER_CLIENT_ID=", "SUGER_CLIENT_SECRET=", "SUGER_TOKEN_URL=",
	}
}

// OAuthEnv is [Server.Env] for a program that is an OAuth app.
func (s *Server) OAuthEnv() []string {
	return []string{
		"SUGER_ORG_ID=" + s.OrgID, "SUGER_BASE_URL=" + s.URL, "SUGER_API_KEY=",
		"SUGER_CLIENT_ID=" + s.ClientID, "SUGER_CLIENT_SECRET=" + s.ClientSecret, "SUGER_TOKEN_URL=" + s.TokenURL,
	}
}

// authenticate returns the error that answers 401, unless a request has the API key or a token that is valid.
func (s *Server) authenticate(r *http.Request) error {
	header := r.Header.Get("Authorization")
	if header == "Key "+s.APIKey {
		return nil
	}
	st := s.lock()
	defer s.mu.Unlock()
	switch end, isToken := s.tokens[header]; {
	case !isToken:
		return fail(http.StatusUnauthorized, "missing or wrong credentials in the header Authorization")
	case !st.now().Before(end):
		return fail(http.StatusUnauthorized, "the token has expired")
	}
	return nil
}

// newToken makes a token up, and forgets those that have expired.
func (s *Server) newToken() object {
	st := s.lock()
	defer s.mu.Unlock()
	now := st.now()
	for header, end := range s.tokens {
		if !now.Before(end) {
			delete(s.tokens, header)
		}
	}
	token, end := "fake-token-"+st.token()+st.token(), now.Add(lifeOfTokens)
	s.tokens["Bearer "+token] = end
	return object{"access_token": token, "token_type": "Bearer", "expires_in": int(lifeOfTokens.Seconds())}
}

// serveAccess answers a request for a token. It is recorded without its body and the answer, which hold the secret and the token.
func (s *Server) serveAccess(w http.ResponseWriter, r *http.Request, op *operation) {
	recorder := &answerRecorder{ResponseWriter: w}
	recorder.record = sync.OnceFunc(func() {
		if recorder.status == http.StatusOK {
			recorder.body = nil
		}
		s.record(r, op, nil, recorder)
	})
	defer recorder.record()
	if r.Method != op.method() {
		w.Header().Set("Allow", op.method())
		op.failed(fail(http.StatusMethodNotAllowed, "method not allowed: %s", r.Method)).write(recorder)
		return
	}
	body, err := readBody(w, r, longestParameter)
	if err != nil {
		answerUnread(recorder, op, err)
		return
	}
	fault := s.strike(op)
	recorder.fault = fault
	if fault.instead(recorder, r, op, s.closed) {
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	answer := s.grant(r, body)
	if op.path() == loginPath {
		answer = s.logIn(op, body)
	}
	fault.distort(recorder, op, answer)
}

// grant answers an OAuth app (RFC 6749, sections 4.4 and 5).
func (s *Server) grant(r *http.Request, body []byte) reply {
	refuse := func(status int, code, description string) reply {
		return reply{status, "application/json", object{"error": code, "error_description": description}}
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	form, err := url.ParseQuery(string(body))
	switch {
	case err != nil, mediaType != "application/x-www-form-urlencoded":
		return refuse(http.StatusBadRequest, "invalid_request", "want a form (application/x-www-form-urlencoded)")
	case !form.Has("grant_type"):
		return refuse(http.StatusBadRequest, "invalid_request", "grant_type is missing")
	case form.Get("grant_type") != "client_credentials":
		return refuse(http.StatusBadRequest, "unsupported_grant_type", "want the grant_type client_credentials")
	case form.Get("client_id") != s.ClientID, form.Get("client_secret") != s.ClientSecret:
		return refuse(http.StatusUnauthorized, "invalid_client", "client_id or client_secret is wrong")
	}
	return reply{http.StatusOK, "application/json", s.newToken()}
}

// logIn answers an API client of the older kind.
func (s *Server) logIn(op *operation, body []byte) reply {
	value, err := decode(body)
	login, ok := value.(object)
	switch {
	case err != nil, !ok:
		return op.failed(badRequest("body: want an object with organizationID, id and secret"))
	case text(login, "organizationID") != s.OrgID, text(login, "id") != s.ClientID, text(login, "secret") != s.ClientSecret:
		return op.failed(fail(http.StatusUnauthorized, "organizationID, id or secret is wrong"))
	}
	token := s.newToken()
	token["expires_on"] = s.Clock.Now().Add(lifeOfTokens).Format(time.RFC3339)
	return reply{http.StatusOK, "application/json", token}
}

// answerUnread answers a request whose body could not be read, unless the client went away.
func answerUnread(w http.ResponseWriter, op *operation, err error) {
	tooLarge, ok := errors.AsType[*http.MaxBytesError](err)
	if !ok {
		return
	}
	refused := fail(http.StatusRequestEntityTooLarge, "body: longer than %d bytes, which is the most that the fake takes", tooLarge.Limit)
	if op == nil {
		reply{http.StatusRequestEntityTooLarge, "application/json", refused.Error()}.write(w)
		return
	}
	op.failed(refused).write(w)
}
