// The scenario of every language. Prints each step that holds and ends with an error at the first that does not.

package scenario

import suger.apis.EntitlementsApi
import suger.apis.OffersApi
import suger.infrastructure.ApiClient
import suger.infrastructure.ClientException
import suger.models.CommitDimension
import suger.models.MetaInfo
import suger.models.Offer
import suger.models.OfferInfo

fun main() {
    ApiClient.apiKey["Authorization"] = System.getenv("SUGER_API_KEY")
    ApiClient.apiKeyPrefix["Authorization"] = "Key"
    val baseUrl = System.getenv("SUGER_BASE_URL")
    val orgId = System.getenv("SUGER_ORG_ID")
    val entitlements = EntitlementsApi(baseUrl)
    val offers = OffersApi(baseUrl)

    step("get an entitlement with values from the future") {
        val entitlement = entitlements.getEntitlement(orgId, "entitlement-1")
        equal("ON_THE_MOON", entitlement.status)
        equal("Globex, Analytics Enterprise 2026", entitlement.name)
        equal(16777217.05, entitlement.info?.commitAmount)
    }

    step("change one property of an offer") {
        val metaInfo = offers.updateOfferMetaInfo(orgId, "offer-1", MetaInfo(internalNote = "Call first."))
        equal("Call first.", metaInfo.internalNote)
    }

    step("draft an offer with a commit") {
        val commit = CommitDimension(key = "seats", rate = 1250.5)
        val draft = Offer(name = "Draft", info = OfferInfo(commits = listOf(commit)))
        equal("Draft", offers.createOrUpdateDraftOffer(orgId, draft).name)
    }

    step("meet a 404") {
        try {
            entitlements.getEntitlement(orgId, "missing")
            error("want a refusal, got an answer")
        } catch (refusal: ClientException) {
            equal(404, refusal.statusCode)
        }
    }
}

private fun step(name: String, run: () -> Unit) {
    try {
        run()
    } catch (cause: Throwable) {
        throw AssertionError("step \"$name\" failed", cause)
    }
    println("step \"$name\" holds")
}

private fun equal(want: Any?, got: Any?) {
    check(want == got) { "want $want, got $got" }
}
