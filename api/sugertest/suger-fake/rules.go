package main

import (
	"flag"
	"strconv"
	"time"

	"github.com/suger-go/suger/api/sugertest"
)

// ruleFlags adds the flags that say how operations act.
func ruleFlags(flags *flag.FlagSet, add func(sugertest.Option) error) {
	for _, rule := range []struct {
		name, usage string
		option      func() sugertest.Option
	}{
		{"strict", "refuse what the documentation says cannot be, such as ids of objects that there are not", sugertest.Strict},
		{"empty-notify", "answer to the notification of contacts with an empty string, not with the event", sugertest.EmptyNotify},
		{"refuse-unknown", "refuse query parameters that an operation does not have", sugertest.RefuseUnknownParameters},
	} {
		flags.BoolFunc(rule.name, rule.usage, func(text string) error {
			if on, err := strconv.ParseBool(text); err != nil || !on {
				return err
			}
			return add(rule.option())
		})
	}
	flags.Func("slow", "how `long` marketplaces take to publish an offer or a product, such as 30s", func(text string) error {
		publish, err := time.ParseDuration(text)
		if err != nil {
			return err
		}
		return add(sugertest.Slow(publish))
	})
}
