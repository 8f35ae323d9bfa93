import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lawMoments, type ProgressEvent } from '@incipit/core';
import { openSafetensors } from '@incipit/core/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { renderPlan } from './plan-table.js';
import { fillModel, loadModel, planModel, readDescription, writeModel } from './resnet50.js';
import { renderRules } from './rule-table.js';
import { PLAIN } from './style.js';

const test = suite('ResNet-50');

const folder = await mkdtemp(join(tmpdir(), 'incipit-resnet50-'));
test.after(() => rm(folder, { recursive: true }));

const model = await loadModel();
const made = await planModel(model, '42');
const events: ProgressEvent[] = [];
const report = await fillModel(made, model, (event) => events.push(event));

/** Keras's own list of variables, `conv1_conv/kernel:0`, as paths. */
async function kerasWeights(): Promise<ReadonlyMap<string, readonly number[]>> {
  const { weights } = await readDescription();
  return new Map(weights.map(({ name, shape }) => [name.replace(/:0$/, '').replaceAll('/', '.'), shape]));
}

test('sets every variable of Keras exactly once, in its shape', async () => {
  const expected = await kerasWeights();
  assert.equal(made.untouched, []);
  assert.equal(made.warnings, []);
  assert.is(made.steps.length, expected.size);
  assert.equal(new Map(made.steps.map(({ path, shape }) => [path, shape])), expected);
});

test('fills each parameter with its law: mean and std within 1% wherever there are enough elements', () => {
  let checked = 0;
  report.steps.forEach(({ path, elements, statistics }, index) => {
    const law = made.steps[index]?.law;
    assert.ok(law !== undefined && statistics !== undefined, path);
    const moments = lawMoments(law);
    assert.ok(moments !== undefined, path);
    if (elements <= 1e5 || moments.std === 0) return;
    checked += 1;
    assert.ok(Math.abs(statistics.std / moments.std - 1) < 0.01, `${path}: std ${statistics.std} for ${moments.std}`);
    assert.ok(Math.abs(statistics.mean) < 5 * (moments.std / Math.sqrt(elements)), `${path}: mean ${statistics.mean}`);
  });
  assert.ok(checked > 30, `${checked} parameters are large`);
});

test('gives the values that the config asks for', () => {
  const measured = (path: string) => report.steps.find((step) => step.path === path)?.statistics;
  assert.equal(measured('conv1_bn.gamma'), { mean: 1, std: 0, min: 1, max: 1 });
  assert.equal(measured('conv1_bn.moving_variance'), { mean: 1, std: 0, min: 1, max: 1 });
  assert.equal(measured('conv1_conv.bias'), { mean: 0, std: 0, min: 0, max: 0 });
  // A class probability of 0.01 is a logit of -log(99).
  assert.ok(Math.abs((measured('predictions.bias')?.mean ?? 0) + Math.log(99)) < 1e-6);
});

test('reports progress once a parameter, up to the last element', () => {
  assert.is(events.length, made.steps.length);
  const last = events.at(-1);
  assert.equal([last?.done, last?.elementsDone], [last?.total, last?.elementsTotal]);
  assert.is(last?.elementsTotal, 25_636_712);
});

test('writes a file that holds every variable, and the same bytes for a model built again', async () => {
  const files = [join(folder, 'a.safetensors'), join(folder, 'b.safetensors')] as const;
  await writeModel(files[0], made, model);
  const again = await loadModel();
  const madeAgain = await planModel(again, '42');
  assert.equal(madeAgain, made);
  await fillModel(madeAgain, again, () => {});
  await writeModel(files[1], madeAgain, again);
  assert.ok((await readFile(files[0])).equals(await readFile(files[1])));
  const file = await openSafetensors(files[0]);
  await file.close();
  const shapes = Object.entries(file.header.tensors).map(([name, { shape }]) => [name, shape] as const);
  assert.equal(new Map(shapes), await kerasWeights());
  assert.is(file.header.metadata['plan_hash'], made.hash);
});

for (const [title, text] of [
  ['the plan in short', renderPlan(made, PLAIN, false)],
  ['the whole plan', renderPlan(made, PLAIN, true)],
  ['the rules', renderRules(report, PLAIN)],
] as const) {
  test(`${title} fits a terminal of 120 columns`, () => {
    for (const line of text.split('\n')) assert.ok(line.length <= 120, `${line.length}: ${line}`);
  });
}

test('the whole plan has a line for each parameter', () => {
  const lines = renderPlan(made, PLAIN, true).split('\n');
  assert.is(lines.length, made.steps.length + 2);
  assert.ok(lines.some((line) => /conv1_conv\.kernel .*Kaiming init\.yaml:5$/.test(line)));
});

test.run();
