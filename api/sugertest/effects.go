package sugertest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// effect carries out an operation that does more than its method and path say. The server is locked, the request is valid,
// and the objects that its path names exist.
type effect func(s *Server, c *call) (any, error)

// effects are the exceptions from the rules in act, by operationId. Where the documentation is silent they keep it simple: an
// action on a marketplace or a payment takes effect at once and succeeds.
var effects map[string]effect

func init() { // not in the declaration, because some effects call act's helpers, which look at effects
	effects = map[string]effect{
		"deleteAddon":            softDelete("Addon", "addonId"),
		"createAddon":            createAddon,
		"updateAddon":            updateAddon,
		"listRefunds":            listRefunds,
		"createRefund":           createRefund,
		"updateInvoiceInfo":      updateInvoiceInfo,
		"issueInvoice":           transition("Invoice", "invoiceId", "ISSUE", object{"status": "FINALIZED"}, "DRAFT", "FINALIZED"),
		"payInvoice":             payInvoice,
		"voidInvoice":            transition("Invoice", "invoiceId", "VOID", object{"status": "CANCELED"}, "DRAFT", "FINALIZED", "CANCELED"),
		"createBuyer":            createBuyer,
		"updateBuyer":            updateBuyer,
		"createCreditWallet":     createCreditWallet,
		"deleteBuyerWallet":      deleteWallet,
		"closeCreditWallet":      transition("Wallet", "walletId", "CLOSE", object{"status": "CLOSED"}),
		"setBuyerDefaultWallet":  setDefaultWallet,
		"createContact":          func(s *Server, c *call) (any, error) { return s.contact(c, c.object()), nil },
		"batchCreateContacts":    batchCreateContacts,
		"addContactToBuyer":      linkContact("Buyer", "buyerId", true),
		"removeContactFromBuyer": linkContact("Buyer", "buyerId", false),
		"addContactToOffer":      linkContact("Offer", "offerId", true),
		"removeContactFromOffer": linkContact("Offer", "offerId", false),

		"createEntitlement":                 createEntitlement,
		"addEntitlementCredit":              addCredit,
		"applyAddonToEntitlement":           applyAddon,
		"approveEntitlement":                transition("Entitlement", "entitlementId", "APPROVE", object{"status": "ACTIVE"}, "PENDING_START", "ACTIVE"),
		"cancelEntitlement":                 transition("Entitlement", "entitlementId", "CANCEL", object{"status": "CANCELLED"}, "ACTIVE", "PENDING_CANCEL", "CANCELLED"),
		"divideEntitlementCommit":           divideCommit,
		"updateEntitlementName":             updateEntitlementName,
		"deleteEntitlementTerm":             deleteTerm,
		"scheduleEntitlementCancellation":   func(s *Server, c *call) (any, error) { return s.schedule(c, c.body) },
		"unscheduleEntitlementCancellation": func(s *Server, c *call) (any, error) { return s.schedule(c, nil) },
		"updateEntitlementPriceModel":       updatePriceModel,
		"updateEntitlementSeat":             func(s *Server, c *call) (any, error) { return s.store.get("Entitlement", c.params["entitlementId"]) },
		"updateEntitlementMetaInfo":         updateMetaInfo("Entitlement", "entitlementId"),
		"updateOfferMetaInfo":               updateMetaInfo("Offer", "offerId"),
		"updateProductMetaInfo":             updateMetaInfo("Product", "productId"),

		"createOrUpdateDraftOffer":   draft("Offer"),
		"createOffer":                createWith("Offer", object{"status": "PENDING_ACCEPTANCE"}),
		"deleteOffer":                softDelete("Offer", "offerId", "DRAFT", "CREATE_FAILED", "EXPIRED", "CANCELLED"),
		"cancelOffer":                transition("Offer", "offerId", "CANCEL", object{"status": "CANCELLED"}, "PENDING_ACCEPTANCE", "PENDING_CANCEL", "ACTIVE", "USED"),
		"extendOfferExpiryDate":      extendExpiryDate,
		"getOfferByExternalId":       getOfferByExternalID,
		"notifyOfferContacts":        notifyContacts,
		"createOrUpdateDraftProduct": draft("Product"),
		"createProduct":              createWith("Product", object{"status": "PREVIEW"}),
		"deleteProduct":              deleteProduct,
		"publishProduct":             transition("Product", "productId", "UPDATE", object{"status": "PUBLIC"}),
		"updateProductFulfillmentUrl": func(s *Server, c *call) (any, error) {
			return s.change("Product", c.params["productId"], object{"fulfillmentUrl": c.object()["fulfillmentUrl"]})
		},
		"listProductMeteringDimensions": listDimensions,

		"reportUsageRecordGroup":         reportUsage,
		"batchReportUsageRecordGroups":   batchReportUsage,
		"batchValidateUsageRecordGroups": func(*Server, *call) (any, error) { return "", nil },
		"deleteUsageRecordGroup":         transition("UsageRecordGroup", "usageRecordGroupId", "DELETE", object{"status": "DELETED"}, "CREATED", "INVALID"),
		"retryUsageRecordGroup":          transition("UsageRecordGroup", "usageRecordGroupId", "UPDATE", object{"status": "CREATED"}, "REPORT_FAILED"),
		"createBillableMetric":           createWith("BillableMetric", object{"status": "ACTIVE"}),
		"getUsageMeteringConfigInfo":     func(s *Server, _ *call) (any, error) { return s.store.metering, nil },
		"updateUsageMeteringConfigInfo":  updateMetering,
		"getRevenueReport":               getRevenueReport,
		"listRevenueRecords":             listRevenue,
		"listDailyRevenueRecords":        listRevenue,

		"createSupportTicket":           createTicket,
		"createSupportTicketAttachment": attach,
		"createSupportTicketComment":    comment,
		"closeSupportTicket":            transition("SupportTicket", "ticketId", "CLOSE", object{"status": "CLOSED"}),
		"reopenSupportTicket":           transition("SupportTicket", "ticketId", "REOPEN", object{"status": "OPEN"}),
	}
}

