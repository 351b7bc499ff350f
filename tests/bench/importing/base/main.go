// Command base is what importing is measured against: a program that makes a call with net/http and encoding/json alone.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
)

func main() {
	fmt.Println(runtime.NumGoroutine())
	if len(os.Args) < 2 {
		return
	}
	resp, err := http.Get(os.Args[1])
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	var entitlement struct {
		Name string `json:"name"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&entitlement); err != nil {
		panic(err)
	}
	fmt.Println(entitlement.Name)
}
