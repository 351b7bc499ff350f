package sugertest

import (
	"encoding/json"
	"fmt"
	"html"
	"math/big"
	"slices"
	"strings"
	"time"
)

func createAddon(s *Server, c *call) (any, error) {
	return s.create(c, merged(addon(c.object()), object{"status": "ACTIVE"})), nil
}

func updateAddon(s *Server, c *call) (any, error) {
	return s.update(c, addon(c.object())), nil
}

// addon turns the parameters for an add-on into its properties: the amount is part of its info.
func addon(params object) object {
	if amount, ok := params["amount"]; ok {
		params["info"] = object{"amount": amount}
	}
	return without(params, "amount")
}

// updateInvoiceInfo works out the due amount again.
func updateInvoiceInfo(s *Server, c *call) (any, error) {
	if err := c.requireStatus("DRAFT"); err != nil {
		return nil, err
	}
	body := c.object()
	info, _ := c.target["info"].(object)
	info = merged(info, nil)
	if memo, ok := body["memo"]; ok {
		info["memo"] = memo
	}
	if date := text(body, "dueDate"); date != "" {
		t, err := parseTime("body/dueDate", date)
		if err != nil {
			return nil, err
		}
		info["dueDate"] = t.Format(time.RFC3339)
	}
	if amount, ok := body["discountAmount"]; ok {
		kind := text(body, "discountType")
		if kind == "" {
			kind = "ABSOLUTE"
		}
		info = set(info, object{"discount": object{"discountType": kind, "value": amount}}, "adjustOverallDiscount")
		discount := decimal(amount)
		if kind == "PERCENTAGE" {
			discount.Mul(discount, decimal(info["subtotalAmount"])).Quo(discount, big.NewRat(100, 1))
		}
		info["dueAmount"] = sum(info["subtotalAmount"], info["taxAmount"], negative(number(discount)))
	}
	return s.update(c, object{"info": info})["info"], nil
}

func issueInvoice(s *Server, c *call) (any, error) {
	if err := c.requireStatus("DRAFT", "FINALIZED"); err != nil {
		return nil, err
	}
	return s.issue(c.target), nil
}

func (s *Server) issue(invoice object) object {
	o := s.change("Invoice", set(invoice, s.timestamp(), "info", "issueDate"), object{"status": "FINALIZED"})
	if text(o, "paymentStatus") == "" {
		o = s.change("Invoice", o, object{"paymentStatus": "PENDING"})
	}
	s.happened("ISSUE", "Invoice", o)
	return o
}

// payInvoice charges the default wallet of the buyer, if there is one, and records the revenue.
func payInvoice(s *Server, c *call) (any, error) {
	if err := c.requireStatus("FINALIZED"); err != nil {
		return nil, err
	}
	if text(c.target, "paymentStatus") == "SUCCESS" {
		return nil, badRequest("paymentStatus: the invoice is paid already")
	}
	invoice := s.change("Invoice", c.target, object{"paymentStatus": "SUCCESS"})
	amount := at(invoice, "info", "dueAmount")
	if amount == nil {
		amount = json.Number("0")
	}
	entitlement := s.store.get("Entitlement", text(invoice, "entitlementID"))
	common := given(object{
		"amount": amount, "currency": currency(invoice), "partner": entitlement["partner"],
		"buyerID": invoice["buyerID"], "entitlementID": invoice["entitlementID"],
	})
	charge := merged(common, object{"type": "CHARGE", "status": "SUCCESS", "invoiceID": invoice["id"]})
	buyer := s.store.get("Buyer", text(invoice, "buyerID"))
	if wallet := s.store.get("Wallet", text(buyer, "info", "paymentConfig", "defaultWalletId")); wallet != nil {
		charge = merged(charge, object{"walletID": wallet["id"], "walletType": wallet["type"]})
	}
	charge = s.add("PaymentTransaction", charge)
	s.happened("CHARGE", "PaymentTransaction", charge)

	s.add("RevenueRecord", given(merged(common, object{
		"id": charge["id"], "date": s.timestamp(), "invoiceDate": s.timestamp(), "disburseDate": s.timestamp(),
		"invoiceAmount": amount, "collectableAmount": amount, "disburseAmount": amount,
		"taxAmount": at(invoice, "info", "taxAmount"), "productID": entitlement["productID"],
	})))
	return invoice, nil
}

