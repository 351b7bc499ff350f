// Package readme compiles and runs the Go code in the README.
package readme

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/suger-go/suger/api/sugertest"
	"github.com/suger-go/suger/gen"
)

const (
	entitlementID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
	offerID       = "9b2d7f64-5c1e-4e0a-8d3f-6a1c2b7e9f05"
	contactID     = "5d0c1f3a-7b64-4e29-8a15-3c9e6f2d8b47"
)

var block = regexp.MustCompile("(?s)```(go|sh)\n(.*?)```")

// fragment is the program around a block that is no whole file: what the README says the reader has by then.
const fragment = `package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/api/signup"
	"github.com/suger-go/suger/api/webhook"
	"github.com/suger-go/suger/gen"
)

// One use of each import, for the fragments that do without.
var _ = []any{errors.New, fmt.Sprint, http.NewServeMux, webhook.Sign, signup.Read, gen.NewTime}

const (
	entitlementID = %q
	offerID       = %q
	contactID     = %q
	secret        = "a-webhook-secret"
)

func main() {
	client, err := api.NewFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	if err := run(context.Background(), client); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, client *api.Client) error {
	%s
	return nil
}
`

func TestGoBlocksRun(t *testing.T) {
	readme := readREADME(t)
	srv := sugertest.New(t)
	srv.Seed(
		gen.Entitlement{ID: new(entitlementID), OfferID: new(offerID), Name: new("Enterprise"), Status: new(gen.EntitlementStatusActive)},
		gen.Offer{ID: new(offerID), Partner: new(gen.PartnerAWS)},
		gen.Contact{ID: new(contactID)},
	)
	env := append(os.Environ(), "SUGER_ORG_ID="+srv.OrgID, "SUGER_API_KEY="+srv.APIKey, "SUGER_BASE_URL="+srv.URL)
	blocks := 0
	for _, match := range block.FindAllStringSubmatch(readme, -1) {
		if match[1] != "go" {
			continue
		}
		blocks++
		code, dir := match[2], fmt.Sprintf("block%d", blocks)
		file, command := "main.go", []string{"build"}
		switch {
		case strings.Contains(code, "func Test"):
			file, command = "block_test.go", []string{"test", "-c", "-vet=off"} // vet wants the folder to exist
		case !strings.HasPrefix(code, "package "):
			code = fmt.Sprintf(fragment, entitlementID, offerID, contactID, code)
		}
		t.Run(dir, func(t *testing.T) {
			formatted, err := format.Source([]byte(match[2]))
			require.NoError(t, err)
			assert.Equal(t, string(formatted), match[2], "the block is not formatted as gofmt does it")
			out, err := runCode(t, env, dir, file, code, command...)
			assert.NoError(t, err, "%s\n%s", code, out)
		})
	}
	assert.Equal(t, 12, blocks, "the README has lost or gained a block of Go")

	requests := srv.Requests()
	assert.NotEmpty(t, requests, "the blocks called the server")
}

// A block that is wrong must fail, or the test above would prove nothing.
func TestWrongBlockFails(t *testing.T) {
	env := append(os.Environ(), "SUGER_ORG_ID=org", "SUGER_API_KEY=key")
	want := map[string]string{"does not compile": "client.Offers.Nothing undefined", "fails": "the block says so"}
	for name, code := range map[string]string{
		"does not compile": `client.Offers.Nothing()`,
		"fails":            `return errors.New("the block says so")`,
	} {
		t.Run(name, func(t *testing.T) {
			out, err := runCode(t, env, "wrong", "main.go", fmt.Sprintf(fragment, "", "", "", code), "build")
			require.Error(t, err)
			assert.Contains(t, out, want[name])
		})
	}
}

// runCode builds code in a package that exists in an overlay only, so that nothing is written into the module, and runs it.
func runCode(t *testing.T, env []string, dir, file, code string, command ...string) (string, error) {
	t.Helper()
	temp := t.TempDir()
	source, overlayFile, program := filepath.Join(temp, file), filepath.Join(temp, "overlay.json"), filepath.Join(temp, "program")
	require.NoError(t, os.WriteFile(source, []byte(code), 0o644))
	here, err := os.Getwd()
	require.NoError(t, err)
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here, dir, file): source}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(overlayFile, overlay, 0o644))
	out, err := exec.Command("go", append(command, "-overlay", overlayFile, "-o", program, "./"+dir)...).CombinedOutput()
	if err != nil {
		return string(out), err
	}
	cmd := exec.Command(program)
	cmd.Dir, cmd.Env = temp, env
	out, err = cmd.CombinedOutput()
	return string(out), err
}

var (
	anyBlock    = regexp.MustCompile("(?s)(?:<!-- (readme): ([a-z ]+) -->\n)?```(\\w+)\n(.*?)```")
	checkedLine = regexp.MustCompile(`^(make [a-z-]+|go doc \S+|export .*)( +#.*)?$`)
)

// TestEveryBlockIsChecked holds each block to be Go, a block that a test reads by its name, or lines that another test reads.
func TestEveryBlockIsChecked(t *testing.T) {
	t.Parallel()
	blocks := anyBlock.FindAllStringSubmatch(readREADME(t), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		switch kind, name, language, text := block[1], block[2], block[3], block[4]; {
		case kind == "readme":
			assert.Contains(t, []string{"workspace", "replace"}, name)
		case language == "sh":
			for line := range strings.Lines(text) {
				assert.Regexp(t, checkedLine, strings.TrimSpace(line))
			}
		default:
			assert.Equal(t, "go", language, text)
		}
	}
}

// The make targets that the README names exist.
func TestMakeTargetsExist(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	require.NoError(t, err)
	targets := regexp.MustCompile("make ([a-z-]+)").FindAllStringSubmatch(readREADME(t), -1)
	require.NotEmpty(t, targets)
	for _, target := range targets {
		assert.Regexp(t, `(?m)^`+target[1]+`:`, string(makefile))
	}
}

func readREADME(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	return string(readme)
}
