package bench_test

import (
	"context"
	"fmt"

	"github.com/suger-go/suger/tests/bench"
)

func ExampleImplementation() {
	url, err := bench.Server()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, impl := range []bench.Implementation{bench.Floor, bench.Client} {
		caller, err := impl.New(url)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer caller.Close()
		n, err := caller.ListEntitlements(context.Background())
		fmt.Println(impl.Name, n, err)
	}
	// Output:
	// floor 200 <nil>
	// client 200 <nil>
}