// change updates an object and returns it.
func (s *Server) change(typ, id string, changes object) (object, error) {
	o, err := s.store.get(typ, id)
	if err != nil {
		return nil, err
	}
	o = s.store.update(typ, o, changes)
	s.happened("UPDATE", typ, o)
	return o, nil
}

// transition changes an object, which must be in one of the given states if there are any.
func transition(typ, param, action string, changes object, states ...string) effect {
	return func(s *Server, c *call) (any, error) {
		o, err := s.inState(typ, c.params[param], states...)
		if err != nil {
			return nil, err
		}
		o = s.store.update(typ, o, changes)
		s.happened(action, typ, o)
		return o, nil
	}
}

func (s *Server) inState(typ, id string, states ...string) (object, error) {
	o, err := s.store.get(typ, id)
	if err != nil {
		return nil, err
	}
	if status := text(o, "status"); len(states) > 0 && !slices.Contains(states, status) {
		return nil, badRequest("%s %s has status %q, this needs %s", strings.ToLower(separateWords(typ)), id, status, strings.Join(states, " or "))
	}
	return o, nil
}

// softDelete marks an object as deleted and answers with an empty string.
func softDelete(typ, param string, states ...string) effect {
	mark := transition(typ, param, "DELETE", object{"status": "DELETED"}, append(states, deletedToo(states)...)...)
	return func(s *Server, c *call) (any, error) {
		_, err := mark(s, c)
		return "", err
	}
}

// deletedToo lets a deletion be repeated.
func deletedToo(states []string) []string {
	if len(states) == 0 {
		return nil
	}
	return []string{"DELETED"}
}

// createWith creates an object from the body, with some properties of the server's own.
func createWith(typ string, own object) effect {
	return func(s *Server, c *call) (any, error) {
		o := c.object()
		delete(o, "id")
		for name, value := range own {
			o[name] = value
		}
		return s.create(c, typ, o), nil
	}
}

// draft creates a draft, or updates the one whose id is in the body.
func draft(typ string) effect {
	return func(s *Server, c *call) (any, error) {
		o := with(c.object(), "status", "DRAFT")
		if id := text(o, "id"); id != "" {
			if _, err := s.inState(typ, id, "DRAFT"); err != nil {
				return nil, err
			}
			return s.change(typ, id, o)
		}
		return s.create(c, typ, o), nil
	}
}

