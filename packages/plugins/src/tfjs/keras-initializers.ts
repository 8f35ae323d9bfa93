import { AdapterError, type ElementLaw, type Law, type Shape, TRUNCATED_STD } from '@incipit/core';
import type { WeightLayout } from './layer-table.js';
import { fieldOf, type TfLayer } from './structural-types.js';

/** A weight whose layer is asked for its own initialiser. */
export interface FreshWeight {
  /** The layer, or the cell of a recurrent layer. */
  readonly layer: TfLayer;
  readonly layout: WeightLayout;
  readonly shape: Shape;
  readonly path: string;
}

interface Request extends FreshWeight {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const SCALING_PRESETS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  VarianceScaling: {},
  GlorotUniform: { scale: 1, mode: 'fan_avg', distribution: 'uniform' },
  GlorotNormal: { scale: 1, mode: 'fan_avg', distribution: 'truncated_normal' },
  HeUniform: { scale: 2, mode: 'fan_in', distribution: 'uniform' },
  HeNormal: { scale: 2, mode: 'fan_in', distribution: 'truncated_normal' },
  LecunUniform: { scale: 1, mode: 'fan_in', distribution: 'uniform' },
  LecunNormal: { scale: 1, mode: 'fan_in', distribution: 'truncated_normal' },
  LeCunUniform: { scale: 1, mode: 'fan_in', distribution: 'uniform' },
  LeCunNormal: { scale: 1, mode: 'fan_in', distribution: 'truncated_normal' },
};

/** Laws of a whole matrix, which a gate of a fused bias cannot have. */
const MATRIX_LAWS: readonly string[] = ['Orthogonal', 'Identity'];

const ELEMENT_LAWS: Readonly<Record<string, (request: Request) => ElementLaw>> = {
  Zeros: () => ({ kind: 'constant', value: 0 }),
  Ones: () => ({ kind: 'constant', value: 1 }),
  Constant: (request) => ({ kind: 'constant', value: numberOption(request, 'value', 0) }),
  RandomUniform: (request) =>
    uniform(request, numberOption(request, 'minval', -0.05), numberOption(request, 'maxval', 0.05)),
  RandomNormal: (request) => normal(request, numberOption(request, 'mean', 0), numberOption(request, 'stddev', 0.05)),
  TruncatedNormal: (request) =>
    truncatedNormal(request, numberOption(request, 'mean', 0), numberOption(request, 'stddev', 0.05)),
  ...Object.fromEntries(Object.keys(SCALING_PRESETS).map((name) => [name, varianceScaling])),
};

/**
 * The law of a weight's own initialiser as Keras defines it: its fans, its correction of the truncated law's standard
 * deviation, its options as written, a 0 being a 0. The layer's `seed` is not used: the stream follows from the run's
 * seed and the weight's path, so that two layers never share one.
 *
 * @throws AdapterError `unknown-initializer` or `bad-initializer`, naming the layer and the class.
 */
export function fallbackLaw(weight: FreshWeight): { readonly law: Law; readonly source: string } | undefined {
  const initializer = fieldOf(weight.layer, weight.layout.initializer);
  if (typeof initializer !== 'object' || initializer === null) return undefined;
  const { className, config } = describeInitializer(initializer);
  const request: Request = { ...weight, className, config };
  return { law: lawWithForgetGate(request), source: `${weight.layout.initializer} ${className}` };
}

function describeInitializer(initializer: object): Pick<Request, 'className' | 'config'> {
  const methods = initializer as { getClassName(): string; getConfig(): Record<string, unknown> };
  return { className: methods.getClassName(), config: methods.getConfig() };
}

/** `unitForgetBias`: gates are the bias's own law, but the forget gate is 1. Absent means true, as in Keras. */
function lawWithForgetGate(request: Request): Law {
  const { gates = [], forgetGate } = request.layout;
  if (forgetGate === undefined || fieldOf(request.layer, 'unitForgetBias') === false) return lawOf(request);
  const units = (request.shape[0] ?? 0) / gates.length;
  const forget = gates.indexOf(forgetGate);
  const after = (gates.length - forget - 1) * units;
  return {
    kind: 'segments',
    segments: [
      { length: forget * units, law: elementLaw({ ...request, shape: [forget * units] }) },
      { length: units, law: { kind: 'constant', value: 1 } },
      { length: after, law: elementLaw({ ...request, shape: [after] }) },
    ],
  };
}

function lawOf(request: Request): Law {
  if (request.className === 'Orthogonal') return orthogonal(request);
  if (request.className === 'Identity') return identity(request);
  return elementLaw(request);
}

