// Opens the page of the fake server in Chromium and calls an operation on it, as a person would who tries the API. What it saw is
// kept as pictures in a directory: node fake_page_check.mjs DIRECTORY
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from './browser.mjs';

const directory = resolve(process.argv[2]);
const offer = { id: 'offer-1', name: 'Globex 2026', status: 'PENDING_ACCEPTANCE', partner: 'AWS' };

mkdirSync(directory, { recursive: true });
const seed = join(directory, 'seed.json');
writeFileSync(seed, JSON.stringify({ Offer: [offer] }));
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
  await tab.goto(url);

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
  assert.deepEqual(errors, []);
  assert.deepEqual(elsewhere, []);
  console.log(`the page of the fake server calls getOffer and shows its answer, ${body.name}`);
} finally {
  await browser.close();
  server.kill();
}
