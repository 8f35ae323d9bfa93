import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CodegenError } from '../errors.js';
import { diffText } from './diff-text.js';
import { compareFiles, type FileSet, writeFiles } from './generated-files.js';

const HEADER = 'Written by a test.';
const text = (body: string): string => `// ${HEADER}\n${body}\n`;
const WANTED: FileSet = new Map([
  ['a.ts', text('one')],
  ['docs/b.md', text('two')],
]);

const test = suite('generated files');
let folder = '';

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incipit-output-'));
});
test.after.each(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

async function write(files: FileSet = WANTED): Promise<void> {
  await writeFiles(folder, files, await compareFiles(folder, files, HEADER));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CodegenError) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

test('are written where there was nothing, and nothing differs then', async () => {
  await write();
  assert.is(await readFile(join(folder, 'docs/b.md'), 'utf8'), text('two'));
  const { missing, changed, leftOver } = await compareFiles(folder, WANTED, HEADER);
  assert.equal([missing, [...changed], leftOver], [[], [], []]);
});

test('that are as they should be are not touched', async () => {
  await write();
  await utimes(join(folder, 'a.ts'), 1, 1);
  await put('docs/b.md', text('old'));
  await write();
  assert.is((await stat(join(folder, 'a.ts'))).mtimeMs, 1000);
  assert.is(await readFile(join(folder, 'docs/b.md'), 'utf8'), text('two'));
});

test('of an earlier run that nobody wants any more are taken away; what others wrote stays', async () => {
  await put('gone.ts', text('gone'));
  await put('mine.ts', 'by hand');
  await write();
  assert.equal((await readdir(folder)).sort(), ['a.ts', 'docs', 'mine.ts']);
});

test('are not written over a file of somebody else', async () => {
  await put('a.ts', 'by hand');
  assert.is(await codeOf(write()), 'foreign-file');
  assert.is(await readFile(join(folder, 'a.ts'), 'utf8'), 'by hand');
  assert.equal(await readdir(folder), ['a.ts']);
});

test('are all as they were when one of them cannot be written', async () => {
  await put('a.ts', text('old'));
  // A file where a folder must be.
  await put('docs', text('old'));
  assert.is(await codeOf(write()), 'unreadable');
  const differences = { missing: ['docs/b.md'], changed: new Map([['a.ts', text('old')]]), leftOver: [] };
  assert.is(await codeOf(writeFiles(folder, WANTED, differences)), 'unwritable');
  assert.is(await readFile(join(folder, 'a.ts'), 'utf8'), text('old'));
  assert.equal((await readdir(folder)).sort(), ['a.ts', 'docs']);
});

test('that a killed run had only begun are taken away by the next', async () => {
  // No process has a number as large.
  await put('a.ts.99999999.incipit-part', 'half a fi');
  await write();
  assert.equal((await readdir(folder)).sort(), ['a.ts', 'docs']);
});

test('that are out of date are told as a diff: from what is there to what should be', async () => {
  await put('a.ts', text('zero'));
  await put('gone.ts', text('gone'));
  const differences = await compareFiles(folder, WANTED, HEADER);
  const diff = diffText(WANTED, differences);
  assert.match(diff, /^-zero\n\+one$/m);
  assert.match(diff, /^\+two$/m);
  assert.match(diff, /^left over: gone\.ts$/m);
});

test('are refused where they may not be written', async () => {
  if (process.getuid?.() === 0) return;
  await chmod(folder, 0o500);
  assert.is(await codeOf(write()), 'unwritable');
  await chmod(folder, 0o700);
});

test.run();
