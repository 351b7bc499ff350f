// Makes the collections again and compares them, then opens both and lets each read an offer of the fake and change another:
// node check.mjs DESCRIPTION DIRECTORY
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [description, directory] = process.argv.slice(2).map((path) => resolve(path));
const tool = (name) => new URL(`node_modules/.bin/${name}`, import.meta.url).pathname;
const [read, change] = ['Get an offer', 'Update the meta info of an offer'];
const { paths, components } = JSON.parse(readFileSync(description, 'utf8'));
const { $ref } = Object.values(paths['/org/{orgId}/offer/{offerId}/metaInfo'].patch.requestBody.content['application/json'].examples)[0];
const example = components.examples[$ref.split('/').at(-1)].value;

const temporary = mkdtempSync(join(tmpdir(), 'suger-collections-'));
let server;
try {
  execFileSync(process.execPath, [new URL('build.mjs', import.meta.url).pathname, description, temporary], { stdio: 'inherit' });
  for (const name of ['suger.postman_collection.json', 'suger.bruno']) {
    execFileSync('diff', ['-r', join(directory, name), join(temporary, name)], { stdio: 'inherit' });
  }

  const seed = join(temporary, 'seed.json');
  writeFileSync(seed, JSON.stringify({ Offer: [{ id: 'offer-1', name: 'Globex 2026' }] }));
  const program = join(temporary, 'suger-fake');
  execFileSync('go', ['build', '-o', program, './api/sugertest/suger-fake'], { stdio: 'inherit' });
  server = spawn(program, ['-addr', '127.0.0.1:0', '-key', 'test-key', '-seed', seed], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(createInterface(server.stdout), 'line');
  const variables = [`baseUrl=${url}`, 'apiKey=test-key', 'orgId=test-org', 'offerId=offer-1'].flatMap((value) => ['--env-var', value]);
  const door = (path, options) => fetch(`${url}/_fake/${path}`, { headers: { Authorization: 'Key test-key' }, ...options });

  const programs = {
    Postman: [tool('newman'), 'run', join(directory, 'suger.postman_collection.json'), '--folder', read, '--folder', change, ...variables],
    Bruno: [tool('bru'), 'run', `Offers/${read}.bru`, `Offers/${change}.bru`, ...variables],
  };
  for (const [name, [command, ...args]] of Object.entries(programs)) {
    const before = (await (await door('requests')).json()).length;
    execFileSync(command, args, { cwd: join(directory, 'suger.bruno'), stdio: ['ignore', 'ignore', 'inherit'] });
    const requests = (await (await door('requests')).json()).slice(before);
    const got = requests.map(({ operation, status, body }) => ({ operation, status, body }));
    const want = [
      { operation: 'Offers.Get', status: 200, body: undefined },
      { operation: 'Offers.UpdateMetaInfo', status: 200, body: example },
    ];
    assert.deepEqual(got.sort((a, b) => a.operation.localeCompare(b.operation)), want, name);
    console.log(`the collection for ${name} reads an offer and changes it by the example of the description`);
  }
} finally {
  server?.kill();
  rmSync(temporary, { recursive: true });
}
