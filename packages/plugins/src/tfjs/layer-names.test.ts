import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { automaticName, makeUnique, type NamedLayer, siblingNames } from './layer-names.js';

const test = suite('layer names');

const AUTOMATIC: readonly (readonly [NamedLayer, string])[] = [
  [{ name: 'dense_Dense3', className: 'Dense' }, 'dense_Dense'],
  [{ name: 'conv2d_Conv2D12', className: 'Conv2D' }, 'conv2d_Conv2D'],
  [{ name: 'p_re_lu_PReLU2', className: 'PReLU' }, 'p_re_lu_PReLU'],
  [
    { name: 'batch_normalization_BatchNormalization7', className: 'BatchNormalization' },
    'batch_normalization_BatchNormalization',
  ],
  [{ name: 'my_layer2_MyLayer21', className: 'MyLayer2' }, 'my_layer2_MyLayer2'],
  [{ name: 'private_my_layer__MyLayer4', className: '_MyLayer' }, 'private_my_layer__MyLayer'],
  [{ name: 'forward_lstm_LSTM5', className: 'LSTM', prefix: 'forward_' }, 'forward_lstm_LSTM'],
  [{ name: 'sequential_4', className: 'Sequential' }, 'sequential_'],
  [{ name: 'model3', className: 'Model' }, 'model'],
  [{ name: 'functional2', className: 'Functional' }, 'functional'],
  [{ name: 'input9', className: 'InputLayer' }, 'input'],
  [{ name: 'conv2d_Conv2D12_input', className: 'InputLayer' }, 'conv2d_Conv2D'],
];

for (const [layer, stem] of AUTOMATIC) {
  test(`'${layer.name}' of a ${layer.className} is automatic`, () => {
    assert.is(automaticName(layer)?.before, stem);
  });
}

const GIVEN: readonly NamedLayer[] = [
  { name: 'dense', className: 'Dense' },
  { name: 'dense_1', className: 'Dense' },
  { name: 'dense_Dense', className: 'Dense' },
  { name: 'dense_Dense01', className: 'Dense' },
  { name: 'dense_Dense3', className: 'Conv2D' },
  { name: 'head_Dense3', className: 'Dense' },
  { name: 'forward_lstm_LSTM5', className: 'LSTM' },
  { name: 'sequential', className: 'Sequential' },
  { name: 'model_1', className: 'Model' },
  { name: 'input_1', className: 'InputLayer' },
  { name: 'sequential_3', className: 'Sequential', given: true },
];

for (const layer of GIVEN) {
  test(`'${layer.name}' of a ${layer.className}${layer.given ? ' from a topology' : ''} is the user's`, () => {
    assert.is(automaticName(layer), undefined);
  });
}

const dense = (name: string): NamedLayer => ({ name, className: 'Dense' });

test('automatic names take their rank by creation, not by place', () => {
  const { names } = siblingNames([dense('dense_Dense9'), dense('mine'), dense('dense_Dense12'), dense('dense_Dense4')]);
  assert.equal(names, ['dense_Dense2', 'mine', 'dense_Dense3', 'dense_Dense1']);
});

test('counters beyond nine are compared as numbers', () => {
  assert.equal(siblingNames([dense('dense_Dense10'), dense('dense_Dense9')]).names, ['dense_Dense2', 'dense_Dense1']);
});

test('the two directions of a wrapper are ranked apart', () => {
  const { names, repeated } = siblingNames([
    { name: 'forward_lstm_LSTM5', className: 'LSTM', prefix: 'forward_' },
    { name: 'backward_lstm_LSTM5', className: 'LSTM', prefix: 'backward_' },
  ]);
  assert.equal(names, ['forward_lstm_LSTM1', 'backward_lstm_LSTM1']);
  assert.is(repeated.size, 0);
});

test('equal names get ordinals that are free, and are told', () => {
  const { names, repeated } = makeUnique(['d', 'd', 'd_2', 'd']);
  assert.equal(names, ['d', 'd_3', 'd_2', 'd_4']);
  assert.equal(
    [...repeated],
    [
      [1, 'd'],
      [3, 'd'],
    ],
  );
});

test.run();
