package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/suger-go/suger/api/webhook"
)

const secret = "whsec-5f0c"

// RFC 4231, section 4.3.
const (
	rfcSecret    = "Jefe"
	rfcBody      = "what do ya want for nothing?"
	rfcSignature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
)

func TestSign(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "sha256="+rfcSignature, webhook.Sign(rfcSecret, []byte(rfcBody)))
}

func TestVerify(t *testing.T) {
	t.Parallel()
	right := "sha256=" + rfcSignature
	tests := []struct {
		name   string
		secret string
		values []string
		body   string
		want   error
	}{
		{"right", rfcSecret, []string{right}, rfcBody, nil},
		{"upper-case hex", rfcSecret, []string{"sha256=" + strings.ToUpper(rfcSignature)}, rfcBody, nil},
		{"right for an empty body", rfcSecret, []string{webhook.Sign(rfcSecret, nil)}, "", nil},
		{"tampered body", rfcSecret, []string{right}, "what do ya want for something?", webhook.ErrBadSignature},
		{"longer body", rfcSecret, []string{right}, rfcBody + "\n", webhook.ErrBadSignature},
		{"empty body", rfcSecret, []string{right}, "", webhook.ErrBadSignature},
		{"other secret", "jefe", []string{right}, rfcBody, webhook.ErrBadSignature},
		{"last digit wrong", rfcSecret, []string{right[:len(right)-1] + "4"}, rfcBody, webhook.ErrBadSignature},
		{"no header", rfcSecret, nil, rfcBody, webhook.ErrNoSignature},
		{"empty header", rfcSecret, []string{""}, rfcBody, webhook.ErrMalformedSignature},
		{"no prefix", rfcSecret, []string{rfcSignature}, rfcBody, webhook.ErrMalformedSignature},
		{"prefix alone", rfcSecret, []string{"sha256="}, rfcBody, webhook.ErrMalformedSignature},
		{"other algorithm", rfcSecret, []string{"sha1=" + rfcSignature[:40]}, rfcBody, webhook.ErrMalformedSignature},
		{"upper-case prefix", rfcSecret, []string{"SHA256=" + rfcSignature}, rfcBody, webhook.ErrMalformedSignature},
		{"cut short", rfcSecret, []string{right[:len(right)-2]}, rfcBody, webhook.ErrMalformedSignature},
		{"too long", rfcSecret, []string{right + "00"}, rfcBody, webhook.ErrMalformedSignature},
		{"no hex", rfcSecret, []string{right[:len(right)-1] + "g"}, rfcBody, webhook.ErrMalformedSignature},
		{"two in one header", rfcSecret, []string{right + "," + right}, rfcBody, webhook.ErrMalformedSignature},
		{"two headers, the first right", rfcSecret, []string{right, "sha256=00"}, rfcBody, webhook.ErrMalformedSignature},
		{"two headers, the second right", rfcSecret, []string{"sha256=00", right}, rfcBody, webhook.ErrMalformedSignature},
		{"empty secret", "", []string{webhook.Sign("", []byte(rfcBody))}, rfcBody, webhook.ErrNoSecret},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for _, value := range test.values {
				header.Add(webhook.SignatureHeader, value)
			}
			err := webhook.Verify(test.secret, header, []byte(test.body))
			assert.Equal(t, test.want, err)
		})
	}
}

// The right signature is computed here by other means than in the package, so that the two check each other.
func FuzzVerify(f *testing.F) {
	f.Add(rfcSecret, "sha256="+rfcSignature, []byte(rfcBody))
	f.Add(rfcSecret, "sha256="+strings.ToUpper(rfcSignature), []byte(rfcBody))
	f.Add(rfcSecret, rfcSignature, []byte(rfcBody))
	f.Add(rfcSecret, "", []byte(nil))
	f.Add("", webhook.Sign("", nil), []byte(nil))
	f.Fuzz(func(t *testing.T, secret, value string, body []byte) {
		verified := webhook.Verify(secret, http.Header{webhook.SignatureHeader: {value}}, body) == nil
		assert.Equal(t, rightlySigned(secret, value, body), verified)
		own := http.Header{webhook.SignatureHeader: {webhook.Sign(secret, body)}}
		assert.Equal(t, secret != "", webhook.Verify(secret, own, body) == nil)
	})
}

func rightlySigned(secret, value string, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	want := hex.EncodeToString(mac.Sum(nil))
	return secret != "" && len(value) == 71 && value[:7] == "sha256=" && strings.ToLower(value[7:]) == want
}

func BenchmarkVerify(b *testing.B) {
	for name, size := range map[string]int{"1KiB": 1 << 10, "64KiB": 1 << 16} {
		b.Run(name, func(b *testing.B) {
			body := make([]byte, size)
			header := http.Header{webhook.SignatureHeader: {webhook.Sign(secret, body)}}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := webhook.Verify(secret, header, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