func currency(invoice object) string {
	if code := text(invoice, "info", "currency"); code != "" {
		return code
	}
	return "USD"
}

func previewInvoiceEmail(_ *Server, c *call) (any, error) {
	return fmt.Sprintf("<html><body><p>Your invoice %s over %s %v.</p></body></html>", html.EscapeString(text(c.target, "id")),
		html.EscapeString(currency(c.target)), sum(at(c.target, "info", "dueAmount"))), nil
}

func listRefunds(s *Server, c *call) (any, error) {
	refunds := []any{}
	for _, o := range s.store.all("PaymentTransaction") {
		if text(o, "type") == "REFUND" && text(o, "parentID") == text(c.target, "id") {
			refunds = append(refunds, o)
		}
	}
	return refunds, nil
}

// createRefund gives back no more than is left of the charge.
func createRefund(s *Server, c *call) (any, error) {
	if text(c.target, "type") == "REFUND" {
		return nil, badRequest("paymentTransactionId: a refund cannot be refunded")
	}
	if err := c.requireStatus("SUCCESS"); err != nil {
		return nil, err
	}
	left := sum(c.target["amount"])
	refunds, _ := listRefunds(s, c) // it has no errors
	for _, refund := range refunds.([]any) {
		left = sum(left, negative(refund.(object)["amount"]))
	}
	amount := decimal(c.query.Get("amount"))
	if amount.Sign() <= 0 || amount.Cmp(decimal(left)) > 0 {
		return nil, badRequest("query parameter amount: want more than 0 and no more than %v", left)
	}
	refund := s.add("PaymentTransaction", merged(without(c.target, "id", "info"), object{
		"type": "REFUND", "amount": number(amount), "parentID": c.target["id"],
	}))
	s.change("PaymentTransaction", set(c.target, true, "info", "refundExists"), nil)
	if record := s.store.get("RevenueRecord", text(c.target, "id")); record != nil {
		back := sum(record["refundInvoiceAmount"], number(amount))
		s.change("RevenueRecord", record, object{
			"amount": sum(record["amount"], negative(number(amount))), "refundInvoiceAmount": back, "refundDisburseAmount": back,
			"refundInvoiceDate": s.timestamp(), "refundDisburseDate": s.timestamp(),
		})
	}
	s.happened("REFUND", "PaymentTransaction", refund)
	return refund, nil
}

// createBuyer makes no customer at the payment provider.
func createBuyer(s *Server, c *call) (any, error) {
	body := c.object()
	if partner := text(body, "partner"); partner != "" {
		if err := billedDirectly("body/partner", body); err != nil {
			return nil, err
		}
	}
	return s.create(c, merged(picked(body, "Buyer"), object{"info": picked(body, "BuyerInfo")})), nil
}

func updateBuyer(s *Server, c *call) (any, error) {
	body := c.object()
	info, _ := c.target["info"].(object)
	old, want := text(info, "paymentConfig", "currency"), text(body, "paymentConfig", "currency")
	if old != "" && want != "" && old != want {
		return nil, badRequest("body/paymentConfig/currency: the currency of a buyer cannot be changed")
	}
	changed := merged(info, picked(body, "BuyerInfo"))
	if config, ok := body["paymentConfig"].(object); ok {
		before, _ := info["paymentConfig"].(object)
		changed["paymentConfig"] = merged(before, config)
	}
	return s.update(c, merged(picked(body, "Buyer"), object{"info": changed})), nil
}

