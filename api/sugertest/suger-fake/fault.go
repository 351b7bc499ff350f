package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/suger-go/suger/api/sugertest"
)

// fault is a fault with the operation that it is for.
type fault struct {
	operation string
	fault     sugertest.Fault
}

// parseFault reads a fault such as "offers.get=status:503,after:1s,times:2": first what goes wrong, then when.
func parseFault(text string) (fault, error) {
	operation, spec, _ := strings.Cut(text, "=")
	isName := func(name string) bool { return strings.EqualFold(name, operation) }
	if operation != "*" && !slices.ContainsFunc(sugertest.Operations(), isName) {
		return fault{}, fmt.Errorf("there is no operation %q, want a service and a method, such as offers.get, or *", operation)
	}
	kind, modifiers, _ := strings.Cut(spec, ",")
	f, err := parseKind(kind)
	if err != nil {
		return fault{}, err
	}
	for modifier := range strings.SplitSeq(modifiers, ",") {
		name, arg, _ := strings.Cut(modifier, ":")
		switch name {
		case "":
		case "after":
			f = f.After(arg)
		case "times":
			n, err := strconv.Atoi(arg)
			if err != nil || n < 1 {
				return fault{}, fmt.Errorf("times:%s: want a number of 1 or more", arg)
			}
			f = f.Times(n)
		case "probability":
			odds, err := strconv.ParseFloat(arg, 64)
			if err != nil || !(odds > 0 && odds <= 1) {
				return fault{}, fmt.Errorf("probability:%s: want a number above 0, 1 at most", arg)
			}
			f = f.Probability(odds, 1)
		default:
			return fault{}, fmt.Errorf("%q is none of after, times and probability", name)
		}
	}
	return fault{operation, f}, nil
}

// plainFaults are those that need no more than a name.
var plainFaults = map[string]sugertest.Fault{
	"drop-before": sugertest.DropBefore(), "drop-after": sugertest.DropAfter(), "truncate": sugertest.Truncate(),
	"unknown-property": sugertest.UnknownProperty(),
}

func parseKind(text string) (sugertest.Fault, error) {
	name, arg, _ := strings.Cut(text, ":")
	switch name {
	case "status", "html":
		status, err := strconv.Atoi(arg)
		if err != nil || status < 200 || status > 599 {
			return sugertest.Fault{}, fmt.Errorf("%s: want a status from 200 to 599", text)
		}
		if name == "html" {
			return sugertest.HTML(status), nil
		}
		return sugertest.Status(status), nil
	case "latency":
		d, err := time.ParseDuration(arg)
		if err != nil {
			return sugertest.Fault{}, fmt.Errorf("%s: want a duration such as 2s", text)
		}
		return sugertest.Latency(d), nil
	case "future-enum":
		if arg == "" {
			return sugertest.Fault{}, fmt.Errorf("%s: want a property, as in future-enum:status", text)
		}
		return sugertest.FutureEnum(arg), nil
	}
	if f, ok := plainFaults[text]; ok {
		return f, nil
	}
	return sugertest.Fault{}, fmt.Errorf("%q is no fault, want one such as status:503 or drop-after", text)
}
