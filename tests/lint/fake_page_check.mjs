// Opens the page of the fake server in Chromium, looks for a request that was refused, moves the clock, looks at an object, and
// calls an operation on the reference, as a person would. What it saw is kept as pictures in a directory:
// node fake_page_check.mjs DIRECTORY
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from './browser.mjs';

const directory = resolve(process.argv[2]);
const offer = { id: 'offer-1', name: 'Globex 2026', status: 'PENDING_ACCEPTANCE', partner: 'AWS' };
const expireTime = new Date(Date.now() + 20 * 24 * 3600 * 1000).toISOString();
const hostile = { id: 'offer-2', name: '<script>document.title = "owned"</script>', status: 'PENDING_ACCEPTANCE', expireTime };

mkdirSync(directory, { recursive: true });
const seed = join(directory, 'seed.json');
writeFileSync(seed, JSON.stringify({ Offer: [offer, hostile] }));
const program = join(directory, 'suger-fake');
execFileSync('go', ['build', '-o', program, './api/sugertest/suger-fake'], { stdio: 'inherit' });
const server = spawn(program, ['-addr', '127.0.0.1:0', '-key', 'test-key', '-seed', seed], { stdio: ['ignore', 'pipe', 'inherit'] });
const browser = await launch();
try {
  const [url] = await once(createInterface(server.stdout), 'line');
  const tab = await browser.newPage({ viewport: { width: 1400, height: 1600 } });
  tab.setDefaultTimeout(60_000);
  const errors = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  const elsewhere = [];
  await tab.route(/^https?:/, (route, request) => {
    if (new URL(request.url()).origin === url) return route.continue();
    elsewhere.push(request.url());
    return route.abort();
  });
  const keep = async (name) => {
    for (const colorScheme of ['light', 'dark']) {
      await tab.emulateMedia({ colorScheme });
      await tab.screenshot({ path: join(directory, `${name}-${colorScheme}.png`) });
    }
  };
  const call = (method, path, body) =>
    fetch(url + path, { method, body, headers: { Authorization: 'Key test-key', 'Content-Type': 'application/json' } });
  assert.equal((await call('GET', '/org/test-org/offer/offer-1')).status, 200);
  assert.equal((await call('PATCH', '/org/test-org/offer/offer-1/metaInfo', '{"internalNote": 7}')).status, 400);

  await tab.goto(url);
  const refused = tab.locator('.request').first();
  assert.match(await refused.innerText(), /400\s+PATCH .*\/offer\/offer-1\/metaInfo\s+Offers.UpdateMetaInfo\s+body\/internalNote: value must be a string/);
  await refused.locator('summary').first().click();
  await refused.getByText('internalNote: 7').waitFor();
  await keep('requests');
  await tab.getByRole('button', { name: '+ 30 days' }).click();
  const event = tab.getByRole('row', { name: 'EXPIRE' });
  await event.waitFor();
  assert.match(await tab.locator('section', { has: tab.locator('#clock') }).innerText(), /moved on by 720h/);
  await event.getByRole('link', { name: hostile.name }).click();
  assert.match(await tab.locator('.json').innerText(), /status:\s+EXPIRED/);
  assert.ok((await tab.locator('h1').innerText()).startsWith(hostile.name));
  await keep('object');
  for (const width of [390, 1400]) {
    await tab.setViewportSize({ width, height: 1600 });
    for (const path of ['/', '/_fake/page/store?type=Offer', '/_fake/page/store?type=Offer&id=offer-1']) {
      await tab.goto(url + path);
      assert.ok((await tab.evaluate(() => document.documentElement.scrollWidth)) <= width, `${path} is wider than ${width}`);
      assert.equal(await tab.locator('script').count(), 0, path);
      assert.match(await tab.title(), /Fake Suger$/);
    }
  }

  await tab.getByRole('link', { name: 'Reference of the API' }).click();
  const operation = tab.locator('#operations-Offers-getOffer');
  await tab.locator('#operations-tag-Offers').click();
  await operation.waitFor();
  await tab.screenshot({ path: join(directory, 'operations.png') });

  await operation.locator('.opblock-summary-control').click();
  const parameter = (name) => operation.locator(`tr[data-param-name="${name}"] input`);
  await parameter('offerId').fill(offer.id);
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table .response');
  await answer.first().waitFor();
  await answer.first().scrollIntoViewIfNeeded();
  await tab.screenshot({ path: join(directory, 'answer.png') });
  assert.equal(await answer.locator('.response-col_status').first().innerText(), '200');
  const body = JSON.parse(await answer.locator('.highlight-code pre').first().innerText());
  for (const [name, value] of Object.entries(offer)) assert.equal(body[name], value, name);

  const operations = await tab.evaluate(() => fetch('/openapi.json').then((r) => r.json()));
  assert.equal(operations.servers[0].url, '/');
  await tab.getByRole('link', { name: 'Fake Suger' }).click();
  assert.match(await tab.locator('.request').first().innerText(), /200\s+GET .*\/offer\/offer-1/);
  assert.deepEqual(errors, []);
  assert.deepEqual(elsewhere, []);
  console.log(`the page of the fake server shows what was refused and what time does; the reference calls getOffer, ${body.name}`);
} finally {
  await browser.close();
  server.kill();
}
