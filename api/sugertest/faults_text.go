package sugertest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseFault reads a fault as it is written on a command line, such as "offers.get=status:503,after:1s,times:2": the operation
// as [Server.Fail] takes it, then what goes wrong, then when. What goes wrong is one of
//
//	status:503  html:502  latency:2s  drop-before  drop-after  truncate  future-enum:status  unknown-property
//
// and when it does, or what else is in the answer, is said by any of
//
//	after:1s  skip:3  times:2  probability:0.1
func ParseFault(text string) (operation string, fault Fault, err error) {
	operation, spec, _ := strings.Cut(text, "=")
	if err := knownOperation(operation); err != nil {
		return "", Fault{}, err
	}
	kind, modifiers, _ := strings.Cut(spec, ",")
	fault, err = parseKind(kind)
	for modifier := range strings.SplitSeq(modifiers, ",") {
		if modifier != "" && err == nil {
			fault, err = fault.modified(modifier)
		}
	}
	if err != nil {
		return "", Fault{}, err
	}
	return operation, fault, nil
}

// knownOperation returns an error unless there is an operation of the name, which may be "*".
func knownOperation(name string) error {
	known := slices.ContainsFunc(Operations(), func(known string) bool { return strings.EqualFold(known, name) })
	if name != "*" && !known {
		return fmt.Errorf("there is no operation %q, want a service and a method, such as offers.get, or *", name)
	}
	return nil
}

// plainFaults are those that need no more than a name.
var plainFaults = map[string]Fault{
	"drop-before": DropBefore(), "drop-after": DropAfter(), "truncate": Truncate(), "unknown-property": UnknownProperty(),
}

// parseKind reads what goes wrong.
func parseKind(text string) (Fault, error) {
	name, arg, _ := strings.Cut(text, ":")
	switch name {
	case "status", "html":
		status, err := strconv.Atoi(arg)
		if err != nil || status < 200 || status > 599 {
			return Fault{}, fmt.Errorf("%s: want a status from 200 to 599", text)
		}
		if name == "html" {
			return HTML(status), nil
		}
		return Status(status), nil
	case "latency":
		d, err := time.ParseDuration(arg)
		if err != nil || d < 0 {
			return Fault{}, fmt.Errorf("%s: want a duration such as 2s", text)
		}
		return Latency(d), nil
	case "future-enum":
		if arg == "" {
			return Fault{}, fmt.Errorf("%s: want a property, as in future-enum:status", text)
		}
		return FutureEnum(arg), nil
	}
	if f, ok := plainFaults[text]; ok {
		return f, nil
	}
	return Fault{}, fmt.Errorf("%q is no fault, want one such as status:503 or drop-after", text)
}

// modified returns the fault with a modifier such as "times:2".
func (f Fault) modified(text string) (Fault, error) {
	name, arg, _ := strings.Cut(text, ":")
	switch name {
	case "after":
		return f.After(arg), nil
	case "times", "skip":
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return f, fmt.Errorf("%s: want a number of 1 or more", text)
		}
		if name == "skip" {
			return f.Skip(n), nil
		}
		return f.Times(n), nil
	case "probability":
		odds, err := strconv.ParseFloat(arg, 64)
		if err != nil || !(odds > 0 && odds <= 1) {
			return f, fmt.Errorf("%s: want a number above 0, 1 at most", text)
		}
		return f.Probability(odds, 1), nil
	}
	return f, fmt.Errorf("%q is none of after, skip, times and probability", name)
}

// String returns the fault as [ParseFault] reads it, without the operation. The seed of a probability is not in it.
func (f Fault) String() string {
	words := []string{f.whatGoesWrong()}
	if _, err := strconv.Atoi(f.retryAfter); err == nil {
		words = append(words, "after:"+f.retryAfter+"s")
	} else if f.retryAfter != "" {
		words = append(words, "after:"+f.retryAfter)
	}
	if f.skip > 0 {
		words = append(words, fmt.Sprint("skip:", f.skip))
	}
	if f.times > 0 {
		words = append(words, fmt.Sprint("times:", f.times))
	}
	if f.odds > 0 {
		words = append(words, "probability:"+strconv.FormatFloat(f.odds, 'g', -1, 64))
	}
	return strings.Join(words, ",")
}

func (f Fault) whatGoesWrong() string {
	switch f.kind {
	case faultStatus:
		return fmt.Sprint("status:", f.status)
	case faultHTML:
		return fmt.Sprint("html:", f.status)
	case faultLatency:
		return fmt.Sprint("latency:", f.latency)
	case faultFutureEnum:
		return "future-enum:" + f.property
	}
	for name, plain := range plainFaults {
		if plain.kind == f.kind {
			return name
		}
	}
	panic(fmt.Sprintf("sugertest: fault %d has no name", f.kind))
}
