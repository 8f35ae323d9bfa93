import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BaseModule, initWeights, Parameter, updateInitInfo } from '../index.js';

class Linear extends BaseModule {
  static override readonly className = 'Linear';
  readonly weight = new Parameter([2, 2], { axes: ['out', 'in'] });
  readonly bias = new Parameter([3], { dtype: 'float16' });
}

test('a run notes which rule set each parameter', async () => {
  const module = new Linear({ type: 'Constant', layer: 'Linear', val: 1 });
  await initWeights(module);
  assert.is(module.weight.initInfo?.text, 'Constant, rule 0 of the model');
});

test('only parameters whose values changed since are noted anew, even when their mean is the same', async () => {
  const module = new Linear({ type: 'Constant', layer: 'Linear', val: 1 });
  await initWeights(module);
  assert.equal(updateInitInfo(module, 'nothing'), []);
  module.weight.set({ dtype: 'float32', shape: [2, 2], bytes: new Uint8Array(Float32Array.of(0, 2, 0, 2).buffer) });
  assert.equal(updateInitInfo(module, 'by hand'), ['weight']);
  assert.is(module.weight.initInfo?.text, 'by hand');
  assert.is(module.bias.initInfo?.text, 'Constant, rule 0 of the model');
  module.bias.bytes[5] = 1;
  assert.equal(updateInitInfo(module, 'the last byte'), ['bias']);
});

test('a change through bytes that were had before the run is seen too', async () => {
  const module = new Linear({ type: 'Constant', layer: 'Linear', val: 1 });
  const early = module.bias.bytes;
  await initWeights(module, { atomic: false });
  const { bytes } = module.weight;
  assert.equal(updateInitInfo(module, 'nothing'), []);
  early[0] = 1;
  bytes[0] = 1;
  const expected = module.bias.bytes === early ? ['weight', 'bias'] : ['weight'];
  assert.equal(updateInitInfo(module, 'by hand'), expected);
});

test('a run that fails leaves what was noted', async () => {
  const module = new Linear({ type: 'Constant', layer: 'Linear', val: 1 });
  await initWeights(module);
  const before = module.weight.initInfo;
  const kept = module.weight.keep();
  module.weight.set({ dtype: 'float32', shape: [2, 2], bytes: new Uint8Array(16) });
  kept.restore();
  assert.equal(module.weight.initInfo, before);
  assert.equal(updateInitInfo(module, 'nothing'), []);
});

test.run();
