package openapi_test

import (
	"encoding/json"
	"fmt"
	"log"

	"github.com/suger-go/suger/openapi"
)

// Ask the description about an operation.
func Example() {
	doc, err := openapi.Load()
	if err != nil {
		log.Fatal(err)
	}
	op := doc.Paths.Value("/org/{orgId}/offer/{offerId}/notifyContacts").Post
	fmt.Println(op.OperationID)
	fmt.Println(op.Extensions["x-effect"])
	// Output:
	// notifyOfferContacts
	// unsafe
}

// Serve or store the document as it is.
func ExampleJSON() {
	var head struct {
		OpenAPI string
		Info    struct{ Title string }
	}
	if err := json.Unmarshal(openapi.JSON(), &head); err != nil {
		log.Fatal(err)
	}
	fmt.Println(head.Info.Title, head.OpenAPI)
	// Output: Suger API 3.0.3
}

// Give the open form to a generator that closes what it reads. The values that are known are in an extension.
func ExampleOpenJSON() {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Type  string
				Enum  []string
				Known []string `json:"x-known-values"`
			}
		}
	}
	if err := json.Unmarshal(openapi.OpenJSON(), &doc); err != nil {
		log.Fatal(err)
	}
	status := doc.Components.Schemas["AddonStatus"]
	fmt.Println(status.Type, status.Enum, status.Known)
	// Output: string [] [ACTIVE DELETED]
}

// Find the values that an enum is known to have.
func ExampleLoad() {
	doc, err := openapi.Load()
	if err != nil {
		log.Fatal(err)
	}
	for _, value := range doc.Components.Schemas["AddonStatus"].Value.Enum {
		fmt.Println(value)
	}
	// Output:
	// ACTIVE
	// DELETED
}