// updateMetaInfo sets the properties in the body and keeps the others.
func updateMetaInfo(typ, param string) effect {
	return func(s *Server, c *call) (any, error) {
		o, err := s.store.get(typ, c.params[param])
		if err != nil {
			return nil, err
		}
		meta := child(o, "metaInfo")
		for name, value := range c.object() {
			meta = with(meta, name, value)
		}
		if meta == nil {
			meta = object{}
		}
		_, err = s.change(typ, c.params[param], object{"metaInfo": meta})
		return meta, err
	}
}

// ---- offers and products

func extendExpiryDate(s *Server, c *call) (any, error) {
	day := c.query.Get("newExpiryDate")
	if !isDate(day) {
		return nil, badRequest("query parameter newExpiryDate: %q is not a date like 2026-12-31", day)
	}
	if _, err := s.inState("Offer", c.params["offerId"], "PENDING_ACCEPTANCE", "EXPIRED", "ACCEPTED"); err != nil {
		return nil, err
	}
	return s.change("Offer", c.params["offerId"], object{"expireTime": day + "T23:59:59Z"})
}

func getOfferByExternalID(s *Server, c *call) (any, error) {
	id := c.params["offerExternalId"]
	for _, o := range s.store.all("Offer") {
		if text(o, "externalID") == id {
			return o, nil
		}
	}
	return nil, notFound("Offer", id)
}

func notifyContacts(s *Server, c *call) (any, error) {
	o, err := s.store.get("Offer", c.params["offerId"])
	if err != nil {
		return nil, err
	}
	contacts, _ := c.body.([]any)
	if len(contacts) == 0 {
		contacts = list(o, "contactIds")
	}
	event := s.happened("NOTIFY_CONTACTS", "Offer", o)
	if contacts == nil {
		contacts = []any{}
	}
	return s.store.put("NotificationEvent", with(with(event, "contactIds", contacts), "channels", []any{"EMAIL"})), nil
}

func deleteProduct(s *Server, c *call) (any, error) {
	o, err := s.store.get("Product", c.params["productId"])
	if err != nil {
		return nil, err
	}
	if text(o, "status") == "PUBLIC" {
		return nil, badRequest("product %s has status \"PUBLIC\" and cannot be deleted", c.params["productId"])
	}
	return softDelete("Product", "productId")(s, c)
}

func listDimensions(s *Server, c *call) (any, error) {
	o, err := s.store.get("Product", c.params["productId"])
	if err != nil {
		return nil, err
	}
	dimensions := list(child(o, "info"), "dimensions")
	if dimensions == nil {
		dimensions = []any{}
	}
	return dimensions, nil
}

func (s *Server) acceptOffer(id string) (object, error) {
	offer, err := s.inState("Offer", id, "PENDING_ACCEPTANCE")
	if err != nil {
		return nil, err
	}
	offer = s.store.update("Offer", offer, object{"status": "ACCEPTED"})
	s.happened("ACCEPT", "Offer", offer)
	return s.entitle(offer, object{}), nil
}

// entitle creates an entitlement under an offer, and its first term.
func (s *Server) entitle(offer, own object) object {
	o := object{"status": "ACTIVE", "offerID": text(offer, "id"), "startTime": s.store.timestamp(), "info": object{}}
	for _, name := range []string{"partner", "service", "productID", "buyerID", "name", "endTime"} {
		if value, ok := offer[name]; ok {
			o[name] = value
		}
	}
	for _, name := range []string{"commits", "dimensions", "currency", "commitAmount", "paymentInstallments"} {
		if value, ok := child(offer, "info")[name]; ok {
			o["info"] = with(child(o, "info"), name, value)
		}
	}
	for name, value := range own {
		o[name] = value
	}
	o = s.store.create("Entitlement", o, s.OrgID)
	term := object{"entitlementID": o["id"], "creditAmount": 0, "info": object{"type": "Signup"}}
	for _, name := range []string{"partner", "service", "productID", "buyerID", "offerID", "startTime", "endTime"} {
		if value, ok := o[name]; ok {
			term[name] = value
		}
	}
	if value, ok := child(o, "info")["commitAmount"]; ok {
		term["commitAmount"] = value
	}
	term = s.store.create("EntitlementTerm", term, s.OrgID)
	o = s.store.update("Entitlement", o, object{"entitlementTermID": term["id"]})
	s.happened("CREATE", "Entitlement", o)
	return o
}

