// Breaks each convention of .spectral.yaml once, in a small description, and sees its rule fire, and no other of ours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const ruleset = join(here, '..', '..', '.spectral.yaml');

// description returns one that keeps every convention.
function description() {
  const text = { schema: { type: 'string' }, example: 'message' };
  return {
    openapi: '3.0.3',
    info: {
      title: 'Colours',
      version: '1.0.0',
      description: 'Keeps colours.',
      contact: { name: 'Colours', url: 'https://example.com' },
    },
    servers: [{ url: 'https://example.com' }],
    tags: [{ name: 'Colours', description: 'What things look like.' }],
    paths: {
      '/colour': {
        parameters: [{ name: 'limit', in: 'query', description: 'Page size.', schema: { type: 'integer', format: 'int64' } }],
        get: {
          operationId: 'listColours',
          tags: ['Colours'],
          description: 'Lists colours.',
          'x-sdk-method': 'list',
          'x-effect': 'read',
          'x-docs-page': 'list colours',
          'x-paging': { items: '' },
          parameters: [{ $ref: '#/components/parameters/Offset' }],
          responses: {
            200: {
              description: 'The colours.',
              content: {
                'application/json': {
                  schema: { type: 'array', items: { $ref: '#/components/schemas/Colour' } },
                  examples: { Red: { $ref: '#/components/examples/Red' } },
                },
              },
            },
            default: { description: 'Any other answer.', content: { 'application/json': text } },
          },
        },
      },
      '/colour/{name}': {
        parameters: [
          { name: 'name', in: 'path', required: true, description: 'The colour.', schema: { type: 'string' } },
        ],
        put: {
          operationId: 'updateColour',
          tags: ['Colours'],
          description: 'Changes a colour.',
          'x-sdk-method': 'update',
          'x-effect': 'idempotent',
          'x-docs-page': 'update colour',
          requestBody: {
            description: 'The colour.',
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/Colour' }, example: { hue: 'RED' } },
            },
          },
          responses: {
            200: { description: 'Changed.', content: { 'application/json': text } },
            default: { description: 'Any other answer.', content: { 'application/json': text } },
          },
        },
      },
    },
    components: {
      parameters: {
        Offset: {
          name: 'offset',
          in: 'query',
          description: 'Items to pass over.',
          schema: { type: 'integer', format: 'int64' },
        },
      },
      examples: { Red: { summary: 'Red', value: [{ hue: 'RED', depth: 0.5 }] } },
      schemas: {
        Colour: {
          type: 'object',
          description: 'A colour.',
          properties: {
            hue: { $ref: '#/components/schemas/Hue' },
            depth: { type: 'number', format: 'double' },
            finish: {
              type: 'string',
              description: 'How it shines. Values may be added.',
              enum: ['matt', 'high-gloss', 'FINISH_UNKNOWN'],
              'x-enum-varnames': ['Matt', 'HighGloss', 'Unknown'],
            },
            more: { type: 'object', additionalProperties: { type: 'string' } },
          },
        },
        Hue: {
          type: 'string',
          description: 'Where it stands on the wheel. Values may be added.',
          enum: ['', 'RED', 'HUE_BLUE'],
          'x-enum-varnames': ['Empty', 'Red', 'Blue'],
        },
      },
    },
  };
}

const number = (name) => ({ name, in: 'query', description: 'What to list.', schema: { type: 'integer', format: 'int64' } });
const list = (d) => d.paths['/colour'].get;
const update = (d) => d.paths['/colour/{name}'].put;
const json = (holder) => holder.content['application/json'];
const colour = (d) => d.components.schemas.Colour.properties;
const hue = (d) => d.components.schemas.Hue;

