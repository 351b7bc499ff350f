// Command languages holds the scenario of a language to account: it prepares a fake of Suger for it, and afterwards compares
// the requests that arrived, and the objects that the fake has then, with what the scenario was meant to send and to change.
//
//	languages prepare seed.json 'offers.get=status:503'
//	languages compare seed.json
//	languages untouched seed.json
//
// SUGER_BASE_URL and SUGER_API_KEY name the fake, whose door at /_fake/ it uses.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: languages prepare|compare|untouched seed.json [fault]...")
		os.Exit(2)
	}
	fake := door{os.Getenv("SUGER_BASE_URL"), os.Getenv("SUGER_API_KEY")}
	if err := run(fake, os.Args[1], os.Args[2], os.Args[3:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(fake door, task, file string, faults []string, out io.Writer) error {
	seed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	switch task {
	case "prepare":
		return prepare(fake, seed, append(faults, "buyers.list=status:429,after:1s"))
	case "compare":
		return compare(fake, seed, out)
	case "untouched":
		return untouched(fake, out)
	default:
		return fmt.Errorf("unknown task %q", task)
	}
}

func prepare(fake door, seed []byte, faults []string) error {
	if err := fake.call("POST", "reset", nil, nil); err != nil {
		return err
	}
	if err := fake.call("POST", "store", seed, nil); err != nil {
		return err
	}
	body, err := json.Marshal(map[string][]string{"faults": faults})
	if err != nil {
		return err
	}
	return fake.call("POST", "faults", body, nil)
}

// object is an object of JSON.
type object = map[string]any

type request struct {
	Method, Path string
	Body         any
}

// meant has what a step sends, by the ends of the paths. A step that a language does not have sends nothing.
var meant = []struct{ step, method, path, body string }{
	{"change one property of an offer", "PATCH", "/offer/offer-1/metaInfo", `{"internalNote": "Call first."}`},
	{"draft an offer with a commit", "POST", "/draftOffer", `{"name": "Draft", "info": {"commits": [{"key": "seats", "rate": 1250.5}]}}`},
}

// compare returns an error for the first step that has sent or changed something else.
func compare(fake door, seed []byte, out io.Writer) error {
	var requests []request
	if err := fake.call("GET", "requests", nil, &requests); err != nil {
		return err
	}
	for _, want := range meant {
		var bodies []any
		for _, request := range requests {
			if request.Method == want.method && strings.HasSuffix(request.Path, want.path) {
				bodies = append(bodies, request.Body)
			}
		}
		var body any
		if err := decode([]byte(want.body), &body); err != nil {
			return err
		}
		if !reflect.DeepEqual(bodies, []any{body}) {
			return fmt.Errorf("step %q failed: want one request with the body %s, got %s", want.step, text(body), text(bodies))
		}
		fmt.Fprintf(out, "step %q sent what it was meant to\n", want.step)
	}
	return compareOffer(fake, seed, out)
}

// untouched wants requests that read, and no others.
func untouched(fake door, out io.Writer) error {
	var requests []request
	if err := fake.call("GET", "requests", nil, &requests); err != nil {
		return err
	}
	if len(requests) == 0 {
		return errors.New("want requests, got none")
	}
	for _, request := range requests {
		if request.Method != http.MethodGet {
			return fmt.Errorf("want nothing but reads, got %s %s", request.Method, request.Path)
		}
	}
	fmt.Fprintln(out, "nothing was sent that acts")
	return nil
}

// compareOffer wants the first offer as it was but for the property that was changed.
func compareOffer(fake door, seed []byte, out io.Writer) error {
	var before, after struct{ Offer []object }
	if err := decode(seed, &before); err != nil {
		return err
	}
	if err := fake.call("GET", "store?type=Offer", nil, &after); err != nil {
		return err
	}
	const id = "offer-1"
	want, got := find(before.Offer, id), find(after.Offer, id)
	want["metaInfo"].(object)["internalNote"] = "Call first."
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !reflect.DeepEqual(want[name], got[name]) {
			return fmt.Errorf("step %q failed: want the offer to have the %s %s afterwards, got %s",
				meant[0].step, name, text(want[name]), text(got[name]))
		}
	}
	fmt.Fprintf(out, "step %q left the rest of the offer alone\n", meant[0].step)
	return nil
}

func find(objects []object, id string) object {
	for _, object := range objects {
		if object["id"] == id {
			return object
		}
	}
	return object{}
}

func text(value any) string {
	data, _ := json.Marshal(value) // what came out of JSON goes back into it
	return string(data)
}

// decode keeps numbers as they are written.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// door is where a fake lets tests in.
type door struct{ url, key string }

func (d door) call(method, path string, body []byte, answer any) error {
	request, err := http.NewRequest(method, d.url+"/_fake/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Key "+d.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s /_fake/%s: %s: %s", method, path, response.Status, data)
	}
	if answer == nil {
		return nil
	}
	return decode(data, answer)
}
