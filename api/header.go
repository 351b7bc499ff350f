package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/suger-go/suger/gen"
)

// ownHeaders are set by the client or the transport, which ignores or misinterprets other values for them.
var ownHeaders = map[string]bool{
	"Authorization": true, "Connection": true, "Content-Length": true, "Host": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true,
}

// checkHeader returns an error for headers that cannot be sent.
func checkHeader(header http.Header) error {
	for name, values := range header {
		if ownHeaders[http.CanonicalHeaderKey(name)] {
			return fmt.Errorf("the %s header is the client's own", name)
		}
		if !isToken(name) || !gen.IsHeaderValue(strings.Join(values, "")) {
			return fmt.Errorf("the header %q cannot be sent: its name or value has characters that no header carries", name)
		}
	}
	return nil
}

// isToken reports whether text can be the name of a header (RFC 9110, section 5.6.2).
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
