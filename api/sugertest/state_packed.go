package sugertest

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// packed is an object as a store holds it: in less memory than its JSON takes, where the maps of Go take ten times as much.
// A value is its kind and, unless that says it all, the length of its content and the content. The content of an object is the
// count of its properties, then the number of each one's name and its value; that of a list, the count of its values and these.
type packed string

const (
	packedNull byte = iota
	packedFalse
	packedTrue
	packedText
	packedNumber // JSON
	packedInt    // of Go
	packedList
	packedObject
)

// packer turns objects into their packed form and back. It gives numbers to the names of properties.
type packer struct {
	numbers map[string]uint64
	names   []string // by number
	buffer  []byte
}

func (p *packer) pack(o object) packed {
	p.buffer = p.appendValue(p.buffer[:0], o)
	return packed(p.buffer)
}

func (p *packer) appendValue(to []byte, value any) []byte {
	switch value := value.(type) {
	case nil:
		return append(to, packedNull)
	case bool:
		if value {
			return append(to, packedTrue)
		}
		return append(to, packedFalse)
	case string:
		return appendContent(to, packedText, value)
	case json.Number:
		return appendContent(to, packedNumber, string(value))
	case int:
		return appendContent(to, packedInt, strconv.Itoa(value))
	case []any:
		to = append(to, packedList)
		start := len(to)
		to = binary.AppendUvarint(to, uint64(len(value)))
		for _, item := range value {
			to = p.appendValue(to, item)
		}
		return insertLength(to, start)
	case object:
		to = append(to, packedObject)
		start := len(to)
		to = binary.AppendUvarint(to, uint64(len(value)))
		for name, property := range value {
			to = p.appendValue(binary.AppendUvarint(to, p.numberOf(name)), property)
		}
		return insertLength(to, start)
	}
	plain, err := toJSON(value)
	if err != nil {
		panic(fmt.Sprintf("sugertest: %v is no JSON: %v", value, err))
	}
	return p.appendValue(to, plain)
}

func appendContent(to []byte, kind byte, content string) []byte {
	return append(binary.AppendUvarint(append(to, kind), uint64(len(content))), content...)
}

// insertLength puts the length of what follows a place in front of it.
func insertLength(to []byte, place int) []byte {
	return slices.Insert(to, place, binary.AppendUvarint(nil, uint64(len(to)-place))...)
}

// numberOf returns the number of a name.
func (p *packer) numberOf(name string) uint64 {
	number, ok := p.numbers[name]
	if !ok {
		if p.numbers == nil {
			p.numbers = map[string]uint64{}
		}
		number = uint64(len(p.names))
		p.numbers[name], p.names = number, append(p.names, name)
	}
	return number
}

// selection says by the numbers of names which of them are meant.
func (p *packer) selection(names map[string]bool) []bool {
	selection := make([]bool, len(p.names))
	for number, name := range p.names {
		selection[number] = names[name]
	}
	return selection
}

// unpack returns an object, with those of its properties that a selection has; nil stands for all.
func (p *packer) unpack(source packed, keep []bool) object {
	if source == "" {
		return nil
	}
	u := unpacker{string(source), p.names}
	_, content := u.next()
	return content.readObject(keep)
}

// unpacker reads packed values one after the other.
type unpacker struct {
	source string
	names  []string
}

func (u *unpacker) uvarint() int {
	for i, value := 0, 0; ; i++ {
		value |= int(u.source[i]&0x7f) << (7 * i)
		if u.source[i] < 0x80 {
			u.source = u.source[i+1:]
			return value
		}
	}
}

// next reads the kind of a value and its content.
func (u *unpacker) next() (kind byte, content unpacker) {
	kind, u.source = u.source[0], u.source[1:]
	if kind < packedText {
		return kind, unpacker{}
	}
	length := u.uvarint()
	content = unpacker{u.source[:length], u.names}
	u.source = u.source[length:]
	return kind, content
}

func (u *unpacker) read() any {
	kind, content := u.next()
	switch kind {
	case packedNull:
		return nil
	case packedFalse, packedTrue:
		return kind == packedTrue
	case packedText:
		return content.source
	case packedNumber:
		return json.Number(content.source)
	case packedInt:
		n, _ := strconv.Atoi(content.source)
		return n
	case packedList:
		list := make([]any, content.uvarint())
		for i := range list {
			list[i] = content.read()
		}
		return list
	}
	return content.readObject(nil)
}

func (u *unpacker) readObject(keep []bool) object {
	count, room := u.uvarint(), 0
	if keep == nil {
		room = count
	}
	o := make(object, room)
	for range count {
		number := u.uvarint()
		if keep == nil || keep[number] {
			o[u.names[number]] = u.read()
		} else {
			u.next()
		}
	}
	return o
}
