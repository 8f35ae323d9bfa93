import { MODULE_OPTIONS } from '@incipit/core';
import { asQuestion, ConfigError, nearestNames, type OptionsSchema } from '@incipit/registry';
import { LAYER, required } from './layer-options.js';
import { applyLayer, type TfLayers, type TfSymbol } from './layers-namespace.js';
import type { TfLayer } from './structural-types.js';

const NAMES: OptionsSchema = {
  from: { type: 'union', of: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
};

/** Options of a `tfjs.Model`: a graph of layers, told in the order of the data. */
export const GRAPH_OPTIONS: OptionsSchema = {
  inputs: {
    type: 'object',
    required: true,
    description: 'Name of an input → its shape without the batch, or { shape, dtype }.',
  },
  layers: {
    type: 'array',
    required: true,
    minItems: 1,
    items: { type: 'object', options: { layer: required(LAYER), name: { type: 'string', minLength: 1 }, ...NAMES } },
    description: 'Each takes what `from` names: inputs or earlier layers; by default the one before.',
  },
  outputs: {
    type: 'union',
    of: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
    ],
    description: 'Names of what the model gives; default: its last layer. `name:1` is the second of several.',
  },
  name: { type: 'string', minLength: 1 },
  ...MODULE_OPTIONS,
};

interface Step {
  readonly layer: unknown;
  readonly name?: string;
  readonly from?: string | readonly string[];
}

/** A graph as the config tells it. */
export interface GraphConfig {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly layers: readonly Step[];
  readonly outputs?: string | readonly string[];
  readonly name?: string;
}

/** Makes the layer of a step from its config, with the step's name where it has none of its own. */
export type LayerMaker = (config: unknown, name: string | undefined) => TfLayer;

/**
 * Makes a functional model.
 *
 * @throws ConfigError `unknown-tensor` for a name that stands for nothing (yet), `repeated-name`, `bad-input`.
 */
export function makeGraph(tf: TfLayers, config: GraphConfig, make: LayerMaker): TfLayer {
  const values = new Map<string, TfSymbol | readonly TfSymbol[]>();
  let previous = '';
  for (const [name, input] of Object.entries(config.inputs)) {
    values.set(name, tf.input({ name, ...inputOf(name, input) } as never));
    previous = name;
  }
  const inputs = [...values.values()];
  for (const { layer: node, name, from = previous } of config.layers) {
    const layer = make(node, name);
    const step = name ?? layer.name;
    if (values.has(step)) {
      throw new ConfigError({ code: 'repeated-name', what: `two parts of a tfjs.Model have the name '${step}'` });
    }
    values.set(step, applyLayer(layer, oneOrAll([from].flat().map((source) => tensorOf(values, source)))));
    previous = step;
  }
  const outputs = [config.outputs ?? previous].flat().map((name) => tensorOf(values, name));
  const named = config.name === undefined ? {} : { name: config.name };
  return tf.model({ inputs: oneOrAll(inputs), outputs: oneOrAll(outputs), ...named } as never);
}

function inputOf(name: string, input: unknown): object {
  if (Array.isArray(input)) return { shape: [...input] };
  const { shape, dtype } = (input ?? {}) as { readonly shape?: unknown; readonly dtype?: unknown };
  if (Array.isArray(shape)) return { shape: [...shape], ...(dtype === undefined ? {} : { dtype }) };
  throw new ConfigError({
    code: 'bad-input',
    what: `the input '${name}' of a tfjs.Model has no shape`,
    expected: 'a list of extents without the batch, [32, 32, 3], or { shape, dtype }',
  });
}

function oneOrAll<T>(values: readonly T[]): T | readonly T[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

/** `head` is all that the head gives, `head:1` the second of it. */
function tensorOf(values: ReadonlyMap<string, TfSymbol | readonly TfSymbol[]>, name: string): TfSymbol {
  const whole = values.get(name);
  if (whole !== undefined && !Array.isArray(whole)) return whole;
  const at = name.lastIndexOf(':');
  const several = whole ?? values.get(name.slice(0, Math.max(at, 0)));
  const part = Array.isArray(several) && whole === undefined ? several[Number(name.slice(at + 1))] : undefined;
  if (part !== undefined) return part as TfSymbol;
  const known = [...values].flatMap(([key, value]) =>
    Array.isArray(value) ? value.map((_, index) => `${key}:${index}`) : [key],
  );
  throw new ConfigError({
    code: 'unknown-tensor',
    what: `'${name}' names nothing that stands before it in the tfjs.Model${asQuestion(nearestNames(name, known))}`,
    expected: `one of ${known.join(', ')}`,
  });
}
