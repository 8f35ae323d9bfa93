import type { OptionSchema, OptionsSchema } from '@incipit/registry';
import {
  ACTIVATION,
  ACTIVITY,
  BOOLEAN,
  COUNT,
  DATA_FORMAT,
  FRACTION,
  INTEGER,
  initializers,
  LAYER,
  LAYER_OPTIONS,
  MARGINS,
  NUMBER,
  oneOf,
  padding,
  perAxis,
  required,
  SHAPE,
  weights,
} from './layer-options.js';

/** What tfjs declares and then refuses to do. */
const NEVER: OptionSchema = { type: 'enum', values: [false] };

/** A width by up to so much smaller or larger, or within two such bounds. */
const FACTOR: OptionSchema = {
  type: 'union',
  of: [
    { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    { type: 'array', items: { type: 'number', minimum: -1 }, minItems: 2, maxItems: 2 },
  ],
};

function convolution(axes: number): OptionsSchema {
  return {
    kernelSize: required(perAxis(axes)),
    strides: perAxis(axes),
    padding: padding(axes),
    dataFormat: DATA_FORMAT,
    dilationRate: perAxis(axes),
    activation: ACTIVATION,
    useBias: BOOLEAN,
    ...weights('kernel', 'bias'),
    ...ACTIVITY,
  };
}

function withFilters(axes: number): OptionsSchema {
  return { filters: required(COUNT), ...convolution(axes) };
}

function pooling(axes: number): OptionsSchema {
  const spatial = axes === 1 ? {} : { dataFormat: DATA_FORMAT };
  return { poolSize: perAxis(axes), strides: { ...perAxis(axes), nullable: true }, padding: padding(2), ...spatial };
}

const GLOBAL_POOLING: OptionsSchema = { dataFormat: DATA_FORMAT };
const RATE: OptionsSchema = { rate: required(FRACTION) };

/** What all cells share; `units` or `filters` comes on top. */
const RECURRENCE: OptionsSchema = {
  activation: ACTIVATION,
  useBias: BOOLEAN,
  ...weights('kernel', 'recurrent', 'bias'),
  dropout: FRACTION,
  recurrentDropout: FRACTION,
};
const SIMPLE_CELL: OptionsSchema = { units: required(COUNT), ...RECURRENCE };
const GATED: OptionsSchema = { recurrentActivation: ACTIVATION, implementation: INTEGER };
const FORGETFUL: OptionsSchema = { ...GATED, unitForgetBias: BOOLEAN };
const CONVOLVED: OptionsSchema = {
  filters: required(COUNT),
  kernelSize: required(perAxis(2)),
  strides: perAxis(2),
  padding: padding(2),
  dataFormat: DATA_FORMAT,
  dilationRate: perAxis(2),
  ...RECURRENCE,
  ...FORGETFUL,
};
const SEQUENCE: OptionsSchema = {
  returnSequences: BOOLEAN,
  returnState: BOOLEAN,
  goBackwards: BOOLEAN,
  stateful: BOOLEAN,
  unroll: BOOLEAN,
  inputDim: COUNT,
  inputLength: COUNT,
};
const NORMALIZATION: OptionsSchema = { epsilon: NUMBER, center: BOOLEAN, scale: BOOLEAN };

/** Each class's own options; those of every layer are added below. */
const OWN: Readonly<Record<string, OptionsSchema>> = {
  InputLayer: { sparse: BOOLEAN },
  ReLU: { maxValue: NUMBER },
  LeakyReLU: { alpha: NUMBER },
  PReLU: { ...weights('alpha'), sharedAxes: perAxis(undefined) },
  ELU: { alpha: { type: 'number', minimum: 1, maximum: 1 } },
  ThresholdedReLU: { theta: NUMBER },
  Softmax: { axis: perAxis(undefined, INTEGER) },
  Conv1D: withFilters(1),
  Conv2D: withFilters(2),
  Conv3D: withFilters(3),
  Conv2DTranspose: withFilters(2),
  Conv3DTranspose: withFilters(3),
  SeparableConv2D: {
    filters: required(COUNT),
    ...withoutKernel(convolution(2)),
    depthMultiplier: COUNT,
    ...weights('depthwise', 'pointwise'),
  },
  DepthwiseConv2D: { ...withoutKernel(convolution(2)), depthMultiplier: COUNT, ...weights('depthwise') },
  Cropping2D: { cropping: required(MARGINS), dataFormat: DATA_FORMAT },
  UpSampling2D: {
    size: { type: 'array', items: COUNT, minItems: 2, maxItems: 2 },
    dataFormat: DATA_FORMAT,
    interpolation: oneOf('nearest', 'bilinear'),
  },
  ZeroPadding2D: { padding: MARGINS, dataFormat: DATA_FORMAT },
  RNN: { cell: required(LAYER), ...SEQUENCE },
  SimpleRNNCell: SIMPLE_CELL,
  SimpleRNN: { ...SIMPLE_CELL, ...SEQUENCE },
  GRUCell: { ...SIMPLE_CELL, ...GATED, resetAfter: NEVER },
  GRU: { ...SIMPLE_CELL, ...GATED, ...SEQUENCE, resetAfter: NEVER },
  LSTMCell: { ...SIMPLE_CELL, ...FORGETFUL },
  LSTM: { ...SIMPLE_CELL, ...FORGETFUL, ...SEQUENCE },
  StackedRNNCells: { cells: required({ type: 'array', items: LAYER, minItems: 1 }) },
  ConvLSTM2DCell: CONVOLVED,
  ConvLSTM2D: { ...CONVOLVED, ...SEQUENCE, unroll: NEVER },
  Dropout: { ...RATE, noiseShape: SHAPE, seed: INTEGER },
  SpatialDropout1D: { ...RATE, seed: INTEGER },
  GaussianNoise: { stddev: required(NUMBER) },
  GaussianDropout: RATE,
  AlphaDropout: { ...RATE, noiseShape: SHAPE },
  Dense: {
    units: required(COUNT),
    activation: ACTIVATION,
    useBias: BOOLEAN,
    inputDim: COUNT,
    ...weights('kernel', 'bias'),
    ...ACTIVITY,
  },
  Flatten: { dataFormat: DATA_FORMAT },
  Activation: { activation: required(ACTIVATION) },
  RepeatVector: { n: required(COUNT) },
  // An extent below 0, or `null`, is worked out from the others.
  Reshape: { targetShape: required({ type: 'array', items: { type: 'integer', nullable: true } }) },
  Permute: { dims: required({ type: 'array', items: COUNT, minItems: 1 }) },
  Masking: { maskValue: NUMBER },
  Embedding: {
    inputDim: required(COUNT),
    outputDim: required(COUNT),
    ...weights('embeddings'),
    ...ACTIVITY,
    maskZero: BOOLEAN,
    inputLength: perAxis(undefined),
  },
  Add: {},
  Multiply: {},
  Average: {},
  Maximum: {},
  Minimum: {},
  Concatenate: { axis: INTEGER },
  Dot: { axes: required(perAxis(2, INTEGER)), normalize: BOOLEAN },
  BatchNormalization: {
    axis: INTEGER,
    momentum: FRACTION,
    ...NORMALIZATION,
    ...weights('gamma', 'beta'),
    ...initializers('movingMean', 'movingVariance'),
  },
  LayerNormalization: { axis: perAxis(undefined, INTEGER), ...NORMALIZATION, ...withoutConstraints('gamma', 'beta') },
  MaxPooling1D: pooling(1),
  AveragePooling1D: pooling(1),
  MaxPooling2D: pooling(2),
  AveragePooling2D: pooling(2),
  MaxPooling3D: pooling(3),
  AveragePooling3D: pooling(3),
  GlobalAveragePooling1D: {},
  GlobalMaxPooling1D: {},
  GlobalAveragePooling2D: GLOBAL_POOLING,
  GlobalMaxPooling2D: GLOBAL_POOLING,
  TimeDistributed: { layer: required(LAYER) },
  Bidirectional: { layer: required(LAYER), mergeMode: { ...oneOf('sum', 'mul', 'concat', 'ave'), nullable: true } },
  Rescaling: { scale: required(NUMBER), offset: NUMBER },
  CenterCrop: { height: required(COUNT), width: required(COUNT) },
  CategoryEncoding: {
    numTokens: required(COUNT),
    outputMode: oneOf('int', 'oneHot', 'multiHot', 'count', 'tfIdf'),
  },
  Resizing: {
    height: required(COUNT),
    width: required(COUNT),
    interpolation: oneOf('bilinear', 'nearest'),
    cropToAspectRatio: BOOLEAN,
  },
  RandomWidth: {
    factor: required(FACTOR),
    interpolation: oneOf('bilinear', 'nearest'),
    seed: INTEGER,
    autoVectorize: BOOLEAN,
  },
};

/** The options of every layer class of tfjs 4.22 by its class name; containers are made otherwise. */
export const LAYER_SCHEMAS: Readonly<Record<string, OptionsSchema>> = Object.fromEntries(
  Object.entries(OWN).map(([name, own]) => [name, { ...own, ...LAYER_OPTIONS }]),
);

/** Kernels in two steps have none of the one name. */
function withoutKernel(options: OptionsSchema): OptionsSchema {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !/^kernel(Initializer|Regularizer|Constraint)$/.test(name)),
  );
}

function withoutConstraints(...names: string[]): OptionsSchema {
  return Object.fromEntries(Object.entries(weights(...names)).filter(([name]) => !name.endsWith('Constraint')));
}
