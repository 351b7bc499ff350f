package sugertest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"math/big"
	"slices"
	"time"
)

var billingEffects = map[string]effect{
	"createAddon":         createAddon,
	"updateAddon":         updateAddon,
	"deleteAddon":         becomes("DELETED", "DELETE"),
	"updateInvoiceInfo":   when(updateInvoiceInfo, "DRAFT"),
	"issueInvoice":        when(issueInvoice, "DRAFT", "FINALIZED"),
	"payInvoice":          when(payInvoice, "FINALIZED"),
	"previewInvoiceEmail": previewInvoiceEmail,
	"voidInvoice":         when(becomes("CANCELED", "VOID"), "DRAFT", "FINALIZED", "CANCELED"),
	"createRefund":        when(createRefund, "SUCCESS"),
	"listRefunds":         listRefunds,
}

func createAddon(s *state, c *call) (any, error) {
	return create(s, c, addon(c.properties())), nil
}

func updateAddon(s *state, c *call) (any, error) {
	return update(s, c, addon(c.properties())), nil
}

// addon turns the parameters for an add-on into its properties: the amount is part of its info.
func addon(params object) object {
	if amount, ok := params["amount"]; ok {
		params["info"] = object{"amount": amount}
	}
	return without(params, "amount")
}

// updateInvoiceInfo also recalculates the due amount.
func updateInvoiceInfo(s *state, c *call) (any, error) {
	body := c.properties()
	info := merged(inner(c.target, "info"), nil)
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
		kind := cmp.Or(text(body, "discountType"), "ABSOLUTE")
		info = set(info, object{"discount": object{"discountType": kind, "value": amount}}, "adjustOverallDiscount")
		discount := decimal(amount)
		if kind == "PERCENTAGE" {
			discount.Mul(discount, decimal(info["subtotalAmount"])).Quo(discount, big.NewRat(100, 1))
		}
		info["dueAmount"] = sum(info["subtotalAmount"], info["taxAmount"], negative(number(discount)))
	}
	return update(s, c, object{"info": info})["info"], nil
}

func issueInvoice(s *state, c *call) (any, error) {
	return issue(s, c.target), nil
}

func issue(s *state, invoice object) object {
	paid := cmp.Or(text(invoice, "paymentStatus"), "PENDING")
	return s.move("Invoice", set(set(invoice, paid, "paymentStatus"), s.timestamp(), "info", "issueDate"), "FINALIZED", "ISSUE")
}

// payInvoice charges the default wallet of the buyer, if there is one, and records the revenue.
func payInvoice(s *state, c *call) (any, error) {
	if text(c.target, "paymentStatus") == "SUCCESS" {
		return nil, badRequest("paymentStatus: the invoice is paid already")
	}
	invoice := s.change("Invoice", c.target, object{"paymentStatus": "SUCCESS"})
	amount := at(invoice, "info", "dueAmount")
	if amount == nil {
		amount = json.Number("0")
	}
	entitlement := s.get("Entitlement", text(invoice, "entitlementID"))
	common := given(object{
		"amount": amount, "currency": currency(invoice), "partner": entitlement["partner"],
		"buyerID": invoice["buyerID"], "entitlementID": invoice["entitlementID"],
	})
	charge := merged(common, object{"type": "CHARGE", "status": "SUCCESS", "invoiceID": invoice["id"]})
	buyer := s.get("Buyer", text(invoice, "buyerID"))
	if wallet := s.get("Wallet", text(buyer, "info", "paymentConfig", "defaultWalletId")); wallet != nil {
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
	return cmp.Or(text(invoice, "info", "currency"), "USD")
}

func previewInvoiceEmail(_ *state, c *call) (any, error) {
	return fmt.Sprintf("<html><body><p>Your invoice %s over %s %v.</p></body></html>", html.EscapeString(text(c.target, "id")),
		html.EscapeString(currency(c.target)), sum(at(c.target, "info", "dueAmount"))), nil
}

func listRefunds(s *state, c *call) (any, error) {
	refunds := []any{}
	for _, o := range s.all("PaymentTransaction") {
		if text(o, "type") == "REFUND" && text(o, "parentID") == text(c.target, "id") {
			refunds = append(refunds, o)
		}
	}
	return refunds, nil
}

// createRefund refunds no more than what earlier refunds have left of the charge.
func createRefund(s *state, c *call) (any, error) {
	if text(c.target, "type") == "REFUND" {
		return nil, badRequest("paymentTransactionId: a refund cannot be refunded")
	}
	left := sum(c.target["amount"])
	refunds, _ := listRefunds(s, c) // it never returns an error
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
	if record := s.get("RevenueRecord", text(c.target, "id")); record != nil {
		back := sum(record["refundInvoiceAmount"], number(amount))
		s.change("RevenueRecord", record, object{
			"amount": sum(record["amount"], negative(number(amount))), "refundInvoiceAmount": back, "refundDisburseAmount": back,
			"refundInvoiceDate": s.timestamp(), "refundDisburseDate": s.timestamp(),
		})
	}
	s.happened("REFUND", "PaymentTransaction", refund)
	return refund, nil
}

// issueDrafts issues the drafts of invoices whose grace period is over.
func issueDrafts(s *state, p period) {
	for _, o := range s.all("Invoice") {
		created, err := parseTime("", text(o, "info", "creationDate"))
		days, _ := decimal(at(o, "info", "gracePeriodInDays")).Float64()
		if err == nil && text(o, "status") == "DRAFT" && p.includes(created.AddDate(0, 0, int(days)).Format(time.RFC3339)) {
			issue(s, o)
		}
	}
}

// draftInvoice does what Suger does at the end of a billing period, and returns the draft.
func draftInvoice(s *state, entitlementID string) (object, error) {
	entitlement, err := s.find("Entitlement", entitlementID)
	if err != nil {
		return nil, err
	}
	billed := map[any]bool{}
	start := entitlement["startTime"]
	for _, o := range s.all("Invoice") {
		if text(o, "entitlementID") == entitlementID && text(o, "type") == "USAGE" && text(o, "status") != "CANCELED" {
			start = o["endDate"]
			for _, id := range s.billed[text(o, "id")] {
				billed[id] = true
			}
		}
	}
	total, groups := any(0), []any{}
	for _, group := range s.all("UsageRecordGroup") {
		isLost := slices.Contains([]string{"DELETED", "INVALID", "REPORT_FAILED"}, text(group, "status"))
		if text(group, "entitlementID") != entitlementID || isLost || billed[group["id"]] {
			continue
		}
		groups = append(groups, group["id"])
		for _, dimension := range objects(entitlement, "info", "dimensions") {
			total = sum(total, product(dimension["rate"], at(group, "records", text(dimension, "key"))))
		}
	}
	o := picked(without(entitlement, "id", "info", "status", "type"), "Invoice")
	o = s.add("Invoice", given(merged(o, object{
		"entitlementID": entitlementID, "type": "USAGE", "status": "DRAFT", "startDate": start, "endDate": s.timestamp(),
		"info": object{
			"currency": currency(entitlement), "creationDate": s.timestamp(), "subtotalAmount": total, "taxAmount": 0,
			"dueAmount": sum(total), "gracePeriodInDays": 3, "netTermsInDays": 30, "dueDate": s.now().AddDate(0, 0, 33).Format(time.RFC3339),
		},
	})))
	s.billed[text(o, "id")] = groups
	s.happened("CREATE", "Invoice", o)
	return o, nil
}
