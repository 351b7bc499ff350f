package sugertest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// answer carries out a call and returns what to answer.
func (s *Server) answer(c *call) (any, error) {
	switch s.config.answers {
	case fromExamples:
		return c.op.example(), nil
	case fromSchema:
		return s.synthesize(c.op), nil
	default:
		return s.act(c)
	}
}

// example returns the example of the answer in the description, the first one by name.
func (op *operation) example() any {
	if op.answer.Example != nil {
		return op.answer.Example
	}
	for _, name := range slices.Sorted(maps.Keys(op.answer.Examples)) {
		return op.answer.Examples[name].Value.Value
	}
	panic(fmt.Sprintf("sugertest: the description has no example for %s", op.id))
}

// synthesize makes up an answer.
func (s *Server) synthesize(op *operation) any {
	if op.mediaType != "application/json" {
		return op.example()
	}
	synth := &synthesizer{seed: s.config.seed, now: time.Now()}
	return synth.value(op.schema(), op.id, op.id)
}
