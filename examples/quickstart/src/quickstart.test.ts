import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('quickstart');
const run = promisify(execFile);
const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

test('explains what it did to each parameter, and to none twice', async () => {
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL('./quickstart.js', import.meta.url))]);
  const parameters = ['stem.kernel', 'stem.bias', 'norm.gamma', 'norm.beta', 'head.kernel', 'head.bias'];
  for (const parameter of parameters) assert.is(stdout.split(parameter).length, 2, `${parameter} in\n${stdout}`);
  assert.match(stdout, 'Kaiming');
  assert.match(stdout, '42');
});

test('is the first program of the README, word for word', async () => {
  const first = /```ts\n([\s\S]*?)```/.exec(await read('../../../README.md'))?.[1];
  assert.is(first, await read('../src/quickstart.ts'));
});

test.run();
