package api_test

import (
	"fmt"

	"github.com/suger-go/suger/api"
	"github.com/suger-go/suger/gen"
)

func ExampleDecodeStrict() {
	file := []byte(`{"name": "Enterprise", "info": {"dimensons": [{"key": "seats"}], "commitAmount": "5000"}}`)
	var offer gen.Offer
	err := api.DecodeStrict(file, &offer)
	fmt.Println(err)

	file = []byte(`{"name": "Enterprise", "info": {"dimensions": [{"key": "seats"}], "commitAmount": 5000}}`)
	err = api.DecodeStrict(file, &offer)
	fmt.Println(offer.GetName(), offer.GetInfo().GetCommitAmount(), err)
	// Output:
	// api: info.dimensons: unknown property, did you mean "dimensions"?
	// api: info.commitAmount: want a number, have a string
	// Enterprise 5000 <nil>
}
