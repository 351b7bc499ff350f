package gen

import (
	"bytes"
	"encoding/json"
)

// splitProperties returns a JSON object without the properties that are not in known, and those apart, nil if there is
// none. Package json takes "ID" for "id": what is not known must be gone before it decodes.
func splitProperties(data []byte, known map[string]bool) ([]byte, map[string]any, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, nil, err
	}
	var rest map[string]any
	for name, value := range raw {
		if known[name] {
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

// appendProperties adds properties to an encoded JSON object, but those in known.
func appendProperties(object []byte, properties map[string]any, known map[string]bool) ([]byte, error) {
	rest := make(map[string]any, len(properties))
	for name, value := range properties {
		if !known[name] {
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
