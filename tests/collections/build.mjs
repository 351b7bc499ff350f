// Makes collections for Postman and for Bruno of the description: node build.mjs DESCRIPTION DIRECTORY
// The same description gives the same files. Bodies are the examples; what stands in paths, the server and the key are variables.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const [description, directory] = process.argv.slice(2);
const key = 'Key {{apiKey}}'; // what the description says of the header Authorization
mkdirSync(directory, { recursive: true });
await makePostman(join(directory, 'suger.postman_collection.json'));
makeBruno(join(directory, 'suger.bruno'));

async function makePostman(file) {
  let random = 1; // the converter makes up what has no example; the minimal standard generator does so the same way each time
  Math.random = () => (random = (random * 16807) % 2147483647) / 2147483647;
  const { default: postman } = await import('openapi-to-postmanv2');
  const options = {
    parametersResolution: 'Example',
    folderStrategy: 'Tags',
    requestNameSource: 'Fallback',
    enableOptionalParameters: false, // which would filter every list by a value that was made up
  };
  const source = { type: 'string', data: readFileSync(description, 'utf8') };
  const { result, reason, output } = await promisify(postman.convertV2)(source, options);
  if (!result) throw new Error(reason);
  const collection = output[0].data;
  const names = new Set(['apiKey']);
  tidy(collection, names);
  collection.auth.apikey.find((member) => member.key === 'value').value = key;
  collection.variable.push(...[...names].map((name) => ({ key: name, value: '' })));
  writeFileSync(file, `${JSON.stringify(collection, null, 2)}\n`);
}

// tidy takes out the ids, which are another each time, and lets the variables of paths take their values from the collection.
function tidy(node, names) {
  if (node === null || typeof node !== 'object') return;
  for (const member of ['_postman_id', 'id']) if (typeof node[member] === 'string') delete node[member];
  for (const variable of node.url?.variable ?? []) {
    variable.value = `{{${variable.key}}}`;
    names.add(variable.key);
  }
  for (const member of Object.values(node)) tidy(member, names);
}

function makeBruno(target) {
  const temporary = mkdtempSync(join(directory, 'bruno-'));
  try {
    const bru = new URL('node_modules/.bin/bru', import.meta.url).pathname;
    const name = 'Suger API';
    const options = ['--source', description, '--output', temporary, '--collection-name', name, '--collection-format', 'bru'];
    execFileSync(bru, ['import', 'openapi', ...options]);
    const made = join(temporary, name);
    for (const file of readdirSync(made, { recursive: true }).filter((file) => file.endsWith('.bru'))) {
      const text = readFileSync(join(made, file), 'utf8');
      const block = /^params:path \{\n[^}]*^\}/m;
      const filled = text.replace(block, (params) => params.replace(/^( +)(\w+): *$/gm, '$1$2: {{$2}}'));
      writeFileSync(join(made, file), filled.replace('value: {{apiKey}}', `value: ${key}`));
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(made, target);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
