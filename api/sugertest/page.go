package sugertest

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// pagePath is where the paths of the page begin that shows people the server. Its first view is at /.
const pagePath = doorPath + "page/"

//go:embed page.html
var pageSource string

//go:embed page.css
var pageStyle []byte

var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageSource)) })

// pageRoutes returns the handler of the page.
func (s *Server) pageRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		s.show(w, http.StatusOK, "overview", s.overview(nil))
	})
	mux.HandleFunc("GET "+pagePath+"store", s.showStore)
	mux.HandleFunc("GET "+pagePath+"page.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(pageStyle)
	})
	for path, do := range pageForms {
		mux.HandleFunc("POST "+pagePath+path, func(w http.ResponseWriter, r *http.Request) { s.submit(w, r, do) })
	}
	return mux
}

// pageForms are what the forms of the page do, by the ends of their paths. They return where to go from there.
var pageForms = map[string]func(s *Server, form url.Values) (string, error){
	"clock": func(s *Server, form url.Values) (string, error) {
		by, err := time.ParseDuration(form.Get("by"))
		if err != nil || by < 0 {
			return "", badRequest("clock: want a duration such as 36h30m")
		}
		s.Clock.Advance(by)
		return "/", nil
	},
	"faults": func(s *Server, form url.Values) (string, error) {
		operation, fault, err := ParseFault(form.Get("fault"))
		if err != nil {
			return "", badRequest("fault: %v", err)
		}
		s.Fail(operation, fault)
		return "/", nil
	},
	"faults/clear": func(s *Server, form url.Values) (string, error) { return "/", s.clearFaults(form.Get("operation")) },
	"reset": func(s *Server, form url.Values) (string, error) {
		s.Reset()
		if form.Has("examples") {
			s.SeedExamples()
		}
		return "/", nil
	},
	"accept": func(s *Server, form url.Values) (string, error) {
		st := s.lock()
		defer s.mu.Unlock()
		entitlement, err := acceptOffer(st, form.Get("id"))
		return objectPath("Entitlement", text(entitlement, "id")), err
	},
	"draft": func(s *Server, form url.Values) (string, error) {
		st := s.lock()
		defer s.mu.Unlock()
		invoice, err := draftInvoice(st, form.Get("id"))
		return objectPath("Invoice", text(invoice, "id")), err
	},
}

// longestForm is how many bytes a form of the page may have.
const longestForm = 64 << 10

// submit does what a form asks for. Browsers say which page a form is on; programs use the door, which wants the key.
func (s *Server) submit(w http.ResponseWriter, r *http.Request, do func(*Server, url.Values) (string, error)) {
	origin, err := url.Parse(r.Header.Get("Origin"))
	if err != nil || origin.Host == "" || origin.Host != r.Host {
		http.Error(w, "this is for forms on the page of this server; programs use "+doorPath+"openapi.yaml", http.StatusForbidden)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	target, err := do(s, r.PostForm)
	if err != nil {
		status := http.StatusBadRequest
		if f, ok := errors.AsType[*failure](err); ok {
			status = f.status
		}
		s.show(w, status, "overview", s.overview(err))
		return
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// show answers with a view of the page. Nothing on it may come from elsewhere or run.
func (s *Server) show(w http.ResponseWriter, status int, view string, data any) {
	var page bytes.Buffer
	if err := pageTemplate().ExecuteTemplate(&page, view, data); err != nil {
		panic("sugertest: page: " + err.Error())
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // a browser that went away is no concern of the server
}

// frame is what every view shows around it.
type frame struct {
	Path         string // of the forms
	URL          string
	Organization string
	Key          string
	Reference    string // path, "" if there is none
	Problem      error
	Types        []pageType
}

// pageType is a type of which there are objects.
type pageType struct {
	Name  string
	Path  string
	Count int
	Shown bool
}

// frame returns what every view shows around it. The server is locked.
func (s *Server) frame(shown string) frame {
	f := frame{Path: pagePath, URL: s.URL, Organization: s.OrgID, Key: s.APIKey}
	probe, _ := http.NewRequest(http.MethodGet, "/reference/", nil)
	if _, pattern := s.pages.Handler(probe); pattern != "" {
		f.Reference = "/reference/"
	}
	for _, name := range s.storedTypes() {
		f.Types = append(f.Types, pageType{name, storePath(name), s.state.count(name), name == shown})
	}
	return f
}

func storePath(typ string) string { return pagePath + "store?" + url.Values{"type": {typ}}.Encode() }

func objectPath(typ, id string) string {
	return pagePath + "store?" + url.Values{"type": {typ}, "id": {id}}.Encode()
}
