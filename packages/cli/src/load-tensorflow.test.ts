import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MissingPackageError } from './errors.js';
import { findPackage } from './load-tensorflow.js';
import { folderWith } from './testing/run-cli.js';

const test = suite('finding TensorFlow.js');

const empty = await folderWith({});
const broken = await folderWith({});
const project = await folderWith({});
test.after(async () => {
  for (const folder of [empty, broken, project]) await rm(folder, { recursive: true });
});

const place = (folder: string): string => join(folder, 'package.json');

test('the project in which one works comes first', async () => {
  const real = dirname(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs')));
  await mkdir(join(project, 'node_modules/@tensorflow'), { recursive: true });
  await symlink(real, join(project, 'node_modules/@tensorflow/tfjs'), 'dir');
  assert.is(findPackage([place(project)]), findPackage([import.meta.url]));
  assert.is(findPackage([place(empty), place(project)]), findPackage([place(project)]));
});

test('where none is installed, the error says what to install', () => {
  assert.throws(
    () => findPackage([place(empty)]),
    (error: unknown) => error instanceof MissingPackageError && /npm install @tensorflow\/tfjs@4/.test(error.message),
  );
});

test('a broken installation is not taken for none', async () => {
  const folder = join(broken, 'node_modules/@tensorflow/tfjs');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.js'), "require('a-part-that-is-gone');\n");
  assert.throws(
    () => findPackage([place(broken), import.meta.url]),
    (error: unknown) => error instanceof Error && /a-part-that-is-gone/.test(error.message),
  );
});

test.run();