// ---- entitlements

func createEntitlement(s *Server, c *call) (any, error) {
	body := c.object()
	offer, err := s.store.get("Offer", text(body, "offerId"))
	if err != nil {
		return nil, badRequest("body/offerId: %v", err)
	}
	own := object{}
	if buyer := text(body, "buyerId"); buyer != "" {
		if _, err := s.store.get("Buyer", buyer); err != nil {
			return nil, badRequest("body/buyerId: %v", err)
		}
		own["buyerID"] = buyer
	}
	for param, name := range map[string]string{"startDate": "startTime", "endDate": "endTime"} {
		if value := text(body, param); isDate(value) {
			own[name] = value + "T00:00:00Z"
		} else if value != "" {
			own[name] = value
		}
	}
	return s.entitle(offer, own), nil
}

func addCredit(s *Server, c *call) (any, error) {
	o, err := s.store.get("Entitlement", c.params["entitlementId"])
	if err != nil {
		return nil, err
	}
	body := c.object()
	id := text(body, "entitlementTermID")
	if id == "" {
		id = text(o, "entitlementTermID")
	}
	term, err := s.store.get("EntitlementTerm", id)
	if err != nil {
		return nil, err
	}
	credit := amount(term, "creditAmount") + amount(body, "creditAmountIncrement")
	s.store.update("EntitlementTerm", term, object{"creditAmount": credit})
	s.happened("UPDATE", "Entitlement", o)
	return object{
		"organizationID": s.OrgID, "entitlementID": o["id"], "entitlementTermID": id,
		"creditAmountIncrement": body["creditAmountIncrement"], "newCreditAmount": credit,
	}, nil
}

func applyAddon(s *Server, c *call) (any, error) {
	o, err := s.inState("Entitlement", c.params["entitlementId"], "ACTIVE")
	if err != nil {
		return nil, err
	}
	info := child(o, "info")
	return s.change("Entitlement", c.params["entitlementId"], object{"info": with(info, "addons", append(list(info, "addons"), c.body))})
}

func divideCommit(s *Server, c *call) (any, error) {
	o, err := s.store.get("Entitlement", c.params["entitlementId"])
	if err != nil {
		return nil, err
	}
	parent, err := s.store.get("EntitlementTerm", text(o, "entitlementTermID"))
	if err != nil {
		return nil, err
	}
	body := c.object()
	starts := list(body, "startDates")
	if len(starts) == 0 {
		return nil, badRequest("body/startDates: at least one date is needed")
	}
	info := with(child(parent, "info"), "isCommitDivided", true)
	for _, start := range starts {
		sub := with(parent, "id", "")
		sub["commitAmount"] = amount(body, "commitAmount") / float64(len(starts))
		sub["info"] = object{"type": "DivideCommit", "parentEntitlementTermId": parent["id"]}
		sub["startTime"] = start
		sub = s.store.create("EntitlementTerm", sub, s.OrgID)
		info = with(info, "subEntitlementTermIds", append(list(info, "subEntitlementTermIds"), sub["id"]))
	}
	s.store.update("EntitlementTerm", parent, object{"info": info})
	s.happened("UPDATE", "Entitlement", o)
	return "", nil
}

func deleteTerm(s *Server, c *call) (any, error) {
	term, err := s.store.get("EntitlementTerm", c.params["entitlementTermId"])
	if err != nil {
		return nil, err
	}
	if text(child(term, "info"), "type") != "DivideCommit" {
		return nil, badRequest("entitlement term %s does not come from a divided commit", term["id"])
	}
	s.store.remove("EntitlementTerm", text(term, "id"))
	return "", nil
}

