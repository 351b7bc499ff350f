package docs_test

import (
	"fmt"

	"github.com/suger-go/suger/openapi"
	"github.com/suger-go/suger/tests/docs"
)

// A page that has something new.
func Example() {
	const saved = `get api client
GET /org/:orgId/apiClient/:apiClientId
Request
Path Parameters
orgId stringrequired
apiClientId stringrequired
Responses
OK
Schema
id string
lastLogin date-time
`
	doc, err := openapi.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := docs.Parse(saved)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range docs.Drift(page, doc) {
		fmt.Println(finding)
	}
	// Output: GET /org/{orgId}/apiClient/{apiClientId}: answer.lastLogin: property is missing
}
