//go:build !go1.27 || !goexperiment.jsonv2

package gen

import "encoding/json"

// Unmarshal decodes JSON as json.Unmarshal does. Where Go has encoding/json/v2, it needs only one pass and is faster.
func Unmarshal(data []byte, out any) error { return json.Unmarshal(data, out) }
