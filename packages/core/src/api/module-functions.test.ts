import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  caffe2XavierInit,
  constantInit,
  type IncipitError,
  kaimingInit,
  Module,
  normalInit,
  Parameter,
  truncNormal_,
  truncNormalInit,
  uniformInit,
  xavierInit,
} from '../index.js';

class Linear extends Module {
  static override readonly className = 'Linear';
  readonly weight = new Parameter([100, 400], { axes: ['out', 'in'] });
  readonly bias = new Parameter([100]);
}

const bound = (module: Linear): number => Math.max(...module.weight.values().map(Math.abs));

test('each function sets the weight and the bias of the module and resolves to it', async () => {
  const module = new Linear();
  assert.is(await constantInit(module, { val: 2, bias: 3 }), module);
  assert.equal([module.weight.values()[0], module.bias.values()[0]], [2, 3]);
  await uniformInit(module, { a: 5, b: 6, bias: 1 });
  assert.ok(module.weight.values().every((value) => value >= 5 && value < 6));
  await truncNormalInit(module, { std: 1, a: -0.5, b: 0.5 });
  assert.ok(bound(module) <= 0.5 && bound(module) > 0.49);
  await normalInit(module, { mean: 100, std: 0.01 });
  assert.ok(module.weight.values().every((value) => Math.abs(value - 100) < 0.07));
});

// The bounds are those of torch.nn.init for a weight of shape [100, 400]; 40,000 draws come within 0.1% of them.
const UNIFORM: readonly (readonly [string, (module: Linear) => Promise<Linear>, number])[] = [
  ['xavierInit', (module) => xavierInit(module, { distribution: 'uniform' }), Math.sqrt(6 / 500)],
  ['kaimingInit', (module) => kaimingInit(module, { distribution: 'uniform', mode: 'fan_in' }), Math.sqrt(6 / 400)],
  ['caffe2XavierInit', (module) => caffe2XavierInit(module), Math.sqrt(3 / 400)],
];
for (const [name, run, expected] of UNIFORM) {
  test(`${name} draws up to the bound of its formula`, async () => {
    const found = bound(await run(new Linear()));
    assert.ok(found <= expected && found > 0.999 * expected, `${found} of ${expected}`);
  });
}

test('options of the run stand beside those of the initializer', async () => {
  const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => kaimingInit(new Linear(), { mode: 'fan_in', seed })));
  assert.equal(a?.weight.bytes, b?.weight.bytes);
  assert.not.equal(a?.weight.bytes, c?.weight.bytes);
});

test('truncNormal_ fills arrays, tensors and parameters in place, within their bounds', async () => {
  const array = new Float32Array(10_000);
  assert.is(await truncNormal_(array, 0, 1, -1, 2, { seed: 3 }), array);
  assert.ok(array.every((value) => value >= -1 && value <= 2));
  assert.ok(array.some((value) => value > 1.9) && array.some((value) => value < -0.95));
  const tensor = { dtype: 'bfloat16', shape: [4, 4], bytes: new Uint8Array(32) } as const;
  await truncNormal_(tensor);
  assert.ok(tensor.bytes.some((byte) => byte !== 0));
  const parameter = new Parameter([10_000]);
  await truncNormal_(parameter, 0, 1, -1, 2, { seed: 3 });
  assert.equal(parameter.values(), [...array]);
});

test('bounds in the wrong order are a typed error', async () => {
  const failure = await truncNormal_(new Float32Array(1), 0, 1, 2, -2).catch((error: unknown) => error as IncipitError);
  assert.is((failure as IncipitError).name, 'ConfigError');
});

test.run();
