import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callCli, folderWith } from './testing/run-cli.js';

const test = suite('incipit codegen');

const SOURCE = `import { Registry } from '@incipit/registry';
export const SHAPES: Registry<object> = new Registry<object>('shape', { scope: 'geo' });
@SHAPES.register('Disk')
export class Disk { constructor(readonly options: { radius: number }) {} }
`;

const FILES = {
  'package.json': '{ "name": "fx", "type": "module" }',
  'tsconfig.json':
    '{ "compilerOptions": { "target": "ES2022", "module": "NodeNext", "lib": ["ES2022"], "strict": true, "skipLibCheck": true }, "include": ["*.ts"] }',
  'a.ts': SOURCE,
};

async function project(files: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const folder = await folderWith({ ...FILES, ...files });
  const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
  await symlink(modules, join(folder, 'node_modules'));
  return ['--project', join(folder, 'tsconfig.json'), '--out', join(folder, 'generated')];
}

test('writes, says what it wrote, and finds nothing to do for --check', async () => {
  const flags = await project();
  const written = await callCli(['codegen', ...flags]);
  assert.is(written.code, 0, written.err);
  assert.match(written.out, /generated: 1 entries, 6 files, 6 written in /);
  const checked = await callCli(['codegen', ...flags, '--check', '--json']);
  assert.is(checked.code, 0, checked.err);
  const { entries, written: again } = JSON.parse(checked.out) as {
    readonly entries: number;
    readonly written: unknown;
  };
  assert.equal([entries, again], [1, []]);
});

test('fails for --check with a diff when something is out of date', async () => {
  const flags = await project();
  const { code, err } = await callCli(['codegen', ...flags, '--check']);
  assert.is(code, 1);
  assert.match(err, /out of date/);
  assert.match(err, /^\+\/\/ Written by incipit codegen\. Do not edit\.$/m);
});

test('fails with all mistakes in the sources, by file and line', async () => {
  const broken = SOURCE.replace('radius: number', 'radius: () => void; when: Date');
  const { code, err } = await callCli(['codegen', ...(await project({ 'a.ts': broken }))]);
  assert.is(code, 1);
  assert.match(err, /2 problems/);
  assert.match(err, /'radius' of Disk takes a function.*a\.ts:4/s);
  assert.match(err, /'when' of Disk takes a Date/);
});

test('without a tsconfig says in one line what to do', async () => {
  const folder = await folderWith({});
  const { code, err } = await callCli([
    'codegen',
    '--project',
    join(folder, 'tsconfig.json'),
    '--out',
    join(folder, 'g'),
  ]);
  assert.is(code, 1);
  assert.match(err, /There is no .*tsconfig\.json/);
});

/** Command lines that are no sentence, and what is said of them. */
const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /--out/],
  [['--out', 'g', '--check', '--watch'], /exclude each other/],
  [['--out', 'g', 'more'], /'more' is too much/],
  [['--out', 'g', '--chek'], /--chek/],
];

for (const [flags, message] of WRONG) {
  test(`refuses '${flags.join(' ')}' with the exit code 2`, async () => {
    const { code, err } = await callCli(['codegen', ...flags]);
    assert.is(code, 2);
    assert.match(err, message);
  });
}

test.run();
