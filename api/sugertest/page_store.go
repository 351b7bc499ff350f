package sugertest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// objectsOnPage is how many objects of a type a view of the store lists.
const objectsOnPage = 100

// pageStore is a view of the objects of a type, or of one of them.
type pageStore struct {
	frame
	Type, TypePath  string
	Columns         []string
	Rows            []pageRow
	From, To, Count int
	Before, After   string // paths of the objects before and after those, "" for none

	ID     string // of the object in view
	Title  string // its name, "" without one
	Tree   *node
	Accept bool // it is an offer that waits for its buyer
	Draft  bool // it is an entitlement
}

type pageRow struct {
	ID, Path string
	Cells    []pageCell
}

type pageCell struct{ Column, Text string }

// showStore shows the objects of a type, or with an id one of them.
func (s *Server) showStore(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	typ, id := stored(query.Get("type")), query.Get("id")
	status := http.StatusOK
	s.lock()
	view := pageStore{frame: s.frame(typ), Type: typ, TypePath: storePath(typ)}
	switch {
	case typ == "":
		status = http.StatusNotFound
		view.Problem = fmt.Errorf("there is no type %q", query.Get("type"))
	case query.Has("id"):
		if o, err := s.state.find(typ, id); err != nil {
			status, view.Problem = http.StatusNotFound, err
		} else {
			view.ID, view.Title, view.Tree = id, cmp.Or(text(o, "name"), text(o, "title")), s.tree("", o)
			view.Accept = typ == "Offer" && text(o, "status") == "PENDING_ACCEPTANCE"
			view.Draft = typ == "Entitlement"
		}
	default:
		from, _ := strconv.Atoi(query.Get("from")) // what is no number means the first
		view.addRows(s.state, max(0, from))
	}
	s.mu.Unlock()
	s.show(w, status, "store", view)
}

// addRows adds the objects of the type, starting with one by its place.
func (v *pageStore) addRows(st *state, from int) {
	for _, name := range []string{"name", "title", "status", "partner", "lastUpdateTime"} {
		if schemaOf(v.Type).Properties[name] != nil {
			v.Columns = append(v.Columns, name)
		}
	}
	ids := st.table(v.Type).ids
	v.Count = len(ids)
	from = min(from, v.Count)
	for _, id := range ids[from:min(from+objectsOnPage, v.Count)] {
		row, o := pageRow{ID: id, Path: objectPath(v.Type, id)}, st.get(v.Type, id)
		for _, name := range v.Columns {
			row.Cells = append(row.Cells, pageCell{name, text(o, name)})
		}
		v.Rows = append(v.Rows, row)
	}
	v.From, v.To = from+1, from+len(v.Rows)
	if from > 0 {
		v.Before = fmt.Sprint(storePath(v.Type), "&from=", max(0, from-objectsOnPage))
	}
	if v.To < v.Count {
		v.After = fmt.Sprint(storePath(v.Type), "&from=", v.To)
	}
}

// storedTypes returns the types of which there are objects, by the alphabet. The server is locked.
func (s *Server) storedTypes() []string {
	var types []string
	for name := range s.state.tables {
		if s.state.count(name) > 0 && stored(name) != "" {
			types = append(types, name)
		}
	}
	slices.Sort(types)
	return types
}
