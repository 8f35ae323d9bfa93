import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runProgram } from './run-program.js';
import { packAll, ROOT, type Tarball } from './tarballs.js';

const NAMES = ['@incipit/codegen', '@incipit/core', '@incipit/plugins', '@incipit/registry', 'incipit'];
const bin = (path: string): string => join(ROOT, 'node_modules', path);

const test = suite('tarballs');
let folder = '';
let tarballs: readonly Tarball[] = [];

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incipit-pack-'));
  tarballs = await packAll(folder);
});
test.after(() => rm(folder, { recursive: true, force: true }));

function tarball(name: string): Tarball {
  const found = tarballs.find((candidate) => candidate.name === name);
  assert.ok(found, `${name} was packed`);
  return found;
}

test('every package packs, and nothing else does', () => {
  assert.equal(tarballs.map(({ name }) => name).sort(), NAMES);
  for (const { name, size } of tarballs) console.log(`# ${name}: ${(size / 1000).toFixed(1)} kB packed`);
});

for (const name of NAMES) {
  test(`${name} packs its licence and what was built, and no test, source or build record`, () => {
    const { files } = tarball(name);
    assert.ok(files.includes('package.json'));
    assert.ok(files.includes('LICENSE'), 'the licence is inside');
    const stray = files.filter((path) => /\.test\.|\.tsbuildinfo$|^src\/|\.cache|node_modules/.test(path));
    assert.equal(stray, []);
  });

  test(`publint --strict has nothing to say about ${name}`, async () => {
    const { code, stdout, stderr } = await runProgram(
      process.execPath,
      [bin('publint/src/cli.js'), '--strict', tarball(name).path],
      folder,
    );
    assert.is(code, 0, stdout + stderr);
  });

  test(`types of ${name} resolve for every ESM consumer (attw)`, async () => {
    const args = ['--profile', 'esm-only', '--no-color', '--no-emoji', tarball(name).path];
    const { code, stdout, stderr } = await runProgram(
      process.execPath,
      [bin('@arethetypeswrong/cli/dist/index.js'), ...args],
      folder,
    );
    assert.is(code, 0, stdout + stderr);
  });
}

test('core carries the wasm with the notices of what is inside it', async () => {
  const { files } = tarball('@incipit/core');
  for (const path of [
    'NOTICE',
    'dist/wasm/incipit.wasm',
    'dist/wasm/incipit.wasm.LICENSES.txt',
    'dist/runtime/web-runtime.js',
  ]) {
    assert.ok(files.includes(path), path);
  }
  const [root, own] = ['NOTICE', 'packages/core/NOTICE'].map((path) => readFile(join(ROOT, path), 'utf8'));
  assert.is(await own, await root);
});

test('the licence in each package is the one of the project', async () => {
  const licence = await readFile(join(ROOT, 'LICENSE'), 'utf8');
  for (const name of ['registry', 'core', 'plugins', 'codegen', 'cli']) {
    assert.is(await readFile(join(ROOT, 'packages', name, 'LICENSE'), 'utf8'), licence, name);
  }
});

test.run();
