import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import suger.ApiClient;
import suger.ApiException;
import suger.api.BuyersApi;
import suger.api.EntitlementsApi;
import suger.api.MeteringApi;
import suger.api.OffersApi;
import suger.model.CommitDimension;
import suger.model.CreateUsageRecordGroupParams;
import suger.model.EntitlementStatus;
import suger.model.MetaInfo;
import suger.model.Offer;
import suger.model.OfferInfo;

/** The scenario of every language. Prints each step that holds and ends with an error at the first that does not. */
final class Scenario {
  private static final String ORG_ID = System.getenv("SUGER_ORG_ID");

  public static void main(String[] args) {
    var client = new ApiClient();
    client.updateBaseUri(System.getenv("SUGER_BASE_URL"));
    client.setRequestInterceptor(
        request -> request.header("Authorization", "Key " + System.getenv("SUGER_API_KEY")));
    var entitlements = new EntitlementsApi(client);
    var offers = new OffersApi(client);
    var metering = new MeteringApi(client);
    var buyers = new BuyersApi(client);

    step(
        "get an entitlement with values from the future",
        () -> {
          var entitlement = entitlements.getEntitlement(ORG_ID, "entitlement-1");
          equal(EntitlementStatus.UNKNOWN_DEFAULT_OPEN_API, entitlement.getStatus());
          equal("Globex, Analytics Enterprise 2026", entitlement.getName());
          equal(16777217.05, entitlement.getInfo().getCommitAmount());
        });

    step(
        "change one property of an offer",
        () -> {
          var metaInfo =
              offers.updateOfferMetaInfo(
                  ORG_ID, "offer-1", new MetaInfo().internalNote("Call first."));
          equal("Call first.", metaInfo.getInternalNote());
        });

    step(
        "page through offers",
        () -> {
          var limit = 2L;
          var ids = new ArrayList<String>();
          List<Offer> page;
          do {
            page =
                offers.listOffers(
                    ORG_ID, null, null, null, null, null, null, null, null, limit,
                    (long) ids.size());
            page.forEach(offer -> ids.add(offer.getId()));
          } while (page.size() == limit);
          equal(
              Stream.of(1, 2, 3, 4, 5).map(i -> "offer-" + i).toList(),
              ids.stream().sorted().toList());
        });

    step(
        "draft an offer with a commit",
        () -> {
          var commit = new CommitDimension().key("seats").rate(1250.5);
          var draft = new Offer().name("Draft").info(new OfferInfo().addCommitsItem(commit));
          equal("Draft", offers.createOrUpdateDraftOffer(ORG_ID, draft).getName());
        });

    step(
        "report usage once",
        () -> {
          var group =
              new CreateUsageRecordGroupParams()
                  .id(UUID.randomUUID().toString())
                  .organizationID(ORG_ID)
                  .entitlementID("entitlement-1")
                  .records(Map.of("api_calls", 1250.5));
          equal(
              group.getId(),
              metering.reportUsageRecordGroup(ORG_ID, "entitlement-1", group).getId());
          refused(409, () -> metering.reportUsageRecordGroup(ORG_ID, "entitlement-1", group));
        });

    step(
        "meet a 404",
        () -> {
          var error = refused(404, () -> entitlements.getEntitlement(ORG_ID, "missing"));
          equal('"', error.getResponseBody().charAt(0));
        });

    step(
        "meet a 429",
        () -> {
          var error =
              refused(429, () -> buyers.listBuyers(ORG_ID, null, null, null, null, null, null));
          equal("1", error.getResponseHeaders().firstValue("Retry-After").orElse(null));
        });
  }

  private interface Call {
    void run() throws ApiException;
  }

  private static void step(String name, Call call) {
    try {
      call.run();
    } catch (ApiException | RuntimeException | AssertionError cause) {
      throw new AssertionError("step \"" + name + "\" failed", cause);
    }
    System.out.println("step \"" + name + "\" holds");
  }

  private static void equal(Object want, Object got) {
    if (!Objects.equals(want, got)) {
      throw new AssertionError("want " + want + ", got " + got);
    }
  }

  private static ApiException refused(int status, Call call) {
    try {
      call.run();
    } catch (ApiException error) {
      equal(status, error.getCode());
      return error;
    }
    throw new AssertionError("want " + status + ", got an answer");
  }
}