// What is broken, by the rule that must see it. A function changes the description; the text says how.
const defects = {
  'operation-id-form': {
    'no verb': (d) => (list(d).operationId = 'colours'),
    'an unknown verb': (d) => (list(d).operationId = 'fetchColours'),
    'no noun': (d) => (list(d).operationId = 'list'),
    'PascalCase': (d) => (list(d).operationId = 'ListColours'),
    'snake_case': (d) => (list(d).operationId = 'list_colours'),
  },
  described: {
    'a tag': (d) => delete d.tags[0].description,
    'an operation': (d) => delete list(d).description,
    'a parameter of a path': (d) => delete d.paths['/colour'].parameters[0].description,
    'a parameter of an operation': (d) => delete d.components.parameters.Offset.description,
    'a body': (d) => delete update(d).requestBody.description,
    'an answer': (d) => (list(d).responses[200].description = ''),
    'a schema': (d) => delete d.components.schemas.Colour.description,
    'a security scheme': (d) => (d.components.securitySchemes = { Key: { type: 'apiKey', in: 'header', name: 'Key' } }),
  },
  'one-tag': {
    'no tag': (d) => delete list(d).tags,
    'two tags': (d) => {
      d.tags.push({ name: 'Paint', description: 'What colours are made of.' });
      list(d).tags.push('Paint');
    },
  },
  'default-response': { 'no default': (d) => delete list(d).responses.default },
  'number-double': {
    'no format': (d) => delete colour(d).depth.format,
    'a float': (d) => (colour(d).depth.format = 'float'),
  },
  'integer-int64': {
    'no format': (d) => delete d.paths['/colour'].parameters[0].schema.format,
    'an int32': (d) => (d.components.parameters.Offset.schema.format = 'int32'),
  },
  'enum-names': {
    'no names': (d) => delete hue(d)['x-enum-varnames'],
    'a name too few': (d) => hue(d)['x-enum-varnames'].pop(),
    'camelCase': (d) => (hue(d)['x-enum-varnames'][1] = 'red'),
    'snake case': (d) => (colour(d).finish['x-enum-varnames'][1] = 'High_Gloss'),
    'the name of the type': (d) => (hue(d)['x-enum-varnames'][2] = 'HueBlue'),
    'the last word of the type': (d) => (colour(d).finish['x-enum-varnames'][2] = 'FinishUnknown'),
    'an unnamed empty value': (d) => (hue(d)['x-enum-varnames'][0] = 'None'),
    'a name that Java needs': (d) => {
      hue(d).enum[1] = 'STRING';
      hue(d)['x-enum-varnames'][1] = 'String';
    },
    'lists out of step': (d) => colour(d).finish['x-enum-varnames'].reverse(),
  },
  'enum-grows': {
    'a component': (d) => (hue(d).description = 'Where it stands on the wheel.'),
    'a property': (d) => (colour(d).finish.description = 'Values may be added. How it shines.'),
    'no description': (d) => delete colour(d).finish.description,
  },
  'open-objects': { 'a closed object': (d) => (d.components.schemas.Colour.additionalProperties = false) },
  'sdk-method': {
    'no method': (d) => delete list(d)['x-sdk-method'],
    'PascalCase': (d) => (list(d)['x-sdk-method'] = 'List'),
  },
  effect: {
    'no effect': (d) => delete list(d)['x-effect'],
    'an unknown effect': (d) => (list(d)['x-effect'] = 'safe'),
  },
  'docs-page': {
    'no page': (d) => delete list(d)['x-docs-page'],
    'an empty title': (d) => (list(d)['x-docs-page'] = ''),
  },
  paging: {
    'a page without x-paging': (d) => delete list(d)['x-paging'],
    'x-paging without a page': (d) => (update(d)['x-paging'] = { items: '' }),
    'x-paging with a limit alone': (d) => delete list(d).parameters,
    'x-paging by another way': (d) => (list(d)['x-paging'].by = 'page'),
    'x-paging by an unknown way': (d) => (update(d)['x-paging'] = { by: 'luck', items: '' }),
    'x-paging by page without a page': (d) => (update(d)['x-paging'] = { by: 'page', items: '' }),
    'a page number without x-paging': (d) => (update(d).parameters = ['page_size', 'page_number'].map(number)),
    'a page number without a page size': (d) => {
      update(d).parameters = [number('page_number')];
      update(d)['x-paging'] = { by: 'page', items: '' };
    },
    'an offset without a limit': (d) => {
      delete d.paths['/colour'].parameters;
      delete list(d)['x-paging'];
    },
  },
  'json-example': {
    'a body': (d) => delete json(update(d).requestBody).example,
    'an answer': (d) => delete json(list(d).responses[200]).examples,
    'no example among the examples': (d) => (json(list(d).responses[200]).examples = {}),
  },
};

const rules = [...readFileSync(ruleset, 'utf8').split('\nrules:\n')[1].matchAll(/^ {2}([a-z0-9-]+):$/gm)].map((m) => m[1]);
const results = new Map(); // findings of our rules, by the name of the file

// All files are linted in one run: starting Spectral takes longer than linting.
before(() => {
  const dir = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    const write = (name, change) => {
      const d = description();
      change(d);
      writeFileSync(join(dir, `${name}.json`), JSON.stringify(d));
      results.set(name, []);
    };
    write('sound', () => {});
    for (const [rule, cases] of Object.entries(defects)) {
      Object.values(cases).forEach((change, i) => write(`${rule}.${i}`, change));
    }
    const spectral = join(here, 'node_modules', '.bin', 'spectral');
    const run = spawnSync(spectral, ['lint', '-r', ruleset, '-F', 'hint', '-q', '-f', 'json', join(dir, '*.json')], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    assert.equal(run.status, 1, run.stderr); // 1: it ran and found something
    for (const finding of JSON.parse(run.stdout)) {
      results.get(basename(finding.source, '.json')).push(finding);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});

const ours = (name) => [...new Set(results.get(name).map((f) => f.code))].filter((code) => rules.includes(code));

test('the sound description passes', () => assert.deepEqual(results.get('sound'), []));

test('every rule has its defects', () => assert.deepEqual(Object.keys(defects).sort(), [...rules].sort()));

for (const [rule, cases] of Object.entries(defects)) {
  Object.keys(cases).forEach((defect, i) => {
    test(`${rule}: ${defect}`, () => assert.deepEqual(ours(`${rule}.${i}`), [rule]));
  });
}
