package gen

import (
	"bytes"
	"encoding/json"
)

// splitProperties returns a JSON object without the properties that are not known, and those apart, nil if there is none.
// Package json takes "ID" for "id": what is not known must be gone before it decodes.
func splitProperties(data []byte, known func(name []byte) bool) ([]byte, map[string]any, error) {
	if knowsAll(data, known) {
		return data, nil, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, nil, err
	}
	var rest map[string]any
	for name, value := range raw {
		if known([]byte(name)) {
			continue
		}
		if rest == nil {
			rest = map[string]any{}
		}
		dec := json.NewDecoder(bytes.NewReader(value))
		dec.UseNumber() // an amount or a long id nobody knows must come back with every digit
		var v any
		if err := dec.Decode(&v); err != nil {
			return nil, nil, err
		}
		rest[name] = v
		delete(raw, name)
	}
	if rest == nil {
		return data, nil, nil
	}
	object, err := json.Marshal(raw)
	return object, rest, err
}

// knowsAll reports whether data is an object that has only known properties, as almost all have, in one pass that allocates
// nothing. It is right about valid JSON, but that it takes an escaped name for unknown. Of anything else it may say either:
// decoding fails in both cases, with the same error.
func knowsAll(data []byte, known func(name []byte) bool) bool {
	if len(data) == 0 || data[0] != '{' {
		return false
	}
	depth, isName := 0, false
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			start := i + 1
			escaped := false
			for i = start; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					escaped = true
					i++
				}
			}
			if isName {
				if i >= len(data) || escaped || !known(data[start:i]) {
					return false
				}
				isName = false
			}
		case '{', '[':
			depth++
			isName = depth == 1
		case '}', ']':
			depth--
			isName = false
			if depth == 0 {
				return i == len(data)-1
			}
		case ',':
			isName = depth == 1
		}
	}
	return false
}

// appendProperties adds properties to an encoded JSON object, but those that are known.
func appendProperties(object []byte, properties map[string]any, known func(name []byte) bool) ([]byte, error) {
	rest := make(map[string]any, len(properties))
	for name, value := range properties {
		if !known([]byte(name)) {
			rest[name] = value
		}
	}
	if len(rest) == 0 {
		return object, nil
	}
	more, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	if len(object) == len("{}") {
		return more, nil
	}
	object[len(object)-1] = ','
	return append(object, more[1:]...), nil
}
