package sugertest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// answer checks a request, carries it out and returns what to answer.
func (s *Server) answer(r *http.Request, op *operation, body []byte) (any, error) {
	c, err := s.accept(r, op, body)
	if err != nil {
		return nil, err
	}
	switch s.config.answers {
	case fromExamples:
		return op.example(), nil
	case fromSchema:
		return s.synthesize(op), nil
	}
	return s.act(c)
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
	if op.answer.Schema.Value.Type.Is("string") {
		return op.example() // a link, a page or nothing
	}
	synth := &synthesizer{seed: s.config.seed, orgID: s.OrgID}
	return synth.value(op.answer.Schema, op.id, op.id)
}
