package gen_test

import (
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/suger-go/suger/gen"
)

// Getters run through whatever the server left out.
func Example() {
	var ent gen.Entitlement
	answer := `{"id": "ent-1", "info": {"currency": "USD", "awsAgreement": {"status": "ACTIVE"}}}`
	if err := json.Unmarshal([]byte(answer), &ent); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ent.GetID(), ent.GetInfo().GetAWSAgreement().GetStatus())
	fmt.Printf("%q\n", ent.GetInfo().GetAWSChannelPartner().GetName())
	// Output:
	// ent-1 ACTIVE
	// ""
}

// Optional fields are pointers, so that an empty text or a zero can be sent, and what is nil is left alone.
func Example_update() {
	body, err := json.Marshal(gen.MetaInfo{InternalNote: new("")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
	// Output: {"internalNote":""}
}

// An enum takes values that are newer than this package.
func ExamplePartner() {
	for _, partner := range []gen.Partner{gen.PartnerAWS, "MOON_MARKET", gen.PartnerEmpty} {
		fmt.Printf("%q %t\n", partner, partner.Known())
	}
	// Output:
	// "AWS" true
	// "MOON_MARKET" false
	// "" true
}

// A MetaInfo that is read, changed and sent back keeps the properties that this package does not know.
func ExampleMetaInfo() {
	var meta gen.MetaInfo
	if err := json.Unmarshal([]byte(`{"internalNote": "new", "shelf": 12345678901234567890}`), &meta); err != nil {
		log.Fatal(err)
	}
	meta.InternalNote = new("call first")
	body, err := json.Marshal(meta)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
	// Output: {"internalNote":"call first","shelf":12345678901234567890}
}

// A time that is no RFC 3339 is read as well as it can be, and sent back as it came until it is set anew.
func ExampleTime() {
	var end gen.Time
	if err := json.Unmarshal([]byte(`"2024-01-31"`), &end); err != nil {
		log.Fatal(err)
	}
	fmt.Println(end.Month(), end.Day(), end.Text())
	end.Time = end.AddDate(0, 1, -2)
	fmt.Println(end.Text())
	// Output:
	// January 31 2024-01-31
	// 2024-02-29T00:00:00Z
}

// NewTime is for times that are to be sent.
func ExampleNewTime() {
	fmt.Println(gen.NewTime(time.Date(2024, time.January, 31, 12, 0, 0, 0, time.UTC)).Text())
	// Output: 2024-01-31T12:00:00Z
}