// createCreditWallet takes the properties of a wallet in its body, which the reference does not describe.
func createCreditWallet(s *Server, c *call) (any, error) {
	own := keeping(c.object(), "name", "currency", "totalAmount", "startTime", "expireTime")
	wallet := merged(object{"totalAmount": 0, "currency": "USD"}, own)
	if err := check("Wallet", wallet); err != nil {
		return nil, err
	}
	buyer := s.store.get("Buyer", c.params["buyerId"])
	if partner := text(buyer, "partner"); partner != "" {
		wallet["partner"] = partner
	}
	return s.create(c, merged(wallet, object{"type": "credit", "status": "ACTIVE", "usedAmount": 0})), nil
}

func updateCreditWallet(s *Server, c *call) (any, error) {
	changes := keeping(c.object(), "startTime", "expireTime")
	if err := check("Wallet", changes); err != nil {
		return nil, err
	}
	return s.update(c, changes), nil
}

func closeCreditWallet(s *Server, c *call) (any, error) {
	if err := c.requireStatus("ACTIVE", "CLOSED"); err != nil {
		return nil, err
	}
	if text(c.target, "status") == "CLOSED" {
		return c.target, nil
	}
	return s.update(c, merged(set(c.target, s.timestamp(), "info", "closeDate"), object{"status": "CLOSED"})), nil
}

func setBuyerDefaultWallet(s *Server, c *call) (any, error) {
	if text(c.target, "type") == "credit" {
		return nil, badRequest("walletId: a credit wallet cannot be the default one")
	}
	buyer, err := s.store.find("Buyer", c.params["buyerId"])
	if err != nil {
		return nil, err
	}
	buyer = s.change("Buyer", set(buyer, c.target["id"], "info", "paymentConfig", "defaultWalletId"), nil)
	s.happened("UPDATE", "Buyer", buyer)
	return buyer, nil
}

// listRevenueRecordDetails lists what was seeded: the lines are the marketplaces' own.
func listRevenueRecordDetails(s *Server, c *call) (any, error) {
	items := []any{}
	for _, o := range s.store.all("RevenueRecordDetail") {
		line, ok := o[strings.ToLower(c.params["partner"])+"RevenueRecordDetail"].(object)
		for param, name := range map[string]string{"productId": "productID", "buyerId": "buyerID", "entitlementId": "entitlementID"} {
			want := c.query.Get(param)
			ok = ok && (want == "" || text(line, name) == want)
		}
		if ok {
			items = append(items, o)
		}
	}
	return page(c.op, items, c.query), nil
}

// revenueAmounts are the properties of a revenue record that the types of a report add up.
var revenueAmounts = map[string]string{
	"GrossAmount": "amount", "InvoicedAmount": "invoiceAmount", "CollectableAmount": "collectableAmount", "DisbursedAmount": "disburseAmount",
}

// getRevenueReport adds up the revenue records by day or month and currency. Refunds lower the gross amount.
func getRevenueReport(s *Server, c *call) (any, error) {
	report := merged(c.object(), object{"reportDate": s.timestamp()})
	layout := "2006-01-02"
	if text(report, "groupBy") == "month" {
		layout = "2006-01"
	}
	sums := map[string]json.Number{}
	for _, o := range s.store.all("RevenueRecord") {
		matches := true
		for _, name := range []string{"partner", "buyerID", "productID", "entitlementID"} {
			want := text(report, name)
			matches = matches && (want == "" || text(o, name) == want)
		}
		if date := text(o, "date"); matches && len(date) >= len(layout) {
			key := date[:len(layout)] + " " + text(o, "currency")
			sums[key] = sum(sums[key], o[revenueAmounts[text(report, "reportType")]])
		}
	}
	records := []any{}
	for key, amount := range sums {
		date, code, _ := strings.Cut(key, " ")
		t, err := time.Parse(layout, date)
		if err != nil {
			continue // a seeded date that is none
		}
		records = append(records, object{"date": t.Format(time.RFC3339), "amount": amount, "currency": code, "partner": report["partner"]})
	}
	slices.SortFunc(records, func(a, b any) int {
		return strings.Compare(text(a.(object), "date")+text(a.(object), "currency"), text(b.(object), "date")+text(b.(object), "currency"))
	})
	report["revenueRecords"] = records
	return report, nil
}