func updateEntitlementName(s *Server, c *call) (any, error) {
	return s.change("Entitlement", c.params["entitlementId"], object{"name": text(c.object(), "name")})
}

func (s *Server) schedule(c *call, schedule any) (any, error) {
	o, err := s.store.get("Entitlement", c.params["entitlementId"])
	if err != nil {
		return nil, err
	}
	meta := child(o, "metaInfo")
	if plan, ok := schedule.(map[string]any); ok {
		meta = with(meta, "entitlementCancellationSchedule", with(plan, "creationDate", s.store.timestamp()))
	} else if meta == nil {
		meta = object{}
	}
	if schedule == nil {
		delete(meta, "entitlementCancellationSchedule")
	}
	return s.change("Entitlement", c.params["entitlementId"], object{"metaInfo": meta})
}

func updatePriceModel(s *Server, c *call) (any, error) {
	o, err := s.store.get("Entitlement", c.params["entitlementId"])
	if err != nil {
		return nil, err
	}
	info := child(o, "info")
	for _, name := range []string{"commits", "billableDimensions"} {
		if value, ok := c.object()[name]; ok {
			info = with(info, name, value)
		}
	}
	if info == nil {
		info = object{}
	}
	return s.change("Entitlement", c.params["entitlementId"], object{"info": info})
}

// ---- billing

func createAddon(s *Server, c *call) (any, error) {
	body := c.object()
	o := object{"status": "ACTIVE", "name": text(body, "name"), "description": text(body, "description"), "info": object{"amount": amount(body, "amount")}}
	return s.create(c, "Addon", o), nil
}

func updateAddon(s *Server, c *call) (any, error) {
	changes := c.object()
	if value, ok := changes["amount"]; ok {
		delete(changes, "amount")
		changes["info"] = object{"amount": value}
	}
	return s.change("Addon", c.params["addonId"], changes)
}

func updateInvoiceInfo(s *Server, c *call) (any, error) {
	o, err := s.inState("Invoice", c.params["invoiceId"], "DRAFT")
	if err != nil {
		return nil, err
	}
	body, info := c.object(), with(child(o, "info"), "memo", child(o, "info")["memo"])
	delete(info, "memo")
	for _, name := range []string{"dueDate", "memo"} {
		if value, ok := body[name]; ok {
			info[name] = value
		} else if value, ok := child(o, "info")[name]; ok {
			info[name] = value
		}
	}
	s.store.update("Invoice", o, object{"info": info})
	return info, nil
}

func payInvoice(s *Server, c *call) (any, error) {
	o, err := s.inState("Invoice", c.params["invoiceId"], "FINALIZED")
	if err != nil {
		return nil, err
	}
	if text(o, "paymentStatus") != "SUCCESS" {
		charge := s.store.create("PaymentTransaction", object{
			"type": "CHARGE", "status": "SUCCESS", "invoiceID": o["id"], "buyerID": text(o, "buyerID"), "entitlementID": text(o, "entitlementID"),
			"amount": amount(child(o, "info"), "dueAmount"), "currency": currency(child(o, "info")),
		}, s.OrgID)
		s.happened("CHARGE", "PaymentTransaction", charge)
	}
	return s.change("Invoice", c.params["invoiceId"], object{"paymentStatus": "SUCCESS"})
}

func currency(info object) string {
	if code := text(info, "currency"); code != "" {
		return code
	}
	return "USD"
}

func listRefunds(s *Server, c *call) (any, error) {
	refunds := []any{}
	for _, o := range s.store.all("PaymentTransaction") {
		if text(o, "type") == "REFUND" && text(o, "parentID") == c.params["paymentTransactionId"] {
			refunds = append(refunds, o)
		}
	}
	return refunds, nil
}

func createRefund(s *Server, c *call) (any, error) {
	charge, err := s.store.get("PaymentTransaction", c.params["paymentTransactionId"])
	if err != nil {
		return nil, err
	}
	left := amount(charge, "amount")
	for _, o := range s.store.all("PaymentTransaction") {
		if text(o, "parentID") == text(charge, "id") {
			left -= amount(o, "amount")
		}
	}
	refund := parseAmount(c.query.Get("amount"))
	if refund <= 0 || refund > left {
		return nil, badRequest("query parameter amount: %v cannot be refunded, %v is left of the payment", refund, left)
	}
	o := merge(charge, object{"id": "", "type": "REFUND", "status": "SUCCESS", "amount": refund, "parentID": charge["id"]})
	o = s.store.create("PaymentTransaction", o, s.OrgID)
	s.happened("REFUND", "PaymentTransaction", o)
	return o, nil
}

