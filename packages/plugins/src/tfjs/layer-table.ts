import type { Axis } from '@incipit/core';

/** What is known of one weight of a layer class. */
export interface WeightLayout {
  /** One name an axis, or `elementwise` for every axis, however many. */
  readonly axes: readonly Axis[] | 'elementwise';
  readonly role: string;
  /** Field of the layer that holds the weight's own initialiser. */
  readonly initializer: string;
  /** Equal parts fused along the last axis. */
  readonly gates?: readonly string[];
  /** The gate that starts at 1 when the layer's `unitForgetBias` says so. */
  readonly forgetGate?: string;
}

/** What is known of one layer class of tfjs. */
export interface LayerLayout {
  /** Base classes by which a rule may name it. `Conv2D` is not one of `Conv2DTranspose`'s, though tfjs derives it so. */
  readonly bases: readonly string[];
  /** Names of the same thing elsewhere, mostly torch's. */
  readonly aliases: readonly string[];
  readonly weights: Readonly<Record<string, WeightLayout>>;
}

const bias: WeightLayout = { axes: 'elementwise', role: 'bias', initializer: 'biasInitializer' };
const gamma: WeightLayout = { axes: 'elementwise', role: 'weight', initializer: 'gammaInitializer' };
const beta: WeightLayout = { axes: 'elementwise', role: 'bias', initializer: 'betaInitializer' };

function weight(initializer: string, ...axes: Axis[]): WeightLayout {
  return { axes, role: 'weight', initializer };
}

function kernel(...axes: Axis[]): WeightLayout {
  return weight('kernelInitializer', ...axes);
}

function recurrent(gates: readonly string[] | undefined, ...spatial: Axis[]): LayerLayout['weights'] {
  const fused = gates === undefined ? {} : { gates };
  const forget = gates?.includes('f') === true ? { forgetGate: 'f' } : {};
  return {
    kernel: { ...kernel(...spatial, 'in', 'out'), ...fused },
    recurrent_kernel: { ...weight('recurrentInitializer', ...spatial, 'in', 'out'), ...fused },
    bias: { ...bias, ...fused, ...forget },
  };
}

function convolution(alias: string, ...spatial: Axis[]): LayerLayout {
  return {
    bases: ['Conv', 'BaseConv'],
    aliases: [alias, '_ConvNd'],
    // channelsFirst changes the data's layout; the kernel's stays (spatial…, in, out).
    weights: { kernel: kernel(...spatial, 'in', 'out'), bias },
  };
}

function transposed(alias: string, ...spatial: Axis[]): LayerLayout {
  return {
    bases: ['Conv', 'BaseConv'],
    aliases: [alias, '_ConvTransposeNd', '_ConvNd'],
    weights: { kernel: kernel(...spatial, 'out', 'in'), bias },
  };
}

const LSTM_GATES = ['i', 'f', 'c', 'o'];
const GRU_GATES = ['z', 'r', 'h'];
const CELL = { bases: ['RNNCell'], aliases: ['RNNCellBase'] };
const RECURRENT = { bases: ['RNN'], aliases: ['RNNBase'], weights: {} };
const WRAPPER = { bases: ['Wrapper'], aliases: [], weights: {} };
const MODEL_BASES = ['Model', 'LayersModel', 'Container'];

/**
 * Every class of tfjs 4.22 that owns or holds weights: names by which rules find it, and what the axes of its weights
 * mean (read from each class's `build`). Aliases are this table, not inheritance.
 */
