//go:build !go1.27 || !goexperiment.jsonv2

package gen

import "encoding/json"

// Unmarshal decodes JSON as json.Unmarshal does; in one pass, and so faster, where package json has its second version.
func Unmarshal(data []byte, out any) error { return json.Unmarshal(data, out) }
