import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkBorders } from '../borders.mjs';
import { ROOT } from '../setup.mjs';
import { readTables } from './tables.mjs';

const ARCHITECTURE = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
const LAW = 'packages/core/src/ir/law.ts';
const PLANNER = 'packages/core/src/plan/planner.ts';
const REGISTRY = 'packages/registry/src/index.ts';
const PLUGIN = 'packages/plugins/src/tfjs/index.ts';

const manifest = (name, more = {}) =>
  JSON.stringify({ name, type: 'module', exports: { '.': './dist/index.js' }, ...more });

/** A small project that breaks no rule, with the real tables. */
const CLEAN = {
  'ARCHITECTURE.md': ARCHITECTURE,
  'package.json': JSON.stringify({ workspaces: ['packages/*', 'examples/*'] }),
  'packages/registry/package.json': manifest('@incipit/registry'),
  [REGISTRY]: 'export const version = 1;',
  'packages/registry/src/registry/container.ts':
    "import { Container } from 'inversify';\nexport const container = new Container();",
  'packages/core/package.json': manifest('@incipit/core', {
    dependencies: { '@incipit/registry': '0.1.0' },
    exports: { '.': './dist/index.js', './node': './dist/node.js', './testing': './dist/testing.js' },
  }),
  'packages/core/src/index.ts': "export { plan } from './plan/planner.js';\nexport type { Law } from './ir/law.js';",
  'packages/core/src/node.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
  'packages/core/src/testing.ts': 'export const cases = [];',
  'packages/core/src/errors.ts': "import { version } from '@incipit/registry';\nexport const base = version;",
  [LAW]: "import { base } from '../errors.js';\nexport interface Law { kind: string }\nexport const law = base;",
  'packages/core/src/ir/long.ts': 'export const one = 1;',
  [PLANNER]: "import { law } from '../ir/law.js';\nexport const plan = law;",
  'packages/core/src/plan/planner.test.ts':
    "import { plan } from './planner.js';\nimport { execute } from '../execute/executor.js';\nplan(execute);",
  'packages/core/src/execute/executor.ts':
    "import type { Law } from '../ir/law.js';\nexport const execute = (law: Law): Law => law;",
  'packages/core/src/rng/threefry.ts': 'export const threefry = 1;',
  'packages/plugins/package.json': manifest('@incipit/plugins', { exports: { './tfjs': './dist/tfjs/index.js' } }),
  [PLUGIN]:
    "import { plan } from '@incipit/core';\nimport type * as tf from '@tensorflow/tfjs';\nexport const tfjs = plan;\nexport type Tf = typeof tf;",
  'packages/cli/package.json': manifest('incipit', { bin: './dist/bin.js' }),
  'packages/cli/src/index.ts':
    "import { tfjs } from '@incipit/plugins/tfjs';\nimport { read } from '@incipit/core/node';\nexport const cli = [tfjs, read];",
  'examples/one/package.json': manifest('example-one'),
  'examples/one/main.mjs': "import { plan } from '@incipit/core';\nplan();",
};

/**
 * Name, file, what is added at its end (or its whole text), what must be said, further files.
 *
 * @type {[string, string, string | undefined, RegExp, Record<string, string>?][]}
 */
