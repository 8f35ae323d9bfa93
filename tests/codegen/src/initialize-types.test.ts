import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createUserProject } from './compile.js';

const test = suite('the compiler');

const HEAD = `
import { initialize, plan } from '@incipit/core';
import { tfjs } from '@incipit/plugins/tfjs';
import * as tf from '@tensorflow/tfjs';
const model = tfjs(tf, tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] }));
`.trim();

/** What a user writes, and what the message must hold; the message must point into the mistake. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ["initialize(model, { type: 'Kaiming', moed: 'fan_in' })", 'moed', "'moed' does not exist"],
  ["initialize(model, [{ type: 'Kaiming', moed: 'fan_in' }])", 'moed', "'moed' does not exist"],
  ["initialize(model, { init_cfg: [{ type: 'Kaiming', moed: 'fan_in' }] })", 'moed', "'moed' does not exist"],
  ["initialize(model, [{ type: 'Kaiming' }, { type: 'Normal', std: '3' }])", 'std', "'string' is not assignable"],
  ["initialize(model, { type: 'Kaimin' })", 'type', '"Kaimin"'],
  ["initialize(model, { type: 'Kaiming', mode: 'fan_inn' })", '{', "'mode'"],
  ["plan(model, { type: 'Kaiming', moed: 'fan_in' })", 'moed', "'moed' does not exist"],
];

test('names the key of a mistake in a config that is passed to initialize, and points at it', async () => {
  const project = await createUserProject(['@incipit/core', '@incipit/plugins', '@tensorflow/tfjs']);
  try {
    const calls = MISTAKES.map(([call]) => `void ${call};`);
    const above = HEAD.split('\n').length;
    await project.write('src/it.ts', `${HEAD}\n${calls.join('\n')}\n`);
    const output = (await project.compile()).join('\n');
    for (const [index, [call, at, said]] of MISTAKES.entries()) {
      const [, column = '1', message = ''] =
        new RegExp(`^src/it\\.ts\\(${above + 1 + index},(\\d+)\\): ((?:.*\\n?(?!src/))*)`, 'm').exec(output) ?? [];
      assert.ok(message.includes(said), `${call}: ${message}`);
      assert.ok(`void ${call}`.slice(Number(column) - 1).startsWith(at), `${call}: ${message}`);
    }
  } finally {
    await project.dispose();
  }
});

test.run();