func createBuyer(s *Server, c *call) (any, error) {
	body := c.object()
	o, info := object{}, object{}
	for name, value := range body {
		if schemaOf("Buyer").Properties[name] != nil {
			o[name] = value
		} else if schemaOf("BuyerInfo").Properties[name] != nil {
			info[name] = value
		}
	}
	o["info"] = info
	return s.create(c, "Buyer", o), nil
}

func updateBuyer(s *Server, c *call) (any, error) {
	o, err := s.store.get("Buyer", c.params["buyerId"])
	if err != nil {
		return nil, err
	}
	changes, info := object{}, child(o, "info")
	for name, value := range c.object() {
		if name != "id" && schemaOf("Buyer").Properties[name] != nil {
			changes[name] = value
		} else if schemaOf("BuyerInfo").Properties[name] != nil {
			info = with(info, name, value)
		}
	}
	if info != nil {
		changes["info"] = info
	}
	return s.change("Buyer", c.params["buyerId"], changes)
}

func createCreditWallet(s *Server, c *call) (any, error) {
	o := object{"type": "credit", "status": "ACTIVE", "usedAmount": 0}
	for name, value := range c.object() {
		if schemaOf("Wallet").Properties[name] != nil && o[name] == nil && name != "id" {
			o[name] = value
		}
	}
	return s.create(c, "Wallet", o), nil
}

func deleteWallet(s *Server, c *call) (any, error) {
	s.store.remove("Wallet", c.params["walletId"])
	return "", nil
}

func setDefaultWallet(s *Server, c *call) (any, error) {
	o, err := s.store.get("Buyer", c.params["buyerId"])
	if err != nil {
		return nil, err
	}
	info := child(o, "info")
	config := with(child(info, "paymentConfig"), "defaultWalletId", c.params["walletId"])
	return s.change("Buyer", c.params["buyerId"], object{"info": with(info, "paymentConfig", config)})
}

// ---- contacts

// contact returns the contact with the e-mail address of the given one, and adds that where there is none.
func (s *Server) contact(c *call, o object) object {
	for _, other := range s.store.all("Contact") {
		if email := text(o, "emailAddress"); email != "" && strings.EqualFold(text(other, "emailAddress"), email) {
			return other
		}
	}
	delete(o, "id")
	return s.create(c, "Contact", o)
}

func batchCreateContacts(s *Server, c *call) (any, error) {
	contacts := []any{}
	bodies, _ := c.body.([]any)
	for _, body := range bodies {
		o, _ := body.(map[string]any)
		contacts = append(contacts, s.contact(c, with(o, "id", "")))
	}
	return []any{contacts}, nil
}

func linkContact(typ, param string, add bool) effect {
	return func(s *Server, c *call) (any, error) {
		o, err := s.store.get(typ, c.params[param])
		if err != nil {
			return nil, err
		}
		id := any(c.params["contactId"])
		ids := slices.DeleteFunc(list(o, "contactIds"), func(other any) bool { return other == id })
		if add {
			ids = append(ids, id)
		}
		if ids == nil {
			ids = []any{}
		}
		o, err = s.change(typ, c.params[param], object{"contactIds": ids})
		if c.op.schema().Value.Type.Is("string") {
			return "", err
		}
		return o, err
	}
}

// ---- metering and reports

func updateMetering(s *Server, c *call) (any, error) {
	s.store.metering = c.object()
	return s.store.metering, nil
}

func reportUsage(s *Server, c *call) (any, error) {
	return s.report(c, c.object(), c.params["entitlementId"])
}

