// `npm run verify:tfjs-node` starts this with the folder that holds @tensorflow/tfjs-node: the node backend, for real.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { initialize } from '@incipit/core';
import { ADAPTER_CASES } from '@incipit/core/testing';
import type * as TensorFlow from '@tensorflow/tfjs';
import { tfjs } from '../adapter.js';
import { ADAPTER_KINDS, nestedModel } from './adapter-kinds.js';

const [folder = '.'] = process.argv.slice(2);
const tf = createRequire(join(folder, 'package.json'))('@tensorflow/tfjs-node') as typeof TensorFlow;
const failures: string[] = [];

async function check(name: string, action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    failures.push(`${name}: ${String(error)}`);
  }
}

function assertSame(what: string, actual: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: ${one}, not ${other}`);
}

/** The values of all weights of a model that was initialised on a backend. */
async function valuesOn(backend: string): Promise<readonly string[]> {
  await tf.setBackend(backend);
  const model = nestedModel(tf);
  const { numTensors, numBytes } = tf.memory();
  await initialize(tfjs(tf, model), { type: 'TruncNormal', layer: ['Dense', 'LSTM'], std: 0.1 }, { seed: 9 });
  assertSame(`tensors left on ${backend}`, [tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes]);
  const input = tf.ones([1, 3, 4]);
  tf.dispose([input, model.predict(input)]);
  const adapter = tfjs(tf, model);
  const values: string[] = [];
  for (const { path } of adapter.tree().children.flatMap(({ parameters }) => parameters)) {
    values.push(`${path} ${Buffer.from((await adapter.read(path)).bytes).toString('hex')}`);
  }
  return values;
}

await check('the backend', () => assertSame('the active one', tf.getBackend(), 'tensorflow'));
for (const [kind, make] of Object.entries(ADAPTER_KINDS)) {
  for (const { name, check: holds } of ADAPTER_CASES) await check(`${kind}: ${name}`, () => holds(make(tf)));
}
await check('bits', async () => assertSame('the values', await valuesOn('tensorflow'), await valuesOn('cpu')));
const count = Object.keys(ADAPTER_KINDS).length;
process.stdout.write(
  failures.length === 0
    ? `tfjs-node ${tf.version['tfjs-core']}: ${ADAPTER_CASES.length} cases of adapters hold for ${count} kinds of models, with the bits of the cpu backend\n`
    : `${failures.join('\n')}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
