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