function elementLaw(request: Request): ElementLaw {
  const law = Object.hasOwn(ELEMENT_LAWS, request.className) ? ELEMENT_LAWS[request.className] : undefined;
  if (law !== undefined) return law(request);
  if (MATRIX_LAWS.includes(request.className)) throw badInitializer(request, 'an initializer of single elements');
  const known = [...Object.keys(ELEMENT_LAWS), ...MATRIX_LAWS];
  throw new AdapterError({
    code: 'unknown-initializer',
    what: `Layer '${request.layer.name}' (${request.layer.getClassName()}) starts its weight with '${request.className}', which Incipit does not know`,
    path: request.path,
    expected: `one of ${known.join(', ')}`,
    fix: `give the layer one of these as its \`${request.layout.initializer}\``,
  });
}

function orthogonal(request: Request): Law {
  const { shape } = request;
  if (shape.length < 2) throw badInitializer(request, 'a weight of at least two axes');
  // Keras keeps the last axis and flattens all the others.
  const rows = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
  return { kind: 'orthogonal', gain: numberOption(request, 'gain', 1), rows, columns: shape.at(-1) ?? 0 };
}

function identity(request: Request): Law {
  const [rows, columns] = request.shape;
  if (request.shape.length !== 2 || rows === undefined || columns === undefined) {
    throw badInitializer(request, 'a weight of two axes');
  }
  return { kind: 'identity', gain: numberOption(request, 'gain', 1), rows, columns };
}

function varianceScaling(request: Request): ElementLaw {
  const preset = SCALING_PRESETS[request.className] ?? {};
  const options = { ...request, config: { ...request.config, ...preset } };
  const scale = numberOption(options, 'scale', 1);
  if (scale < 0) throw badInitializer(request, 'a scale of at least 0');
  const variance = scale / Math.max(1, fanOf(options));
  const distribution = wordOption(options, 'distribution', 'truncatednormal');
  switch (distribution) {
    case 'uniform': {
      const limit = Math.sqrt(3 * variance);
      return uniform(request, -limit, limit);
    }
    case 'untruncatednormal':
      return normal(request, 0, Math.sqrt(variance));
    case 'normal':
    case 'truncatednormal':
      return truncatedNormal(request, 0, Math.sqrt(variance) / TRUNCATED_STD);
    default:
      throw badInitializer(request, 'a distribution of uniform, normal, truncated_normal or untruncated_normal');
  }
}

/** Keras's `compute_fans`: from the shape alone, the last two axes being in and out whatever the layer. */
function fanOf(request: Request): number {
  const { shape } = request;
  const receptive = shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  const last = shape.at(-1) ?? 1;
  const fanIn = receptive * (shape.at(-2) ?? last);
  const fanOut = receptive * last;
  switch (wordOption(request, 'mode', 'fanin')) {
    case 'fanin':
      return fanIn;
    case 'fanout':
      return fanOut;
    case 'fanavg':
      return (fanIn + fanOut) / 2;
    default:
      throw badInitializer(request, 'a mode of fan_in, fan_out or fan_avg');
  }
}

function uniform(request: Request, low: number, high: number): ElementLaw {
  if (low > high) throw badInitializer(request, 'a lower bound that is not above the upper one');
  return low === high ? { kind: 'constant', value: high } : { kind: 'uniform', low, high };
}

function normal(request: Request, mean: number, std: number): ElementLaw {
  if (std < 0) throw badInitializer(request, 'a standard deviation of at least 0');
  return std === 0 ? { kind: 'constant', value: mean } : { kind: 'normal', mean, std };
}

function truncatedNormal(request: Request, mean: number, std: number): ElementLaw {
  if (std < 0) throw badInitializer(request, 'a standard deviation of at least 0');
  if (std === 0) return { kind: 'constant', value: mean };
  return { kind: 'truncated-normal', mean, std, low: mean - 2 * std, high: mean + 2 * std };
}

function numberOption(request: Request, name: string, standard: number): number {
  const value = request.config[name] ?? standard;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw badInitializer(request, `a number as its '${name}'`);
}

/** An option's word without case and underscores: tfjs turns `fan_in` into `fanIn`. */
function wordOption(request: Request, name: string, standard: string): string {
  return String(request.config[name] ?? standard)
    .replaceAll('_', '')
    .toLowerCase();
}

function badInitializer(request: Request, expected: string): AdapterError {
  return new AdapterError({
    code: 'bad-initializer',
    what: `The ${request.layout.initializer} ${request.className} of layer '${request.layer.name}' (${request.layer.getClassName()}) cannot be used: ${JSON.stringify(request.config)} for shape [${request.shape.join(', ')}]`,
    path: request.path,
    expected,
  });
}