func (s *Server) report(c *call, group object, entitlementID string) (any, error) {
	entitlement, err := s.store.get("Entitlement", entitlementID)
	if err != nil {
		return nil, err
	}
	id := text(group, "id")
	if _, ok := s.store.table("UsageRecordGroup").objects[id]; ok && id != "" {
		return nil, fail(http.StatusConflict, "a usage record group with id %s exists already", id)
	}
	meta := object{"source": "API"}
	for _, name := range []string{"billableRecords", "timestamp"} {
		if value, ok := group[name]; ok {
			meta[name] = value
		}
	}
	s.store.serial++
	o := object{"id": id, "entitlementID": entitlementID, "status": "CREATED", "serialID": s.store.serial, "records": group["records"], "metaInfo": meta}
	for _, name := range []string{"buyerID", "partner"} {
		if value, ok := entitlement[name]; ok {
			o[name] = value
		}
	}
	o = s.store.create("UsageRecordGroup", o, s.OrgID)
	s.happened("METER", "UsageRecordGroup", o)
	return o, nil
}

func batchReportUsage(s *Server, c *call) (any, error) {
	groups, _ := c.body.([]any)
	for _, group := range groups { // all or none
		o, _ := group.(map[string]any)
		if _, err := s.store.get("Entitlement", text(o, "entitlementID")); err != nil {
			return nil, err
		}
	}
	reported := []any{}
	for _, group := range groups {
		o, _ := group.(map[string]any)
		r, err := s.report(c, o, text(o, "entitlementID"))
		if err != nil {
			return nil, err
		}
		reported = append(reported, r)
	}
	return reported, nil
}

// getRevenueReport holds the revenue records that fit: those that were seeded, and one for each payment.
func getRevenueReport(s *Server, c *call) (any, error) {
	report := c.object()
	records := []any{}
	for _, o := range s.revenue() {
		match := true
		for _, name := range []string{"partner", "buyerID", "productID", "entitlementID"} {
			if want := text(report, name); want != "" && text(o, name) != "" && text(o, name) != want {
				match = false
			}
		}
		if match {
			records = append(records, o)
		}
	}
	report["revenueRecords"] = records
	report["reportDate"] = s.store.timestamp()
	report["organizationID"] = s.OrgID
	return report, nil
}

func listRevenue(s *Server, c *call) (any, error) {
	return s.list(c, "RevenueRecord", s.revenue())
}

// revenue returns the revenue records: those that were seeded, and one for each payment and refund.
func (s *Server) revenue() []object {
	records := s.store.all("RevenueRecord")
	for _, o := range s.store.all("PaymentTransaction") {
		paid := amount(o, "amount")
		if text(o, "type") == "REFUND" {
			paid = -paid
		}
		record := object{"id": o["id"], "organizationID": s.OrgID, "date": o["creationTime"], "amount": paid, "currency": text(o, "currency")}
		for _, name := range []string{"buyerID", "entitlementID", "partner"} {
			if value, ok := o[name]; ok {
				record[name] = value
			}
		}
		records = append(records, record)
	}
	return records
}

// ---- support

func createTicket(s *Server, c *call) (any, error) {
	o := with(c.object(), "status", "OPEN")
	delete(o, "id")
	return s.create(c, "SupportTicket", o), nil
}

func attach(s *Server, c *call) (any, error) {
	o, err := s.store.get("SupportTicket", c.params["ticketId"])
	if err != nil {
		return nil, err
	}
	attachment := object{"id": uuid(s.store.random), "date": s.store.timestamp(), "title": c.file.Filename, "size": c.file.Size, "mimetype": c.file.Header.Get("Content-Type")}
	s.store.update("SupportTicket", o, object{"attachments": append(list(o, "attachments"), attachment)})
	return []any{attachment}, nil
}

func comment(s *Server, c *call) (any, error) {
	o, err := s.store.get("SupportTicket", c.params["ticketId"])
	if err != nil {
		return nil, err
	}
	added := with(with(c.object(), "id", uuid(s.store.random)), "date", s.store.timestamp())
	s.store.update("SupportTicket", o, object{"comments": append(list(o, "comments"), added)})
	return added, nil
}

func merge(o, changes object) object {
	o = maps.Clone(o)
	maps.Copy(o, changes)
	return o
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func parseAmount(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64) // it was validated as a number
	return f
}
