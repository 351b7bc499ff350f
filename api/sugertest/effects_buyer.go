package sugertest

var buyerEffects = map[string]effect{
	"createBuyer":           createBuyer,
	"updateBuyer":           updateBuyer,
	"createCreditWallet":    createCreditWallet,
	"updateCreditWallet":    updateCreditWallet,
	"closeCreditWallet":     when(becomes("CLOSED", "UPDATE", "info", "closeDate"), "ACTIVE", "CLOSED"),
	"setBuyerDefaultWallet": setBuyerDefaultWallet,
}

// createBuyer makes no customer at the payment provider.
func createBuyer(s *state, c *call) (any, error) {
	body := c.properties()
	if err := billedDirectly("body/partner", body); err != nil && text(body, "partner") != "" {
		return nil, err
	}
	return create(s, c, merged(picked(body, "Buyer"), object{"info": picked(body, "BuyerInfo")})), nil
}

func updateBuyer(s *state, c *call) (any, error) {
	body := c.properties()
	info := inner(c.target, "info")
	old, want := text(info, "paymentConfig", "currency"), text(body, "paymentConfig", "currency")
	if old != "" && want != "" && old != want {
		return nil, badRequest("body/paymentConfig/currency: the currency of a buyer cannot be changed")
	}
	changed := merged(info, picked(body, "BuyerInfo"))
	if config, ok := body["paymentConfig"].(object); ok {
		changed["paymentConfig"] = merged(inner(info, "paymentConfig"), config)
	}
	return update(s, c, merged(picked(body, "Buyer"), object{"info": changed})), nil
}

// createCreditWallet takes the properties of a wallet in its body, which the reference does not describe.
func createCreditWallet(s *state, c *call) (any, error) {
	own := keeping(c.properties(), "name", "currency", "totalAmount", "startTime", "expireTime")
	wallet := merged(object{"totalAmount": 0, "currency": "USD"}, own)
	if err := check("Wallet", wallet); err != nil {
		return nil, err
	}
	own = object{"type": "credit", "usedAmount": 0, "partner": text(s.get("Buyer", c.params["buyerId"]), "partner")}
	return create(s, c, merged(wallet, given(own))), nil
}

func updateCreditWallet(s *state, c *call) (any, error) {
	changes := keeping(c.properties(), "startTime", "expireTime")
	if err := check("Wallet", changes); err != nil {
		return nil, err
	}
	return update(s, c, changes), nil
}

func setBuyerDefaultWallet(s *state, c *call) (any, error) {
	if text(c.target, "type") == "credit" {
		return nil, badRequest("walletId: a credit wallet cannot be the default one")
	}
	buyer := set(s.get("Buyer", c.params["buyerId"]), c.target["id"], "info", "paymentConfig", "defaultWalletId")
	buyer = s.change("Buyer", buyer, nil)
	s.happened("UPDATE", "Buyer", buyer)
	return buyer, nil
}

// billedDirectly returns an error unless the partner of an object is a payment provider. The field is for the error.
func billedDirectly(field string, o object) error {
	if partner := text(o, "partner"); partner != "STRIPE" && partner != "ADYEN" {
		return badRequest("%s: the partner is %q, this needs STRIPE or ADYEN", field, partner)
	}
	return nil
}
