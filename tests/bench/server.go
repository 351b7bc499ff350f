package bench

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// serveVariable is set in the environment of the process that serves.
const serveVariable = "SUGER_BENCH_SERVE"

// Paths and ids of the server.
const (
	OrgID            = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	SmallEntitlement = "entitlement-3kB"
	LargeEntitlement = "entitlement-25kB"
	NoEntitlement    = "entitlement-none"
)

// Main runs m, or the server if this process was started to be one. TestMain calls it.
//
// The server has a process of its own so that what is measured is the caller alone.
func Main(m interface{ Run() int }) {
	if os.Getenv(serveVariable) == "" {
		code := m.Run()
		if serverInput != nil {
			serverInput.Close()
		}
		os.Exit(code)
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serverInput is open as long as the server is to run. The system closes it when this process dies.
var serverInput io.Closer

// Server starts the server, once, and returns its base URL. It ends with this process.
var Server = sync.OnceValues(func() (string, error) {
	executable, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(executable)
	cmd.Env = append(os.Environ(), serveVariable+"=1")
	cmd.Stderr = os.Stderr
	if serverInput, err = cmd.StdinPipe(); err != nil {
		return "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the server did not start: %w", err)
	}
	return "http://" + strings.TrimSpace(address), nil
})

// serve serves until stdin ends, and prints the address that it listens on.
func serve(stdin io.Reader, stdout io.Writer) error {
	p, err := buildPayloads()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		listener.Close()
	}()
	if err := http.Serve(listener, handler(p)); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func handler(p *payloads) http.Handler {
	mux := http.NewServeMux()
	answer := func(pattern string, status int, body func(*http.Request) []byte) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			data := body(r)
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", strconv.Itoa(len(data)))
			w.WriteHeader(status)
			_, _ = w.Write(data)
		})
	}
	fixed := func(data []byte) func(*http.Request) []byte { return func(*http.Request) []byte { return data } }
	org := "/org/" + OrgID
	answer("GET "+org+"/entitlement/"+SmallEntitlement, http.StatusOK, fixed(p.small))
	answer("GET "+org+"/entitlement/"+LargeEntitlement, http.StatusOK, fixed(p.large))
	answer("GET "+org+"/entitlement/"+NoEntitlement, http.StatusNotFound, fixed([]byte(`"entitlement not found"`)))
	answer("GET "+org+"/entitlement", http.StatusOK, fixed(p.page))
	answer("POST "+org+"/entitlement/{id}/usageRecordGroup", http.StatusOK, fixed(p.usage))
	answer("GET "+org+"/offer", http.StatusOK, func(r *http.Request) []byte {
		query := r.URL.Query()
		offset, _ := strconv.Atoi(query.Get("offset"))
		limit, _ := strconv.Atoi(query.Get("limit"))
		return p.offers(offset, limit)
	})
	return mux
}