export const LAYERS: Readonly<Record<string, LayerLayout>> = {
  Dense: { bases: [], aliases: ['Linear'], weights: { kernel: kernel('in', 'out'), bias } },
  Conv1D: convolution('Conv1d', 'spatial'),
  Conv2D: convolution('Conv2d', 'spatial', 'spatial'),
  Conv3D: convolution('Conv3d', 'spatial', 'spatial', 'spatial'),
  Conv2DTranspose: transposed('ConvTranspose2d', 'spatial', 'spatial'),
  Conv3DTranspose: transposed('ConvTranspose3d', 'spatial', 'spatial', 'spatial'),
  DepthwiseConv2D: {
    bases: ['BaseConv'],
    aliases: ['Conv2d', '_ConvNd'],
    weights: { depthwise_kernel: weight('depthwiseInitializer', 'spatial', 'spatial', 'channel', 'multiplier'), bias },
  },
  SeparableConv2D: {
    bases: ['SeparableConv', 'Conv', 'BaseConv'],
    aliases: ['Conv2d', '_ConvNd'],
    weights: {
      depthwise_kernel: weight('depthwiseInitializer', 'spatial', 'spatial', 'channel', 'multiplier'),
      pointwise_kernel: weight('pointwiseInitializer', 'spatial', 'spatial', 'in', 'out'),
      bias,
    },
  },
  BatchNormalization: {
    bases: [],
    aliases: ['_BatchNorm', '_NormBase', 'BatchNorm1d', 'BatchNorm2d', 'BatchNorm3d', 'SyncBatchNorm'],
    weights: {
      gamma,
      beta,
      moving_mean: { axes: 'elementwise', role: 'running_mean', initializer: 'movingMeanInitializer' },
      moving_variance: { axes: 'elementwise', role: 'running_var', initializer: 'movingVarianceInitializer' },
    },
  },
  LayerNormalization: { bases: [], aliases: ['LayerNorm'], weights: { gamma, beta } },
  Embedding: {
    bases: [],
    aliases: [],
    weights: { embeddings: weight('embeddingsInitializer', 'vocabulary', 'embedding') },
  },
  PReLU: {
    bases: [],
    aliases: [],
    weights: { alpha: { axes: 'elementwise', role: 'weight', initializer: 'alphaInitializer' } },
  },
  SimpleRNNCell: { ...CELL, weights: recurrent(undefined) },
  LSTMCell: { ...CELL, weights: recurrent(LSTM_GATES) },
  GRUCell: { ...CELL, weights: recurrent(GRU_GATES) },
  ConvLSTM2DCell: { ...CELL, weights: recurrent(LSTM_GATES, 'spatial', 'spatial') },
  StackedRNNCells: { ...CELL, weights: {} },
  RNN: { bases: [], aliases: ['RNNBase'], weights: {} },
  SimpleRNN: RECURRENT,
  LSTM: RECURRENT,
  GRU: RECURRENT,
  ConvLSTM2D: { bases: ['ConvRNN2D', 'RNN'], aliases: ['RNNBase'], weights: {} },
  Bidirectional: WRAPPER,
  TimeDistributed: WRAPPER,
  Sequential: { bases: MODEL_BASES, aliases: [], weights: {} },
  Functional: { bases: MODEL_BASES, aliases: [], weights: {} },
  Model: { bases: MODEL_BASES.slice(1), aliases: [], weights: {} },
};

/** A layer's classes, its own first; the last one that the table knows tells the layout. */
export interface LayerKind {
  readonly types: readonly string[];
  readonly layout: LayerLayout | undefined;
}

/**
 * Names and layout of a layer's class. A class of the user's that derives from one of tfjs's has that one's too.
 *
 * Names come from the static `className`, never from `constructor.name`, which minifiers change.
 */
export function layerKind(layer: { getClassName(): string }): LayerKind {
  const names = [layer.getClassName()];
  let ctor: unknown = layer.constructor;
  while (typeof ctor === 'function' && !Object.hasOwn(LAYERS, names.at(-1) ?? '')) {
    const name = Object.hasOwn(ctor, 'className') ? (ctor as { className?: unknown }).className : undefined;
    if (typeof name === 'string' && !names.includes(name)) names.push(name);
    ctor = Object.getPrototypeOf(ctor);
  }
  const last = names.at(-1) ?? '';
  const layout = Object.hasOwn(LAYERS, last) ? LAYERS[last] : undefined;
  const all = [...names, ...(layout?.bases ?? []), ...(layout?.aliases ?? []), 'Layer', 'Module'];
  return { types: [...new Set(all)], layout };
}
