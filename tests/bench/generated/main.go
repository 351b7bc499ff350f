// Command generated prints what the parts of package gen cost those who build with it: the processor time of "go build" of the
// package alone, and the size of a stripped program that makes one call, with and without the services. Run it at the top of the
// module.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	module = "github.com/suger-go/suger"
	source = "gen/suger.gen.go"
	builds = 3 // of each variant, of which the fastest counts
)

// variant is package gen without some of its parts, and how a program calls it.
type variant struct {
	name     string
	services bool
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("generated: ")
	fmt.Printf("%-36s %8s %12s %12s\n", "package gen", "lines", "build CPU s", "program B")
	for _, v := range []variant{
		{"whole", true},
		{"without services", false},
	} {
		if err := measure(v); err != nil {
			log.Fatal(v.name, ": ", err)
		}
	}
}

func measure(v variant) error {
	dir, err := os.MkdirTemp("", "generated")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"gen", "program"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	if err := v.copyByHand(dir); err != nil {
		return err
	}
	code, err := v.code()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "program", "main.go"), v.program(), 0o644); err != nil {
		return err
	}

	var best time.Duration
	for i := range builds {
		fresh := append(code, fmt.Sprintf("\n// build %d of %d\n", i, os.Getpid())...) // or the cache has it
		if err := os.WriteFile(filepath.Join(dir, source), fresh, 0o644); err != nil {
			return err
		}
		took, err := run(dir, "go", "build", "./gen")
		if err != nil {
			return err
		}
		if i == 0 || took < best {
			best = took
		}
	}
	if _, err := run(dir, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", "bin", "./program"); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(dir, "bin"))
	if err != nil {
		return err
	}
	fmt.Printf("%-36s %8d %12.1f %12d\n", v.name, bytes.Count(code, []byte("\n")), best.Seconds(), info.Size())
	return nil
}

// run returns how much processor time a command took.
func run(dir, name string, args ...string) (time.Duration, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, errors.Join(err, errors.New(string(out)))
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// copyByHand copies the files of the package that are not generated, but for the one that the services alone need.
func (v variant) copyByHand(dir string) error {
	names, err := filepath.Glob("gen/*.go")
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == source || strings.HasSuffix(name, "_test.go") || !v.services && name == filepath.FromSlash("gen/usage.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// code returns the generated source of the variant.
func (v variant) code() ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, source, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var decls []ast.Decl
	cut := map[*ast.CommentGroup]bool{}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv == nil || v.services || !strings.HasSuffix(receiverName(f), "Service") {
			decls = append(decls, decl)
			continue
		}
		for _, comment := range file.Comments {
			if comment.Pos() >= f.Pos() && comment.End() <= f.End() {
				cut[comment] = true
			}
		}
		cut[f.Doc] = true
	}
	file.Decls = decls
	var comments []*ast.CommentGroup
	for _, comment := range file.Comments {
		if !cut[comment] {
			comments = append(comments, comment)
		}
	}
	file.Comments = comments
	dropImports(file)
	var out bytes.Buffer
	err = printer.Fprint(&out, set, file)
	return out.Bytes(), err
}

func receiverName(f *ast.FuncDecl) string {
	typ := f.Recv.List[0].Type
	if pointer, ok := typ.(*ast.StarExpr); ok {
		typ = pointer.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// dropImports makes blank what the file does not use any more.
func dropImports(file *ast.File) {
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if !used[name] {
			spec.Name = ast.NewIdent("_")
		}
	}
}

// program returns a program that gets an entitlement and prints its name.
func (v variant) program() []byte {
	call := `request, err := gen.NewGetEntitlementRequest(os.Args[1], "org", "id")
	if err != nil {
		panic(err)
	}
	entitlement := new(gen.Entitlement)
	if err := send(request, entitlement); err != nil {
		panic(err)
	}`
	if v.services {
		call = `entitlement, err := gen.NewEntitlementsService(caller{}, "org").Get(context.Background(), "id")
	if err != nil {
		panic(err)
	}`
	}
	return fmt.Appendf(nil, `package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	%q
)

type caller struct{}

func (caller) Call(ctx context.Context, call *gen.Call) error {
	request, err := call.NewRequest(os.Args[1])
	if err != nil {
		return err
	}
	return send(request.WithContext(ctx), call.Out)
}

func send(request *http.Request, out any) error {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return json.NewDecoder(response.Body).Decode(out)
}

func main() {
	%s
	fmt.Println(entitlement.GetName())
}
`, module+"/gen", call)
}
