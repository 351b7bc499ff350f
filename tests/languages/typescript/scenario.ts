// The scenario of every language. Prints each step that holds and ends with an error at the first that does not.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { env } from "node:process";

import createClient from "openapi-fetch";

import type { paths } from "./suger.js";

const client = createClient<paths>({
  baseUrl: env["SUGER_BASE_URL"] ?? "",
  headers: { Authorization: `Key ${env["SUGER_API_KEY"]}` },
});
const orgId = env["SUGER_ORG_ID"] ?? "";

async function step(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (cause) {
    throw new Error(`step "${name}" failed`, { cause });
  }
  console.log(`step "${name}" holds`);
}

await step("get an entitlement with values from the future", async () => {
  const { data, error } = await client.GET("/org/{orgId}/entitlement/{entitlementId}", {
    params: { path: { orgId, entitlementId: "entitlement-1" } },
  });
  assert.ok(data, `refused: ${error}`);
  // The type lists the values known today; a string takes those of tomorrow.
  const status: string | undefined = data.status;
  assert.equal(status, "ON_THE_MOON");
  assert.equal((data as Record<string, unknown>)["phaseOfTheMoon"], "full");
  assert.equal(data.name, "Globex, Analytics Enterprise 2026");
  const commitAmount: number | undefined = data.info?.commitAmount;
  assert.equal(commitAmount, 16777217.05);
});

await step("change one property of an offer", async () => {
  const { data, error } = await client.PATCH("/org/{orgId}/offer/{offerId}/metaInfo", {
    params: { path: { orgId, offerId: "offer-1" } },
    body: { internalNote: "Call first." },
  });
  assert.ok(data, `refused: ${error}`);
  assert.equal(data.internalNote, "Call first.");
});

await step("page through offers", async () => {
  const limit = 2;
  const ids: (string | undefined)[] = [];
  for (let more = true; more; ) {
    const { data, error } = await client.GET("/org/{orgId}/offer", {
      params: { path: { orgId }, query: { limit, offset: ids.length } },
    });
    assert.ok(data, `refused: ${error}`);
    ids.push(...data.map((offer) => offer.id));
    more = data.length === limit;
  }
  assert.deepEqual(ids.sort(), ["offer-1", "offer-2", "offer-3", "offer-4", "offer-5"]);
});

await step("draft an offer with a commit", async () => {
  const { data, error } = await client.POST("/org/{orgId}/draftOffer", {
    params: { path: { orgId } },
    body: { name: "Draft", info: { commits: [{ key: "seats", rate: 1250.5 }] } },
  });
  assert.ok(data, `refused: ${error}`);
  assert.equal(data.name, "Draft");
});

await step("report usage once", async () => {
  const id = randomUUID();
  const entitlementId = "entitlement-1";
  const report = () =>
    client.POST("/org/{orgId}/entitlement/{entitlementId}/usageRecordGroup", {
      params: { path: { orgId, entitlementId } },
      body: { id, organizationID: orgId, entitlementID: entitlementId, records: { api_calls: 1250.5 } },
    });
  const first = await report();
  assert.equal(first.data?.id, id, `refused: ${first.error}`);
  const second = await report();
  assert.equal(second.response.status, 409);
  assert.equal(typeof second.error, "string");
});

await step("meet a 404", async () => {
  const { data, error, response } = await client.GET("/org/{orgId}/entitlement/{entitlementId}", {
    params: { path: { orgId, entitlementId: "missing" } },
  });
  assert.equal(data, undefined);
  assert.equal(response.status, 404);
  assert.equal(typeof error, "string");
});

await step("meet a 429", async () => {
  const { data, response } = await client.GET("/org/{orgId}/buyer", { params: { path: { orgId } } });
  assert.equal(data, undefined);
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("Retry-After"), "1");
});
