package sugertest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// manyOffers is a file of offers, of which every tenth is ACTIVE.
func manyOffers(count int) []byte {
	var file bytes.Buffer
	file.WriteString(`{"Offer": [`)
	for i := range count {
		if i > 0 {
			file.WriteByte(',')
		}
		status := "DRAFT"
		if i%10 == 0 {
			status = "ACTIVE"
		}
		fmt.Fprintf(&file, `{"id": "64f0b9d2-1a7e-4c35-8f92-%012d", "organizationID": "2f9c1d7e-8a4b-4c65-b0d2-6e1f3a5c7b90",
			"buyerID": "a3f7c5d1-4e28-4b96-8d0f-2c6b9e1a7f35", "productID": "9e4b7a20-3c5d-4f81-a6e9-0d2b8c7f1e53", "partner": "AWS",
			"service": "MARKETPLACE", "offerType": "PRIVATE", "status": %q, "name": "Globex contract %d", "externalID": "offer-%d",
			"creationTime": "2026-02-20T09:12:00Z", "expireTime": "2026-03-20T23:59:59Z", "contactIds": ["5d2c8e17-6b4f-4f0a-9a3d-1c7e8b2f4d60"],
			"info": {"currency": "USD", "commitAmount": %d.5, "autoRenew": false, "commits": [{"key": "platform_annual", "length": 12,
			"quantity": 1, "rate": 96000, "timeUnit": "MONTH", "types": ["Entitled"]}]}, "metaInfo": {"internalNote": "call first"}}`,
			i, status, i, i, i)
	}
	file.WriteString("]}")
	return file.Bytes()
}

// BenchmarkLists asks for one page of 100,000 offers.
func BenchmarkLists(b *testing.B) {
	s := New(b)
	require.NoError(b, s.SeedJSON(manyOffers(100_000)))
	for name, query := range map[string]string{
		"all": "/offer?limit=100", "last": "/offer?limit=100&offset=99900", "filtered": "/offer?status=ACTIVE&limit=100",
		"query":  "/offer/query?q=" + `(and%20(=%20status%20"ACTIVE")%20(ilike%20name%20"%25contract%25"))`,
		"sorted": "/offer/query?s=name:desc", "get": "/offer/64f0b9d2-1a7e-4c35-8f92-000000050000",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, "/org/"+s.OrgID+query, nil)
				r.Header.Set("Authorization", "Key "+s.APIKey)
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				require.Equal(b, 200, w.Code, w.Body)
			}
		})
	}
}

// BenchmarkSeed reads a file of 20,000 offers.
func BenchmarkSeed(b *testing.B) {
	file := manyOffers(20_000)
	b.SetBytes(int64(len(file)))
	s := New(b)
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		require.NoError(b, s.SeedJSON(file))
	}
}
