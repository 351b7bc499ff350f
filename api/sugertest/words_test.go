package sugertest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the string literals in a file say. Everything that is none of the others must be a word that the description knows.
const (
	anyWord   = iota // a property, an enum value, a type or a parameter
	message          // not a word of the API
	typeName         // a component of the description
	inPath           // a property, after those before it
	aProperty        // a property of its own
	aStatus          // a value of the property status, of the type before it if there is one
	anAction         // a value of the property action
	aQuery           // a query parameter
)

// arguments are what the arguments of functions say. The last kind is that of all further ones, too.
var arguments = map[string][]int{
	"at":             {anyWord, inPath},
	"text":           {anyWord, inPath},
	"list":           {anyWord, inPath},
	"inner":          {anyWord, inPath},
	"objects":        {anyWord, inPath},
	"set":            {anyWord, anyWord, inPath},
	"equals":         {anyWord, inPath},
	"appended":       {anyWord, anyWord, inPath},
	"without":        {anyWord, aProperty},
	"keeping":        {anyWord, aProperty},
	"picked":         {anyWord, typeName},
	"check":          {typeName, anyWord},
	"schemaOf":       {typeName},
	"propertyLike":   {typeName, anyWord},
	"withExternalID": {anyWord, typeName, anyWord},
	"find":           {typeName, message},
	"get":            {typeName, message},
	"all":            {typeName},
	"put":            {typeName, anyWord},
	"putAs":          {typeName, message, anyWord},
	"add":            {typeName, anyWord},
	"change":         {typeName, anyWord},
	"happened":       {anAction, typeName, anyWord},
	"move":           {typeName, anyWord, aStatus, anAction},
	"expire":         {typeName, aStatus},
	"want":           {message, inPath},
	"hold":           {anyWord, typeName, anyWord, aStatus},
	"requireStatus":  {aStatus},
	"unlessStatus":   {aStatus},
	"when":           {anyWord, aStatus},
	"becomes":        {aStatus, anAction, inPath},
	"c.query.Get":    {aQuery},
	"dateIn":         {anyWord, aQuery, anyWord},
}

// messages are the functions whose arguments say nothing about the API.
var messages = []string{
	"fail", "badRequest", "refuse", "panic", "fatalf", "parseTime", "billedDirectly", "checkUsage", "checkUsageStrictly", "fault",
	"jobFilter", "locate",
	"errors.New", "fmt.Appendf", "fmt.Errorf", "fmt.Sprint", "fmt.Sprintf", "strings.Cut", "strings.CutPrefix", "strings.CutSuffix",
	"strings.HasPrefix", "strings.Join", "strings.LastIndex", "strings.ReplaceAll", "strings.Split", "strings.TrimRight", "strings.TrimSuffix",
	"regexp.MustCompile", "WriteString", "Header.Get", "Type.Is", "GetByInAndName",
}

// kindsOf returns the kinds of the arguments of a function, and its name as the tables above have it.
func kindsOf(function ast.Expr) (kinds []int, name string) {
	for name = types.ExprString(function); ; _, name, _ = strings.Cut(name, ".") {
		if slices.Contains(messages, name) {
			return []int{message}, name
		}
		if kinds = arguments[name]; kinds != nil || !strings.Contains(name, ".") {
			return kinds, name
		}
	}
}

// others are texts that the description does not know: a status of products, what jobs are and do, how made-up ids begin, the words
// of filters, and the places and sources of faults.
var others = []string{
	"DRAFT", "started", "Started", "Completed", "agmt-", "offer-", "prod-", "and", "or", "not", "in", "not_in", "like", "ilike",
	"the end", "body", "Suger",
}

// literal returns what a string literal says, "" for other expressions.
func literal(node ast.Node) string {
	if l, ok := node.(*ast.BasicLit); ok && l.Kind == token.STRING {
		text, _ := strconv.Unquote(l.Value)
		return text
	}
	return ""
}

// reader checks the literals of one file.
type reader struct {
	fset *token.FileSet
	*vocabulary
	mistakes []string
}

func (r *reader) wrong(node ast.Node, format string, args ...any) {
	r.mistakes = append(r.mistakes, fmt.Sprintf("%s: %s", r.fset.Position(node.Pos()), fmt.Sprintf(format, args...)))
}

