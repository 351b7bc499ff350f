package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
)

// SignatureHeader is the header that holds the signature of a delivery.
const SignatureHeader = "X-Suger-Signature-256"

const signaturePrefix = "sha256="

// The errors of [Verify].
var (
	ErrNoSecret           = errors.New("webhook: the secret is empty")
	ErrNoSignature        = errors.New("webhook: no " + SignatureHeader + " header")
	ErrMalformedSignature = errors.New("webhook: the " + SignatureHeader + " header is not one sha256=<64 hex digits>")
	ErrBadSignature       = errors.New("webhook: the signature does not match the body")
)

// Sign returns the value of [SignatureHeader] for a body, for tests and for programs that pass deliveries on.
func Sign(secret string, body []byte) string {
	return signaturePrefix + hex.EncodeToString(sum(secret, body))
}

// Verify returns nil if header holds the signature of body under secret. The body must be the bytes as they came: JSON that was
// decoded and encoded again has another signature. An empty secret verifies nothing, since anyone can sign with it.
//
// The time that it takes does not depend on how much of a signature is right. Hex digits of either case are taken; more
// than one signature header is refused, as it is not clear which of them counts.
func Verify(secret string, header http.Header, body []byte) error {
	if secret == "" {
		return ErrNoSecret
	}
	values := header.Values(SignatureHeader)
	if len(values) == 0 {
		return ErrNoSignature
	}
	digits, ok := strings.CutPrefix(values[0], signaturePrefix)
	if !ok || len(values) > 1 || len(digits) != hex.EncodedLen(sha256.Size) {
		return ErrMalformedSignature
	}
	signature, err := hex.DecodeString(digits)
	if err != nil {
		return ErrMalformedSignature
	}
	if !hmac.Equal(signature, sum(secret, body)) {
		return ErrBadSignature
	}
	return nil
}

func sum(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}
