package usage_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
)

// worker keeps a process running that adds its share of the events: when it is killed, another takes its place.
type worker struct {
	producer // First is the first event that is not known to be added

	mutex   sync.Mutex
	current *process
	spared  bool // whether it is not killed any more
	stopped bool
	kills   int
	added   chan struct{} // closed when its share is added
	ended   chan error    // takes the error of the process that was not killed
}

type process struct {
	cmd    *exec.Cmd
	input  io.Closer
	log    tail
	killed bool
	ended  chan struct{}
}

func startWorker(settings producer) *worker {
	w := &worker{producer: settings, added: make(chan struct{}), ended: make(chan error, 1)}
	go func() {
		for {
			if killed, err := w.runProcess(); !killed {
				w.ended <- err
				return
			}
		}
	}()
	return w
}

// runProcess runs a process to its end, and reports whether it was killed. It begins with some events that were added before, as
// a producer does that does not know what became of its last Add.
func (w *worker) runProcess() (killed bool, err error) {
	settings := w.producer
	settings.First = max(w.First-3*batch*w.Step, w.First%w.Step)
	encoded, err := json.Marshal(settings)
	if err != nil {
		return false, err
	}
	p := &process{cmd: exec.Command(os.Args[0]), ended: make(chan struct{})}
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), producerEnv+"="+string(encoded)), &p.log
	output, err := p.cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if p.input, err = p.cmd.StdinPipe(); err != nil {
		return false, err
	}
	if err := p.cmd.Start(); err != nil {
		return false, err
	}
	w.mutex.Lock()
	w.current = p
	if w.stopped {
		_ = p.input.Close() // it fails if the process has ended
	}
	w.mutex.Unlock()
	w.follow(output)
	err = p.cmd.Wait()
	close(p.ended)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", w.Name, err, p.log.text)
	}
	return p.killed, err
}

// follow reads how far a process is, and kills it after a few times, most likely in the middle of its next Add.
func (w *worker) follow(output io.Reader) {
	left := 4 + rand.IntN(12)
	for lines := bufio.NewScanner(output); lines.Scan(); left-- {
		next, err := strconv.Atoi(lines.Text())
		if err != nil {
			panic(err)
		}
		if left == 0 {
			w.kill()
		}
		if w.First < w.Count && next >= w.Count {
			close(w.added)
		}
		w.First = max(w.First, next)
	}
}

// kill kills the process and returns it, nil if it is spared.
func (w *worker) kill() *process {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	p := w.current
	if w.spared {
		return nil
	}
	if !p.killed {
		p.killed = true
		w.kills++
		_ = p.cmd.Process.Kill() // it fails if the process has ended
	}
	return p
}

// killNow kills the process and returns when it is dead.
func (w *worker) killNow() {
	if p := w.kill(); p != nil {
		<-p.ended
	}
}

// spare lets the process live from now on, and returns how many were killed.
func (w *worker) spare() int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.spared = true
	return w.kills
}

// stop lets the process end by itself and returns its error.
func (w *worker) stop() error {
	w.mutex.Lock()
	w.spared, w.stopped = true, true
	if w.current != nil {
		_ = w.current.input.Close() // it fails if the process has ended
	}
	w.mutex.Unlock()
	return <-w.ended
}

// tail keeps the end of what a process logs.
type tail struct{ text []byte }

func (t *tail) Write(data []byte) (int, error) {
	t.text = append(t.text, data...)
	t.text = t.text[max(0, len(t.text)-8<<10):]
	return len(data), nil
}
