package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// release returns an error that names every place which does not say that the work tree is the released version.
func release(tree string) error {
	v, err := readVersion(tree)
	if err != nil {
		return err
	}
	var wrong []string
	for _, check := range []func(string, version) error{checkSource, checkDated, checkTag, checkUserAgent} {
		if err := check(tree, v); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	if wrong != nil {
		return fmt.Errorf("version %v cannot be released:\n%s", v, strings.Join(wrong, "\n"))
	}
	fmt.Printf("compat: version %v: description, change log, tag and User-Agent agree\n", v)
	return nil
}

// checkSource compares the version of the bundle with that of the source.
func checkSource(tree string, v version) error {
	data, err := os.ReadFile(filepath.Join(tree, "openapi/openapi.yaml"))
	if err != nil {
		return err
	}
	var doc struct{ Info struct{ Version string } }
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return err
	}
	if doc.Info.Version != v.String() {
		return fmt.Errorf("%s has version %v, openapi/openapi.yaml %s: run make generate", description, v, doc.Info.Version)
	}
	return nil
}

var dated = regexp.MustCompile(`^## \[.*\] - \d{4}-\d{2}-\d{2}$`)

// checkDated wants the topmost entry of the change log to be that of the version, and to say when it was released.
func checkDated(tree string, v version) error {
	data, err := os.ReadFile(filepath.Join(tree, changelogFile))
	if err != nil {
		return err
	}
	if _, err := parseEntry(string(data), v); err != nil {
		return err
	}
	if title := heading.FindString(string(data)); !dated.MatchString(title) {
		return fmt.Errorf("%s: %q has no date such as 2026-01-31", changelogFile, title)
	}
	return nil
}

// checkTag wants the tag of the version on the last commit, and nothing that is not committed.
func checkTag(tree string, v version) error {
	changes, err := commandIn(tree, "git", "status", "--porcelain")
	if err != nil {
		return err
	}
	if changes != "" {
		return fmt.Errorf("these changes are not committed:\n%s", changes)
	}
	tags, err := commandIn(tree, "git", "tag", "--points-at", "HEAD", "--list", "v*")
	if err != nil {
		return err
	}
	if tags != "v"+v.String() {
		return fmt.Errorf("the last commit has the tags %q, want v%v alone", strings.Fields(tags), v)
	}
	return nil
}

// caller prints the User-Agent of the client.
const caller = `package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/suger-go/suger/api"
)

type transport struct{}

func (transport) RoundTrip(req *http.Request) (*http.Response, error) {
	fmt.Print(req.Header.Get("User-Agent"))
	os.Exit(0)
	return nil, nil
}

func main() {
	client, err := api.New("org", api.WithAPIKey("key"), api.WithTransport(transport{}))
	if err != nil {
		panic(err)
	}
	_, err = client.Offers.Get(context.Background(), "offer")
	panic(err)
}
`

// checkUserAgent builds a program that depends on the last commit as on the released module, and asks for its User-Agent.
func checkUserAgent(tree string, v version) error {
	scratch, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	proxy, err := publish(tree, scratch, v)
	if err != nil {
		return err
	}
	cache, err := command("go", "env", "GOMODCACHE", "GOPROXY", "GOVERSION")
	if err != nil {
		return err
	}
	env := strings.Split(cache, "\n")
	sums, err := os.ReadFile(filepath.Join(tree, "go.sum"))
	if err != nil {
		return err
	}
	goMod := fmt.Sprintf("module example.com/caller\n\ngo %s\n\nrequire %s v%v\n", strings.TrimPrefix(strings.Fields(env[2])[0], "go"), module, v)
	for name, text := range map[string]string{"main.go": caller, "go.mod": goMod, "go.sum": string(sums)} {
		if err := os.WriteFile(filepath.Join(scratch, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	// A cache of its own: the developer's would keep the module under a version that may yet change.
	agent, err := commandIn(scratch, "env", "GOFLAGS=-mod=mod -modcacherw", "GOSUMDB=off", "GOWORK=off", "GOMODCACHE="+filepath.Join(scratch, "modules"),
		"GOPROXY=file://"+proxy+",file://"+env[0]+"/cache/download,"+env[1], "go", "run", ".")
	if err != nil {
		return err
	}
	if want := "suger-go/" + v.String(); agent != want {
		return fmt.Errorf("programs with version %v send the User-Agent %q, want %q", v, agent, want)
	}
	return nil
}

// publish makes a module proxy in a directory that has the last commit as the version, and returns its name.
func publish(tree, scratch string, v version) (string, error) {
	proxy := filepath.Join(scratch, "proxy")
	dir := filepath.Join(proxy, module, "@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "v"+v.String())
	if err := os.WriteFile(file+".info", fmt.Appendf(nil, `{"Version": "v%v"}`, v), 0o644); err != nil {
		return "", err
	}
	goMod, err := commandIn(tree, "git", "show", "HEAD:go.mod")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(file+".mod", []byte(goMod+"\n"), 0o644); err != nil {
		return "", err
	}
	// The folder tests has a module of its own, which is no part of this one.
	_, err = commandIn(tree, "git", "archive", "--format=zip", fmt.Sprintf("--prefix=%s@v%v/", module, v), "--output="+file+".zip",
		"HEAD", "--", ".", ":(exclude)tests")
	return proxy, err
}
