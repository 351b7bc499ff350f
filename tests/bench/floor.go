package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/suger-go/suger/gen"
)

// Floor is net/http and encoding/json by hand, into the types of package gen: no call can cost less without another way to
// send or decode it.
var Floor = Implementation{"floor", func(baseURL string) (Caller, error) {
	return floor{baseURL, NewHTTPClient(), 0}, nil
}}

// NewHTTPClient returns an HTTP client that keeps the connections of all goroutines open, as package api does.
func NewHTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns
	return &http.Client{Transport: transport}
}

type floor struct {
	baseURL string
	http    *http.Client
	timeout time.Duration // of a call, 0 for none
}

func (f floor) call(ctx context.Context, method, path string, body io.Reader, out any) error {
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	req, err := http.NewRequestWithContext(ctx, method, f.baseURL+"/org/"+OrgID+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Key "+apiKey)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "floor")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := f.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		var message string
		if err := json.Unmarshal(data, &message); err != nil {
			return err
		}
		return fmt.Errorf("%s: %s", resp.Status, message)
	}
	return json.Unmarshal(data, out)
}

func (f floor) GetEntitlement(ctx context.Context, id string) error {
	var entitlement gen.Entitlement
	return f.call(ctx, http.MethodGet, "/entitlement/"+url.PathEscape(id), nil, &entitlement)
}

func (f floor) ListEntitlements(ctx context.Context) (int, error) {
	var entitlements []gen.Entitlement
	err := f.call(ctx, http.MethodGet, "/entitlement", nil, &entitlements)
	return len(entitlements), err
}

func (f floor) ExportOffers(ctx context.Context, n int) (int, error) {
	count := 0
	for count < n {
		var offers []gen.Offer
		path := "/offer?limit=" + strconv.Itoa(OffersPerPage) + "&offset=" + strconv.Itoa(count)
		if err := f.call(ctx, http.MethodGet, path, nil, &offers); err != nil {
			return count, err
		}
		count += len(offers)
	}
	return count, nil
}

func (f floor) ReportUsage(ctx context.Context, id string) error {
	body, err := json.Marshal(usage(id))
	if err != nil {
		return err
	}
	var group gen.UsageRecordGroup
	return f.call(ctx, http.MethodPost, "/entitlement/"+SmallEntitlement+"/usageRecordGroup", bytes.NewReader(body), &group)
}

func (f floor) Close() { f.http.CloseIdleConnections() }
