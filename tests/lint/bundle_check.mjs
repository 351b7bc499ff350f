// Compares our bundler with that of Redocly: its bundles of the source and of our YAML, the open one too, must be equal to our
// JSON, except for what our bundler derives, which the source does not have.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const openapi = join(here, '..', '..', 'openapi');

function bundle(file) {
  const dir = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const out = join(dir, 'bundle.json');
    const redocly = join(here, 'node_modules', '.bin', 'redocly');
    execFileSync(redocly, ['bundle', join(openapi, file), '--output', out], { stdio: 'pipe' });
    return JSON.parse(readFileSync(out, 'utf8'));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

// differences yields where two JSON values differ, the order of keys aside.
function* differences(a, b, at = '#') {
  const isObject = (x) => typeof x === 'object' && x !== null;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) {
    if (a !== b) yield at;
    return;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Object.hasOwn(a, key) || !Object.hasOwn(b, key)) yield pointer;
    else yield* differences(a[key], b[key], pointer);
  }
}

const derived = ['x-enum-varnames', 'x-sdk-method', 'x-keeps-unknown', 'x-decodes-itself'];

const withoutDerived = (key, value) => (derived.includes(key) ? undefined : value);

const checks = [
  ['suger.json', 'openapi.yaml', withoutDerived],
  ['suger.json', 'suger.yaml'],
  ['suger-open.json', 'suger-open.yaml'],
];
for (const [name, file, replacer] of checks) {
  const ours = JSON.parse(readFileSync(join(openapi, name), 'utf8'));
  const [theirs, wanted] = [bundle(file), ours].map((doc) => JSON.parse(JSON.stringify(doc, replacer)));
  const found = [...differences(theirs, wanted)];
  if (found.length > 0) {
    console.error(`openapi/${name} differs from Redocly's bundle of openapi/${file} in ${found.length} places:`);
    console.error(found.slice(0, 20).join('\n'));
    process.exitCode = 1;
  } else {
    console.log(`openapi/${name} equals Redocly's bundle of openapi/${file}`);
  }
}
