// Command client is a small program that imports the client, to see what that adds.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"github.com/suger-go/suger/api"
)

func main() {
	fmt.Println(runtime.NumGoroutine())
	if len(os.Args) < 2 {
		return
	}
	client, err := api.New("org", api.WithAPIKey("key"), api.WithBaseURL(os.Args[1]))
	if err != nil {
		panic(err)
	}
	entitlement, err := client.Entitlements.Get(context.Background(), "id")
	if err != nil {
		panic(err)
	}
	fmt.Println(entitlement.GetName())
}
