package sugertest

import "slices"

// effects are the operations that do more than their form says, by operationId. The reference is silent on much of what
// happens behind them; here the marketplaces and the payment providers do at once what they are asked, and it succeeds.
var effects = map[string]effect{
	"createAddon":         createAddon,
	"updateAddon":         updateAddon,
	"deleteAddon":         transition{to: "DELETED", action: "DELETE"}.apply,
	"updateInvoiceInfo":   updateInvoiceInfo,
	"issueInvoice":        issueInvoice,
	"payInvoice":          payInvoice,
	"previewInvoiceEmail": previewInvoiceEmail,
	"voidInvoice":         transition{from: []string{"DRAFT", "FINALIZED", "CANCELED"}, to: "CANCELED", action: "VOID"}.apply,
	"createRefund":        createRefund,
	"listRefunds":         listRefunds,

	"createBuyer":           createBuyer,
	"updateBuyer":           updateBuyer,
	"createCreditWallet":    createCreditWallet,
	"updateCreditWallet":    updateCreditWallet,
	"closeCreditWallet":     closeCreditWallet,
	"setBuyerDefaultWallet": setBuyerDefaultWallet,

	"createContact":          createContact,
	"batchCreateContacts":    batchCreateContacts,
	"addContactToBuyer":      addContact,
	"addContactToOffer":      addContact,
	"removeContactFromBuyer": removeContact,
	"removeContactFromOffer": removeContact,

	"createEntitlement":                 createEntitlement,
	"getEntitlement":                    getEntitlement,
	"approveEntitlement":                transition{from: []string{"PENDING_START", "ACTIVE"}, to: "ACTIVE", action: "APPROVE"}.apply,
	"cancelEntitlement":                 transition{from: []string{"ACTIVE", "CANCELLED"}, to: "CANCELLED", action: "CANCEL"}.apply,
	"addEntitlementCredit":              addEntitlementCredit,
	"applyAddonToEntitlement":           applyAddonToEntitlement,
	"divideEntitlementCommit":           divideEntitlementCommit,
	"deleteEntitlementTerm":             deleteEntitlementTerm,
	"scheduleEntitlementCancellation":   scheduleEntitlementCancellation,
	"unscheduleEntitlementCancellation": unscheduleEntitlementCancellation,
	"updateEntitlementPriceModel":       updateEntitlementPriceModel,
	"updateEntitlementSeat":             updateEntitlementSeat,

	"reportUsageRecordGroup":         reportUsageRecordGroup,
	"batchReportUsageRecordGroups":   batchReportUsageRecordGroups,
	"batchValidateUsageRecordGroups": batchValidateUsageRecordGroups,
	"deleteUsageRecordGroup":         transition{from: []string{"CREATED", "INVALID"}, to: "DELETED", action: "DELETE"}.apply,
	"retryUsageRecordGroup":          transition{from: []string{"REPORT_FAILED"}, to: "CREATED", action: "UPDATE"}.apply,
	"createBillableMetric":           createBillableMetric,

	"createOffer":              createOffer,
	"createOrUpdateDraftOffer": saveDraft,
	"getOfferByExternalId":     getOfferByExternalID,
	"cancelOffer": transition{
		from: []string{"PENDING_ACCEPTANCE", "PENDING_CANCEL", "ACTIVE", "USED", "CANCELLED"}, to: "CANCELLED", action: "CANCEL",
	}.apply,
	"deleteOffer": transition{
		from: []string{"DRAFT", "CREATE_FAILED", "EXPIRED", "CANCELLED", "DELETED"}, to: "DELETED", action: "DELETE",
	}.apply,
	"extendOfferExpiryDate": extendOfferExpiryDate,
	"notifyOfferContacts":   notifyOfferContacts,
	"getOfferEula":          getOfferFile,
	"getOfferResellerEula":  getOfferFile,

	"createProduct":                 createProduct,
	"updateProduct":                 updateProduct,
	"createOrUpdateDraftProduct":    saveDraft,
	"deleteProduct":                 deleteProduct,
	"publishProduct":                publishProduct,
	"listProductMeteringDimensions": listProductMeteringDimensions,

	"listRevenueRecordDetails": listRevenueRecordDetails,
	"getRevenueReport":         getRevenueReport,

	"createSupportTicket":           createSupportTicket,
	"createSupportTicketAttachment": createSupportTicketAttachment,
	"createSupportTicketComment":    createSupportTicketComment,
	"closeSupportTicket":            closeSupportTicket,
	"reopenSupportTicket":           reopenSupportTicket,
}

// transition moves the target of a call from one state to another.
type transition struct {
	from   []string // states that allow it, all if there are none; with "to" among them it can be repeated
	to     string
	action string // of the notification event
}

func (t transition) apply(s *Server, c *call) (any, error) {
	if len(t.from) > 0 {
		if err := c.requireStatus(t.from...); err != nil {
			return nil, err
		}
	}
	o := c.target
	if text(o, "status") != t.to {
		o = s.change(c.targetType, o, object{"status": t.to})
		s.happened(t.action, c.targetType, o)
	}
	return c.op.answerWith(o), nil
}

// answerWith returns an object, or the empty string where the operation answers with that.
func (op *operation) answerWith(o object) any {
	if op.answer.Schema.Value.Type.Is("string") {
		return ""
	}
	return o
}

// requireStatus returns an error unless the target has one of some states.
func (c *call) requireStatus(allowed ...string) error {
	if status := text(c.target, "status"); !slices.Contains(allowed, status) {
		return badRequest("status: the %s is %q, this needs %q", inWords(c.targetType), status, allowed)
	}
	return nil
}
