// Opens the reference page in Chromium and uses it as a reader would: every group with its operations is in the menu, and the
// search finds an operation. What it saw is kept as pictures beside the page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launch } from './browser.mjs';

const page = resolve(process.argv[2]);
const here = dirname(fileURLToPath(import.meta.url));
const description = JSON.parse(readFileSync(join(here, '..', '..', 'openapi', 'suger.json'), 'utf8'));

// expectedMenu returns the groups and the titles of their operations, in the order of the description.
function expectedMenu() {
  const groups = description.tags.map((tag) => [tag['x-displayName'] ?? tag.name, []]);
  const index = Object.fromEntries(description.tags.map((tag, i) => [tag.name, i]));
  for (const item of Object.values(description.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (method !== 'parameters') groups[index[operation.tags[0]]][1].push(operation.summary);
    }
  }
  return groups;
}

// operationsOf unfolds a group of the menu, which the page may do by itself as it scrolls, and returns the titles in it.
async function operationsOf(group) {
  const operations = group.locator('.menu-item-type-operation [data-text]');
  for (let tries = 0; tries < 5 && (await operations.count()) === 0; tries++) {
    await group.locator('[data-text]').first().click();
    await operations.first().waitFor({ state: 'attached', timeout: 5_000 }).catch(() => {});
  }
  return operations.evaluateAll((all) => all.map((x) => x.dataset.text));
}

const browser = await launch();
try {
  const tab = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  tab.setDefaultTimeout(60_000);
  const errors = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  await tab.route(/^https?:/, (route) => route.abort()); // the page must do without a network
  await tab.goto(pathToFileURL(page).href);

  const menu = [];
  const groups = tab.locator('.menu-item-type-group');
  await groups.first().waitFor();
  for (const group of await groups.all()) {
    menu.push([await group.locator('[data-text]').first().innerText(), await operationsOf(group)]);
  }
  assert.deepEqual(menu, expectedMenu());
  await tab.screenshot({ path: join(dirname(page), 'menu.png') });

  await tab.getByTestId('search-trigger').click();
  await tab.keyboard.type('notify offer contacts');
  const found = tab.locator('[data-component-name="Search/SearchItem"]').first();
  await found.filter({ hasText: 'POST/org/{orgId}/offer/{offerId}/notifyContacts' }).waitFor();
  await tab.screenshot({ path: join(dirname(page), 'search.png') });
  await found.click();
  await tab.getByRole('heading', { name: 'Notify the contacts of an offer' }).waitFor();
  await tab.screenshot({ path: join(dirname(page), 'operation.png') });

  const count = menu.reduce((sum, [, operations]) => sum + operations.length, 0);
  assert.deepEqual(errors, []);
  console.log(`the page lists ${count} operations in ${menu.length} groups, and its search finds "notify offer contacts"`);
} finally {
  await browser.close();
}
