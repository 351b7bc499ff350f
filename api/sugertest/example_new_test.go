package sugertest_test

import (
	"fmt"
	"testing"

	"github.com/suger-go/suger/api/sugertest"
)

// noTest stands in for the *testing.T of a test.
type noTest struct{ testing.TB }

func (noTest) Helper()           {}
func (noTest) Cleanup(at func()) { at() } // at the end of a test

func ExampleNew() {
	var t testing.TB = noTest{}
	srv := sugertest.New(t)
	fmt.Println(srv.OrgID)
	// Output: 2f9c1d7e-8a4b-4c65-b0d2-6e1f3a5c7b90
}
