// Command generated prints what the files of package gen cost those who build with it: the processor time of "go build" of the
// package alone, and the size of a stripped program that makes one call, by a service or by hand. Run it at the top of the
// module.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	module = "github.com/suger-go/suger"
	builds = 3 // of each variant, of which the fastest counts
)

// variant is package gen without some of its files.
type variant struct {
	name    string
	without []string
}

var variants = []variant{
	{"whole", nil},
	{"types and getters", []string{"services.gen.go", "usage.go"}},
	{"types", []string{"services.gen.go", "usage.go", "getters.gen.go"}},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("generated: ")
	fmt.Printf("%-36s %8s %12s %12s\n", "package gen", "lines", "build CPU s", "program B")
	for _, v := range variants {
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
	lines, err := v.copyPackage(dir)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "program", "main.go"), v.program(), 0o644); err != nil {
		return err
	}

	var best time.Duration
	for i := range builds {
		fresh := fmt.Appendf(nil, "package gen\n\n// build %d of %d\n", i, os.Getpid()) // keeps the build out of the cache
		if err := os.WriteFile(filepath.Join(dir, "gen", "fresh.go"), fresh, 0o644); err != nil {
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
	fmt.Printf("%-36s %8d %12.1f %12d\n", v.name, lines, best.Seconds(), info.Size())
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

// copyPackage copies the files of the variant, and returns how many lines of them are generated.
func (v variant) copyPackage(dir string) (lines int, err error) {
	names, err := filepath.Glob("gen/*.go")
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || slices.Contains(v.without, filepath.Base(name)) {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		if strings.HasSuffix(name, ".gen.go") {
			lines += bytes.Count(data, []byte("\n"))
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return 0, err
		}
	}
	return lines, nil
}

// program returns a program that gets an entitlement and prints its name.
func (v variant) program() []byte {
	call := `request, err := http.NewRequest("GET", os.Args[1]+"/org/org/entitlement/id", nil)
	if err != nil {
		panic(err)
	}
	entitlement := new(gen.Entitlement)
	if err := send(request, entitlement); err != nil {
		panic(err)
	}`
	if len(v.without) == 0 {
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
	fmt.Println(*entitlement.Name)
}
`, module+"/gen", call)
}
