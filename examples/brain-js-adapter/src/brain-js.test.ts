import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { initialize } from '@incipit/core';
import { ADAPTER_CASES } from '@incipit/core/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { brainJs } from './brain-js.js';
import { makeNetwork } from './network.js';

const test = suite('brain.js');

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

for (const { name, check } of ADAPTER_CASES) test(name, () => check(brainJs(makeNetwork(3, 5, 2))));

test('brain.js computes with what was written', async () => {
  const network = makeNetwork(2, 1);
  await initialize(brainJs(network), { type: 'Constant', layer: 'Linear', val: 0.25, bias: 0.5 });
  assert.equal([...network.run<Float32Array>([1, 2])], [Math.fround(Math.tanh(0.25 + 2 * 0.25 + 0.5))]);
});

test('fans follow from (out, in), and training goes on from the values', async () => {
  const network = makeNetwork(300, 200, 1);
  const { steps, plan } = await initialize(brainJs(network), { type: 'Kaiming', layer: 'Linear', mode: 'fan_in' });
  assert.equal(
    plan.steps.map(({ path }) => path),
    ['layer1.weights', 'layer1.biases', 'layer2.weights', 'layer2.biases'],
  );
  assert.is(steps.length, 4);
  const first = network.weights?.[1]?.flatMap((row) => [...row]) ?? [];
  const std = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / first.length);
  assert.ok(Math.abs(std / Math.sqrt(2 / 300) - 1) < 0.02, `std ${std}`);
  const before = network.weights?.[1]?.[0]?.slice() ?? [];
  network.train([{ input: Array.from({ length: 300 }, () => 0.01), output: [1] }], { iterations: 1 });
  const moved = network.weights?.[1]?.[0]?.map((value, index) => Math.abs(value - (before[index] ?? 0))) ?? [];
  assert.ok(Math.max(...moved) > 0 && Math.max(...moved) < 0.01, `moved by ${Math.max(...moved)}`);
});

test('what has no weights yet is refused, with what to do', () => {
  assert.throws(() => brainJs({}), /no weights in it.*network\.initialize\(\)/s);
});

test('the program trains to the same error in every run', async () => {
  const run = () => promisify(execFile)(process.execPath, [fileURLToPath(new URL('./main.js', import.meta.url))]);
  const [first, second] = await Promise.all([run(), run()]);
  assert.match(first.stdout, /xor: error 0\.00\d\d after \d+ iterations/);
  assert.is(first.stdout, second.stdout);
});

test("the adapter is the guide's, word for word, and takes less than 100 lines", async () => {
  const source = await read('../src/brain-js.ts');
  const guide = await read('../../../packages/plugins/docs/writing-an-adapter.md');
  assert.is(/<!-- brain\.js adapter -->\s*```ts\n([\s\S]*?)```/.exec(guide)?.[1], source);
  assert.ok(source.split('\n').length < 100);
});

test.run();