const VIOLATIONS = [
  [
    'a value import of a forbidden room',
    LAW,
    "import '../rng/threefry.js';",
    /ir\/law\.ts:4 room 'ir' may import exact, not 'rng'/,
  ],
  [
    'a type import of a forbidden room',
    PLANNER,
    "import type { execute } from '../execute/executor.js';",
    /planner\.ts:3 room 'plan' may import .*, not 'execute'/,
  ],
  [
    'an inline type import of a forbidden room',
    PLANNER,
    "import { type execute } from '../execute/executor.js';",
    /room 'plan' may import .*, not 'execute'/,
  ],
  [
    'a re-export from a forbidden room',
    LAW,
    "export * from '../rng/threefry.js';",
    /room 'ir' may import exact, not 'rng'/,
  ],
  [
    'a dynamic import of a forbidden room',
    LAW,
    "export const later = () => import('../rng/threefry.js');",
    /room 'ir' may import exact, not 'rng'/,
  ],
  [
    'an import type of a forbidden room',
    LAW,
    "export type T = import('../rng/threefry.js').threefry;",
    /room 'ir' may import exact, not 'rng'/,
  ],
  [
    'a file of a room that the finer rule leaves out',
    PLANNER,
    "import '../rng/threefry.js';",
    /room 'plan' may import only key\.ts, fnv1a64\.ts of 'rng', not threefry\.ts/,
  ],
  ['a room importing a public face', LAW, "import '../testing.js';", /imports the public face testing\.ts/],
  [
    'errors.ts importing a room',
    'packages/core/src/errors.ts',
    "import './rng/threefry.js';",
    /errors\.ts imports no room/,
  ],
  ['a room that the table lacks', 'packages/core/src/misc/thing.ts', '', /room 'misc' is missing from the table/],
  ['a loose file in core', 'packages/core/src/helpers.ts', '', /helpers\.ts lies in no room/],
  [
    'a package importing against the arrows',
    REGISTRY,
    "import '@incipit/core';",
    /package 'registry' may import none of our packages, not 'core'/,
  ],
  [
    'a type import against the arrows',
    REGISTRY,
    "import type { plan } from '@incipit/core';",
    /package 'registry' may import none/,
  ],
  ['a package importing itself by name', PLANNER, "import '@incipit/core';", /does not import itself by name/],
  [
    'a subpath that is not exported',
    PLUGIN,
    "import '@incipit/core/dist/rng/threefry.js';",
    /is not among the exports of @incipit\/core/,
  ],
  [
    'the testing face outside a test',
    PLUGIN,
    "import { cases } from '@incipit/core/testing';",
    /'@incipit\/core\/testing' is for tests only/,
  ],
  ['an import of an example', PLUGIN, "import 'example-one';", /nobody imports 'example-one'/],
  [
    'a relative import of another package',
    'examples/one/main.mjs',
    "import '../../packages/core/dist/index.js';",
    /relative import out of the package/,
    { 'packages/core/dist/index.d.ts': '' },
  ],
  [
    'a library imported by a second file',
    REGISTRY,
    "import 'inversify';",
    /only packages\/registry\/src\/registry\/container\.ts imports 'inversify'/,
  ],
  [
    "a library's types outside its room",
    REGISTRY,
    "import type { Container } from 'inversify';",
    /only .*container\.ts imports 'inversify'/,
  ],
  [
    'a library that the table lacks',
    PLUGIN,
    "import '@tensorflow/tfjs';",
    /'@tensorflow\/tfjs', which the table "Third-party code" in ARCHITECTURE\.md lacks/,
  ],
  [
    'a Node built-in behind a browser entry',
    LAW,
    "import 'node:fs';",
    /@incipit\/core must load in a browser, but imports .*law\.ts → node:fs/,
  ],
  [
    'a cycle of values',
    LAW,
    "import './cycle.js';",
    /cycle: .*law\.ts → .*cycle\.ts → .*law\.ts/,
    { 'packages/core/src/ir/cycle.ts': "import './law.js';" },
  ],
  [
    'a cycle of types',
    LAW,
    "import type { B } from './cycle.js';",
    /cycle: .*law\.ts → .*cycle\.ts → .*law\.ts/,
    { 'packages/core/src/ir/cycle.ts': "import type { Law } from './law.js';\nexport type B = Law;" },
  ],
  [
    'an import of a test file',
    PLANNER,
    "import './other.test.js';",
    /imports a test file/,
    { 'packages/core/src/plan/other.test.ts': '' },
  ],
  ['an import of a file that is not there', PLANNER, "import './gone.js';", /'\.\/gone\.js' is no source file/],
  [
    'a source file of 301 lines',
    'packages/core/src/ir/long.ts',
    '//\n'.repeat(300),
    /long\.ts: 301 lines, more than 300/,
  ],
  [
    'a forbidden dependency in a manifest',
    'packages/registry/package.json',
    undefined,
    /'registry' may not depend on @incipit\/core/,
    { 'packages/registry/package.json': manifest('@incipit/registry', { dependencies: { '@incipit/core': '0.1.0' } }) },
  ],
];

const test = suite('borders');
/** @type {string} */
let folder;

