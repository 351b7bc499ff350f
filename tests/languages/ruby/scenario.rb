# The scenario of every language. Prints each step that holds and ends with an error at the first that does not.

require "suger"
require "uri"

uri = URI(ENV.fetch("SUGER_BASE_URL"))
Suger.configure do |config|
  config.scheme, config.host = uri.scheme, "#{uri.host}:#{uri.port}"
  config.api_key_prefix["Authorization"] = "Key"
  config.api_key["Authorization"] = ENV.fetch("SUGER_API_KEY")
  def config.auth_settings = super.slice("ApiKey")
end
ORG_ID = ENV.fetch("SUGER_ORG_ID")
ENTITLEMENTS = Suger::EntitlementsApi.new
OFFERS = Suger::OffersApi.new

def step(name)
  yield
  puts %(step "#{name}" holds)
rescue StandardError => cause
  abort %(step "#{name}" failed: #{cause.full_message})
end

def equal(want, got)
  raise "want #{want.inspect}, got #{got.inspect}" unless want == got
end

step "get an entitlement with values from the future" do
  entitlement = ENTITLEMENTS.get_entitlement(ORG_ID, "entitlement-1")
  equal "ON_THE_MOON", entitlement.status
  equal "Globex, Analytics Enterprise 2026", entitlement.name
  equal 16777217.05, entitlement.info.commit_amount
end

step "change one property of an offer" do
  meta_info = OFFERS.update_offer_meta_info(ORG_ID, "offer-1", Suger::MetaInfo.new(internal_note: "Call first."))
  equal "Call first.", meta_info.internal_note
end

step "draft an offer with a commit" do
  commit = Suger::CommitDimension.new(key: "seats", rate: 1250.5)
  draft = Suger::Offer.new(name: "Draft", info: Suger::OfferInfo.new(commits: [commit]))
  equal "Draft", OFFERS.create_or_update_draft_offer(ORG_ID, draft).name
end

step "meet a 404" do
  ENTITLEMENTS.get_entitlement(ORG_ID, "missing")
  raise "want a refusal, got an answer"
rescue Suger::ApiError => refusal
  equal 404, refusal.code
end
