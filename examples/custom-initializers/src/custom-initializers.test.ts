import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { execute, initialize, type Plan, plan } from '@incipit/core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LecunSplitInit } from './composed-law.js';
import { SparseInit } from './host-function.js';
import { Linear } from './linear.js';
import { TriangularInit } from './own-kernel.js';

const test = suite('custom initializers');

const square = (x: number): number => x * x;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const std = (values: readonly number[]): number => Math.sqrt(mean(values.map(square)) - square(mean(values)));

async function weights(rule: object, inputs = 400, outputs = 250): Promise<readonly number[]> {
  const model = new Linear(inputs, outputs);
  await initialize(model, { layer: 'Linear', ...rule } as never, { seed: 3 });
  return model.weight.values();
}

test('composed laws: the first outputs are zero, the others have the variance of LeCun', async () => {
  const values = await weights({ type: 'LecunSplit', zeros: 10 });
  assert.ok(values.slice(0, 10 * 400).every((value) => value === 0));
  const rest = values.slice(10 * 400);
  assert.ok(rest.every((value) => value !== 0));
  assert.ok(Math.abs(std(rest) / Math.sqrt(1 / 400) - 1) < 0.02, `std ${std(rest)}`);
  // The index runs through: values do not change when fewer rows are zero.
  assert.equal((await weights({ type: 'LecunSplit', zeros: 2 })).slice(10 * 400), rest);
  assert.throws(() => plan(new Linear(4, 2), new LecunSplitInit({ layer: 'Linear', zeros: 2 })), /below 2/);
});

test('a host function: as many weights as asked for are normal, and the same seed gives the same', async () => {
  const values = await weights({ type: 'Sparse', density: 0.2, std: 2 });
  const kept = values.filter((value) => value !== 0);
  assert.ok(Math.abs(kept.length / values.length - 0.2) < 0.01, `${kept.length} of ${values.length}`);
  assert.ok(Math.abs(std(kept) / 2 - 1) < 0.02, `std ${std(kept)}`);
  assert.equal(await weights({ type: 'Sparse', density: 0.2, std: 2 }), values);
  assert.throws(() => new SparseInit({ density: 0 }), /above 0/);
});

/** Triangular's definition once more: Threefry-2x32 with 13 rounds on (key, index), and one float multiplication. */
function reference(key: string, index: number, reach: number): number {
  const [key1, key0] = [Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8), 16)];
  const schedule = [key0, key1, (key0 ^ key1 ^ 0x1bd11bda) >>> 0];
  let [x0, x1] = [(index + key0) >>> 0, key1];
  for (let round = 0; round < 13; round++) {
    const distance = [13, 15, 26, 6, 17, 29, 16, 24][round % 8] ?? 0;
    x0 = (x0 + x1) >>> 0;
    x1 = (((x1 << distance) | (x1 >>> (32 - distance))) ^ x0) >>> 0;
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    x0 = (x0 + (schedule[injection % 3] ?? 0)) >>> 0;
    x1 = (x1 + (schedule[(injection + 1) % 3] ?? 0) + injection) >>> 0;
  }
  return Math.fround(((x0 >>> 8) - (x1 >>> 8)) * Math.fround(reach * 2 ** -24));
}

test('an own kernel: bit for bit what its definition says, with the variance that it promises', async () => {
  const model = new Linear(400, 250);
  const rule = new TriangularInit({ layer: 'Linear', std: 0.5 });
  const { plan: made } = await initialize(model, rule, { seed: 3 });
  const step = made.steps[0];
  assert.ok(step !== undefined && step.law.kind === 'kernel');
  const reach = step.law.args[0] ?? 0;
  const values = model.weight.values();
  assert.is(values.length, 100_000);
  for (const [index, value] of values.entries()) {
    if (value !== reference(step.key, index, reach)) assert.is(value, reference(step.key, index, reach), `at ${index}`);
  }
  assert.ok(Math.abs(mean(values)) < 0.01 && Math.abs(std(values) / 0.5 - 1) < 0.01);
  assert.ok(values.every((value) => Math.abs(value) < reach));
});

test('the kernel has its twin for the GPU, which no device runs yet', async () => {
  const wgsl = await readFile(new URL('../native/triangular.wgsl', import.meta.url), 'utf8');
  assert.match(wgsl, /@compute @workgroup_size\(\d+\)\nfn fill\(/);
});

test('a plan with all three is JSON that another program carries out to the same bits', async () => {
  const rules = [
    { type: 'LecunSplit', layer: 'Linear' },
    { type: 'Sparse', layer: 'Linear' },
    { type: 'Triangular', layer: 'Linear' },
  ];
  for (const rule of rules) {
    const [here, there] = [new Linear(30, 20), new Linear(30, 20)];
    const { plan: made } = await initialize(here, rule, { seed: 9 });
    await execute(JSON.parse(JSON.stringify(made)) as Plan, there);
    assert.equal(there.weight.bytes, here.weight.bytes, rule.type);
  }
});

test('the program tells of each weight which law it has', async () => {
  const program = fileURLToPath(new URL('./main.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  for (const law of ['1568 × constant 0, then', 'host function Sparse', 'kernel examples.triangular(']) {
    assert.match(stdout, law);
  }
});

test.run();