function project(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return checkBorders(folder).problems;
}

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'incipit-borders-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

test('a project that keeps the rules has no problem, and its tests may import any room', () => {
  assert.equal(project(CLEAN), []);
});

test('a script that builds a package may use what the package itself may not', () => {
  assert.equal(project({ ...CLEAN, 'packages/registry/scripts/build.mjs': "import '@incipit/core';" }), []);
});

for (const [name, path, text, pattern, more = {}] of VIOLATIONS) {
  test(`${name} is refused, alone, with file and reason`, () => {
    const changed = text === undefined ? {} : { [path]: path in CLEAN ? `${CLEAN[path]}\n${text}` : text };
    const problems = project({ ...CLEAN, ...changed, ...more });
    assert.ok(
      problems.some((problem) => pattern.test(problem)),
      `${pattern} in ${JSON.stringify(problems, null, 2)}`,
    );
    assert.is(problems.length, 1, problems.join('\n'));
  });
}

test('a bundled library, declared beside the sources, is imported by its one file', () => {
  const runtime = "import { Instance } from './web-runtime.js';\nexport const runtime = Instance;";
  const more = {
    'packages/core/src/runtime/web-runtime.d.ts': 'export class Instance {}',
    'packages/core/src/runtime/tvm-runtime.ts': runtime,
  };
  assert.equal(project({ ...CLEAN, ...more }), []);
  const problems = project({ ...CLEAN, ...more, 'packages/core/src/runtime/wasi.ts': runtime });
  assert.is(problems.length, 1, problems.join('\n'));
  assert.match(problems[0], /wasi\.ts:1 only .*tvm-runtime\.ts imports 'web-runtime\.js'/);
});

test('a Node built-in is out of a page only behind a name whose default side has none', () => {
  const core = JSON.parse(CLEAN['packages/core/package.json']);
  const manifestWith = (imports) => ({ 'packages/core/package.json': JSON.stringify({ ...core, imports }) });
  const lazy = (specifier) => ({ [LAW]: `${CLEAN[LAW]}\nexport const files = () => import('${specifier}');` });
  const files = {
    'packages/core/src/ir/files.ts': "import 'node:fs';",
    'packages/core/src/ir/no-files.ts': 'export const none = 1;',
  };
  const imports = { '#files': { node: './dist/ir/files.js', default: './dist/ir/no-files.js' } };
  assert.equal(project({ ...CLEAN, ...files, ...manifestWith(imports), ...lazy('#files') }), []);
  const problems = project({ ...CLEAN, ...files, ...lazy('./files.js') });
  assert.is(problems.length, 1, problems.join('\n'));
  assert.match(problems[0], /must load in a browser, but imports .*law\.ts → .*files\.ts → node:fs/);
});

test('an import through the manifest counts as one of the file behind it', () => {
  const imports = { '#files': { node: './dist/rng/files.js', default: './dist/rng/threefry.js' } };
  const core = JSON.stringify({ ...JSON.parse(CLEAN['packages/core/package.json']), imports });
  const more = { 'packages/core/package.json': core, [LAW]: `${CLEAN[LAW]}\nimport '#files';` };
  const problems = project({ ...CLEAN, ...more });
  assert.is(problems.length, 1, problems.join('\n'));
  assert.match(problems[0], /room 'ir' may import exact, not 'rng'/);
});

test('the tables of ARCHITECTURE.md name every package, and rooms and files that are there', () => {
  const { packages, rooms, libraries } = readTables(ARCHITECTURE);
  assert.equal([...packages.keys()].sort(), ['cli', 'codegen', 'core', 'plugins', 'registry']);
  for (const [room, allowed] of rooms) {
    for (const name of allowed === 'all' ? [] : allowed) assert.ok(rooms.has(name), `${room} may import ${name}`);
  }
  for (const path of libraries.values()) assert.ok(readFileSync(join(ROOT, path)).length > 0);
});

test('a table that is missing or reshaped is an error, not an empty rule', () => {
  assert.throws(() => readTables('# Architecture'), /no table with the columns package, may import/);
  assert.throws(() => readTables(ARCHITECTURE.replace('| what it is |', '| what |')), /no table with the columns room/);
});

test.run();
