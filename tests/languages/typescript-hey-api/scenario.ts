// The scenario of every language. Prints each step that holds and ends with an error at the first that does not.

import assert from "node:assert/strict";
import { env } from "node:process";

import { createOrUpdateDraftOffer, getEntitlement, updateOfferMetaInfo } from "./client";
import { client } from "./client/client.gen";

client.setConfig({
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
  const { data, error } = await getEntitlement({ path: { orgId, entitlementId: "entitlement-1" } });
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
  const { data, error } = await updateOfferMetaInfo({
    path: { orgId, offerId: "offer-1" },
    body: { internalNote: "Call first." },
  });
  assert.ok(data, `refused: ${error}`);
  assert.equal(data.internalNote, "Call first.");
});

await step("draft an offer with a commit", async () => {
  const { data, error } = await createOrUpdateDraftOffer({
    path: { orgId },
    body: { name: "Draft", info: { commits: [{ key: "seats", rate: 1250.5 }] } },
  });
  assert.ok(data, `refused: ${error}`);
  assert.equal(data.name, "Draft");
});

await step("meet a 404", async () => {
  const { data, error, response } = await getEntitlement({ path: { orgId, entitlementId: "missing" } });
  assert.equal(data, undefined);
  assert.equal(response?.status, 404);
  assert.equal(typeof error, "string");
});
