//go:build !go1.27 || !goexperiment.jsonv2

package api

import "encoding/json"

// unmarshal decodes JSON, see unmarshal_v2.go for toolchains that do it in one pass.
func unmarshal(data []byte, out any) error { return json.Unmarshal(data, out) }