// read checks a literal, given the nodes around it, of which the last is the closest.
func (r *reader) read(l *ast.BasicLit, around []ast.Node) {
	word, parent := literal(l), around[len(around)-1]
	if !strings.ContainsFunc(word, unicode.IsLetter) {
		return
	}
	switch parent := parent.(type) {
	case *ast.CallExpr:
		r.readArgument(parent, slices.Index(parent.Args, ast.Expr(l)), word, targetOf(around))
	case *ast.KeyValueExpr:
		keys, object := keysOf(around)
		switch {
		case !object:
			r.readWord(l, word)
		case parent.Key == ast.Expr(l):
			r.readPath(l, "", keys)
		default:
			r.readValue(l, "", keys, word)
		}
	case *ast.CompositeLit: // a list
		if keys, object := keysOf(around); object {
			r.readValue(l, "", keys, word)
		} else {
			r.readWord(l, word)
		}
	case *ast.IndexExpr:
		r.readIndex(parent, word)
	case *ast.BinaryExpr:
		other := parent.X
		if other == ast.Expr(l) {
			other = parent.Y
		}
		if parent.Op != token.ADD {
			r.readCompared(l, other, word)
		}
	case *ast.CaseClause:
		statement := around[len(around)-3].(*ast.SwitchStmt)
		r.readCompared(l, statement.Tag, word)
	case *ast.AssignStmt:
		r.readCompared(l, parent.Lhs[slices.Index(parent.Rhs, ast.Expr(l))], word)
	default:
		r.readWord(l, word)
	}
}

func (r *reader) readWord(at ast.Node, word string) {
	if !r.words[word] && !slices.Contains(others, word) {
		r.wrong(at, "%q is no property, value, type or parameter of the operations of this file", word)
	}
}

func (r *reader) readPath(at ast.Node, typ string, path []string) {
	if len(r.vocabulary.at(typ, path)) == 0 {
		r.wrong(at, "there is no property %s %s", typ, strings.Join(path, "/"))
	}
}

func (r *reader) readValue(at ast.Node, typ string, path []string, value string) {
	if !r.allows(typ, path, value) {
		r.wrong(at, "%q is no value of %s %s", value, typ, strings.Join(path, "/"))
	}
}

// readCompared checks a value that is compared with an expression, or assigned to it.
func (r *reader) readCompared(at ast.Node, other ast.Expr, value string) {
	if path := pathIn(other); len(path) > 0 {
		r.readValue(at, "", path, value)
	} else {
		r.readWord(at, value)
	}
}

// pathIn returns the properties that an expression such as text(o, "info", "type") or o["status"] reads.
func pathIn(e ast.Expr) []string {
	var path []string
	switch e := e.(type) {
	case *ast.IndexExpr:
		return []string{literal(e.Index)}
	case *ast.CallExpr:
		if name := types.ExprString(e.Fun); name == "text" || name == "at" {
			for _, argument := range e.Args[1:] {
				path = append(path, literal(argument))
			}
		}
	}
	return path
}

func (r *reader) readIndex(index *ast.IndexExpr, word string) {
	if types.ExprString(index.X) == "c.params" {
		r.readWord(index, word)
	} else {
		r.readPath(index, "", []string{word})
	}
}

// readArgument checks an argument of a call. The type is that of the target, if it is known.
func (r *reader) readArgument(call *ast.CallExpr, i int, word, typ string) {
	at := call.Args[i]
	kinds, name := kindsOf(call.Fun)
	if name == "Or" { // the value stands in for the first argument
		r.readCompared(at, call.Args[0], word)
		return
	}
	kind := anyWord
	if len(kinds) > 0 {
		kind = kinds[min(i, len(kinds)-1)]
	}
	for j, argument := range call.Args {
		if len(kinds) > 0 && kinds[min(j, len(kinds)-1)] == typeName {
			typ = literal(argument)
		}
	}
	switch kind {
	case message:
	case typeName:
		if len(schemaOf(word).Properties)+len(schemaOf(word).Enum) == 0 {
			r.wrong(at, "there is no type %q", word)
		}
	case inPath:
		var path []string
		for j := slices.Index(kinds, inPath); j <= i; j++ {
			path = append(path, literal(call.Args[j]))
		}
		r.readPath(at, "", path)
	case aProperty:
		r.readPath(at, "", []string{word})
	case aStatus:
		r.readValue(at, typ, []string{"status"}, word)
	case anAction:
		r.readValue(at, "NotificationEvent", []string{"action"}, word)
	case aQuery:
		if !r.queries[word] {
			r.wrong(at, "there is no query parameter %q", word)
		}
	default:
		r.readWord(at, word)
	}
}

// targetOf returns the type of the target of the operation in whose entry of a table of effects a literal is.
func targetOf(around []ast.Node) string {
	for _, node := range around {
		if entry, ok := node.(*ast.KeyValueExpr); ok {
			for _, op := range loadDescription().operations {
				if op.id == literal(entry.Key) && len(op.names) > 0 {
					return op.names[len(op.names)-1].typ
				}
			}
		}
	}
	return ""
}

