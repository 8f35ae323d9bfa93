import { MODULE_OPTIONS } from '@incipit/core';
import type { OptionSchema, OptionsSchema, OptionType } from '@incipit/registry';

/** Kinds of options that several layer classes of tfjs 4.22 share, as their `…LayerArgs` declare them. */

const DTYPES = ['float32', 'int32', 'bool'] as const;

export const NUMBER: OptionSchema = { type: 'number' };
export const INTEGER: OptionSchema = { type: 'integer' };
export const BOOLEAN: OptionSchema = { type: 'boolean' };
export const COUNT: OptionSchema = { type: 'integer', minimum: 1 };
export const FRACTION: OptionSchema = { type: 'number', minimum: 0, maximum: 1 };

/** An extent that is not known before data comes is `null`. */
export const SHAPE: OptionSchema = { type: 'array', items: { type: 'integer', minimum: 0, nullable: true } };

export function required(option: OptionSchema): OptionSchema {
  return { ...option, required: true };
}

export function oneOf(...values: string[]): OptionSchema {
  return { type: 'enum', values };
}

/** One value for every axis, or one for each. */
export function perAxis(axes: number | undefined, item: OptionType = COUNT): OptionSchema {
  const length = axes === undefined ? {} : { minItems: axes, maxItems: axes };
  return { type: 'union', of: [item, { type: 'array', items: item, ...length }] };
}

const MARGIN: OptionType = { type: 'integer', minimum: 0 };
const SIDES: OptionType = { type: 'tuple', items: [MARGIN, MARGIN] };

/** `2`, `[1, 2]` or `[[1, 2], [0, 1]]`: for both axes, for each, for each side. */
export const MARGINS: OptionSchema = {
  type: 'union',
  of: [MARGIN, SIDES, { type: 'tuple', items: [SIDES, SIDES] }],
};

/** `{ className, config }`, as tfjs writes its own objects. */
const SERIALIZED: OptionType = {
  type: 'object',
  options: { className: { type: 'string', minLength: 1, required: true }, config: { type: 'object' } },
};

function named(...names: string[]): OptionSchema {
  return { type: 'union', of: [{ type: 'enum', values: names }, SERIALIZED], nullable: true };
}

/** What a parameter takes when no rule of Incipit's speaks for it. */
const INITIALIZER: OptionSchema = named(
  // A 'constant' needs its value: { className: 'Constant', config: { value: 1 } }.
  ...['glorotNormal', 'glorotUniform', 'heNormal', 'heUniform', 'identity', 'leCunNormal', 'leCunUniform'],
  ...['ones', 'orthogonal', 'randomNormal', 'randomUniform', 'truncatedNormal', 'varianceScaling', 'zeros'],
);
const REGULARIZER: OptionSchema = named('l1l2');
const CONSTRAINT: OptionSchema = named('maxNorm', 'minMaxNorm', 'nonNeg', 'unitNorm');

export const ACTIVATION: OptionSchema = {
  type: 'enum',
  values: [
    ...['elu', 'gelu', 'gelu_new', 'hardSigmoid', 'linear', 'logSoftmax', 'mish', 'relu', 'relu6', 'selu', 'sigmoid'],
    ...['softmax', 'softplus', 'softsign', 'swish', 'tanh'],
  ],
  nullable: true,
};
export const DATA_FORMAT: OptionSchema = oneOf('channelsFirst', 'channelsLast');
/** `causal` is for sequences alone. */
export function padding(axes: number): OptionSchema {
  return axes === 1 ? oneOf('valid', 'same', 'causal') : oneOf('valid', 'same');
}

/** `kernelInitializer`, `kernelRegularizer` and `kernelConstraint` for each name. */
export function weights(...names: string[]): OptionsSchema {
  return Object.fromEntries(
    names.flatMap((name) => [
      [`${name}Initializer`, INITIALIZER],
      [`${name}Regularizer`, REGULARIZER],
      [`${name}Constraint`, CONSTRAINT],
    ]),
  );
}

export function initializers(...names: string[]): OptionsSchema {
  return Object.fromEntries(names.map((name) => [`${name}Initializer`, INITIALIZER]));
}

export const ACTIVITY: OptionsSchema = { activityRegularizer: REGULARIZER };

/** What tfjs takes as the name of a variable, which a layer's name is the beginning of. */
const TENSOR_NAME = '^[A-Za-z0-9][-A-Za-z0-9._/]*$';

/** Options of every layer; `init_cfg` is Incipit's. */
export const LAYER_OPTIONS: OptionsSchema = {
  name: { type: 'string', pattern: TENSOR_NAME, description: 'Segment of the paths of its parameters.' },
  trainable: BOOLEAN,
  dtype: oneOf(...DTYPES),
  inputShape: { ...SHAPE, description: 'Shape of one input, without the batch; for the first layer of a model.' },
  batchInputShape: SHAPE,
  batchSize: COUNT,
  inputDType: oneOf(...DTYPES),
  ...MODULE_OPTIONS,
};

/** A part that is a config of its own, or a layer. */
export const LAYER: OptionSchema = {
  type: 'config',
  registry: 'tfjs layer',
  lists: true,
  description: 'Config of a layer, or a layer.',
};