// keysOf returns the keys that lead to a literal in nested objects, and whether it is in one.
func keysOf(around []ast.Node) (keys []string, object bool) {
	for _, node := range slices.Backward(around) {
		switch node := node.(type) {
		case *ast.KeyValueExpr:
			keys = append([]string{literal(node.Key)}, keys...)
		case *ast.CompositeLit:
			name := types.ExprString(node.Type)
			if name != "object" && name != "[]any" {
				return keys, false
			}
			object = object || name == "object"
		default:
			return keys, object
		}
	}
	return keys, object
}

// readFile checks the literals of a file, and returns the mistakes.
func readFile(fset *token.FileSet, file *ast.File) []string {
	components := loadDescription().doc.Components.Schemas
	named := map[string]bool{}
	for node := range ast.Preorder(file) {
		if word := literal(node); components[word] != nil {
			named[word] = true
		}
	}
	r := &reader{fset: fset, vocabulary: newVocabulary(filepath.Base(fset.Position(file.Pos()).Filename), named)}
	ast.PreorderStack(file, nil, func(node ast.Node, around []ast.Node) bool {
		if l, ok := node.(*ast.BasicLit); ok && l.Kind == token.STRING {
			r.read(l, around)
		}
		_, isImport := node.(*ast.ImportSpec)
		return !isImport
	})
	return r.mistakes
}

// Every word in the files of effects, state and seeding is one of the description. Nothing else would find a misspelt one,
// since objects are plain JSON.
func TestWords(t *testing.T) {
	t.Parallel()
	fset, files := sources(t)
	for _, file := range files {
		name := fset.Position(file.Pos()).Filename
		if room := rooms[roomOf(name)]; room == "effects" || room == "state" || name == "seed.go" {
			assert.Empty(t, readFile(fset, file))
		}
	}
	all := newVocabulary("", map[string]bool{})
	for typ, status := range firstStatus {
		assert.True(t, all.allows(typ, []string{"status"}, status), "%q is no status of %s", status, typ)
	}
}

// The test above finds misspelt words, wherever they stand.
func TestMisspeltWords(t *testing.T) {
	t.Parallel()
	for code, mistake := range map[string]string{
		`_ = text(c.target, "status")`:                             "",
		`_ = text(c.target, "info", "privateOfferURL")`:            "there is no property  info/privateOfferURL",
		`_ = object{"info": object{"commitAmmount": 1}}`:           "there is no property  info/commitAmmount",
		`_ = object{"status": "PENDING_ACEPTANCE"}`:                `"PENDING_ACEPTANCE" is no value of  status`,
		`_ = c.target["staus"]`:                                    "there is no property  staus",
		`_ = text(c.target, "status") == "ACTVE"`:                  `"ACTVE" is no value of  status`,
		`switch text(c.target, "status") { case "ACTVE": }`:        `"ACTVE" is no value of  status`,
		`changes["status"] = "ACTVE"`:                              `"ACTVE" is no value of  status`,
		`status := "ACTVE"`:                                        `"ACTVE" is no property, value`,
		`_, _ = s.find("Ofer", "id")`:                              `there is no type "Ofer"`,
		`s.move("Offer", o, "ACTIVE", "CANCLE")`:                   `"CANCLE" is no value of NotificationEvent action`,
		`s.move("Offer", o, "REPORT_FAILED", "CANCEL")`:            `"REPORT_FAILED" is no value of Offer status`,
		`_ = map[string]effect{"cancelOfer": nil}`:                 `"cancelOfer" is no property, value`,
		`_ = map[string]effect{"cancelOffer": when(nil, "ACTVE")}`: `"ACTVE" is no value of Offer status`,
		`_ = c.query.Get("newExpiryDay")`:                          `there is no query parameter "newExpiryDay"`,
		`_ = equals("x", "info", "privateOfferURL")`:               "there is no property  info/privateOfferURL",
		`_ = c.params["offerID"]`:                                  `"offerID" is no property, value`,
		`_ = somethingNew("contactIDs")`:                           `"contactIDs" is no property, value`,
	} {
		fset := token.NewFileSet()
		source := "package sugertest\nfunc f() {\n" + code + "\n}"
		file, err := parser.ParseFile(fset, "effects_offer.go", source, parser.SkipObjectResolution)
		require.NoError(t, err)
		assert.Contains(t, strings.Join(readFile(fset, file), ""), mistake, code)
		assert.Equal(t, mistake == "", len(readFile(fset, file)) == 0, code)
	}
}
