import { AdapterError } from '@incipit/core';
import { fieldOf, isLayer, type TensorFlow, type TfLayer } from './structural-types.js';
import {
  camelCase,
  isLayerJson,
  isObject,
  type JsonObject,
  type LayerJson,
  layerName,
  snakeCase,
} from './topology-format.js';
import { assertResolvable } from './topology-links.js';
import { makeLayer, optionsOf } from './topology-options.js';

/** A layer that tfjs can make, its initialisers set aside. */
export interface PreparedLayer {
  readonly name: string;
  readonly className: string;
  /** What tfjs is given: zeros wherever the file names an initialiser, because tfjs's own are slow and partly wrong. */
  readonly json: LayerJson;
  /** Field of the tfjs layer → the initialiser that the file names, or tfjs's own where it names none. */
  readonly initializers: Readonly<Record<string, unknown>>;
  /** What the file says of the forget gate; tfjs leaks four tensors for each layer that it starts at 1. */
  readonly unitForgetBias: boolean | undefined;
  readonly layers: readonly PreparedLayer[];
  readonly layer: PreparedLayer | undefined;
  readonly cell: PreparedLayer | undefined;
  readonly cells: readonly PreparedLayer[];
}

const ZEROS = { class_name: 'Zeros', config: {} };
const CONTAINERS: readonly string[] = ['Sequential', 'Functional', 'Model'];

/** Fields that Keras inherits and that mean nothing there. */
const IRRELEVANT: Readonly<Record<string, readonly string[]>> = {
  SeparableConv2D: ['kernel_initializer', 'kernel_regularizer', 'kernel_constraint'],
  DepthwiseConv2D: ['kernel_initializer', 'kernel_regularizer', 'kernel_constraint', 'filters'],
};

/**
 * Checks a layer and all below it against tfjs.
 *
 * @throws AdapterError `unknown-layer` or `unsupported-option`, naming the layer, its class and the option.
 */
export function prepareLayer(tf: TensorFlow, layer: unknown): PreparedLayer {
  if (!isLayerJson(layer)) {
    throw new AdapterError({
      code: 'not-a-topology',
      what: `A layer of the topology lacks its \`class_name\` or \`config\`: ${JSON.stringify(layer)?.slice(0, 120)}`,
    });
  }
  if (CONTAINERS.includes(layer.class_name)) return prepareContainer(tf, layer);
  if (tf.serialization.SerializationMap.getMap().classNameMap[layer.class_name] === undefined) {
    throw new AdapterError({
      code: 'unknown-layer',
      what: `tfjs has no layer class '${layer.class_name}', which layer '${layerName(layer)}' needs`,
      fix: 'use another layer, or register the class with `tf.serialization.registerClass`',
    });
  }
  return prepareSingle(tf, layer);
}

function prepareContainer(tf: TensorFlow, model: LayerJson): PreparedLayer {
  const config = model.config;
  const members = isObject(config) ? config['layers'] : config;
  if (!Array.isArray(members)) {
    throw new AdapterError({ code: 'not-a-topology', what: `The model '${layerName(model)}' has no list of layers` });
  }
  if (model.class_name !== 'Sequential') assertResolvable(model, members.filter(isLayerJson));
  const layers = members.map((member) => prepareLayer(tf, member));
  const pruned = layers.map((layer) => layer.json);
  return {
    ...described(model),
    json: { ...model, config: isObject(config) ? { ...config, layers: pruned } : pruned },
    layers,
  };
}

function described(layer: LayerJson): Omit<PreparedLayer, 'json'> {
  return {
    name: layerName(layer),
    className: layer.class_name,
    initializers: {},
    unitForgetBias: undefined,
    layers: [],
    layer: undefined,
    cell: undefined,
    cells: [],
  };
}

function prepareSingle(tf: TensorFlow, source: LayerJson): PreparedLayer {
  const part = (value: unknown): PreparedLayer | undefined =>
    isLayerJson(value) ? prepareLayer(tf, value) : undefined;
  const config = isObject(source.config) ? source.config : {};
  const layer = part(config['layer']);
  const cell = part(config['cell']);
  const cells = Array.isArray(config['cells']) ? config['cells'].map((item) => prepareLayer(tf, item)) : [];
  const unitForgetBias = config['unit_forget_bias'] === undefined ? undefined : config['unit_forget_bias'] !== false;
  const kept = Object.entries(config).filter(([key]) => IRRELEVANT[source.class_name]?.includes(key) !== true);
  const named = kept.filter(([key, value]) => key.endsWith('_initializer') && isNamed(value));
  const pruned: JsonObject = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(named.map(([key]) => [key, ZEROS])),
    ...regularizers(kept),
    ...(unitForgetBias === undefined ? {} : { unit_forget_bias: false }),
    ...(isLayerJson(config['dtype']) ? { dtype: policyName(config['dtype']) } : {}),
    ...(source.class_name === 'BatchNormalization' ? { axis: single(config['axis']) } : {}),
    ...(layer === undefined ? {} : { layer: layer.json }),
    ...(cell === undefined ? {} : { cell: cell.json }),
    ...(cells.length === 0 ? {} : { cells: cells.map((item) => item.json) }),
  };
  const made = makeLayer(tf, source, pruned);
  // A layer around a cell repeats the cell's options; they are the cell's to answer for.
  const unnamed = cell === undefined ? defaultInitializers(made, pruned) : {};
  const zeros = Object.fromEntries(Object.keys(unnamed).map((field) => [snakeCase(field), ZEROS]));
  return {
    ...described(source),
    json: { ...source, config: { ...pruned, ...zeros } },
    initializers: { ...unnamed, ...Object.fromEntries(named.map(([key, value]) => [camelCase(key), value])) },
    unitForgetBias,
    layer,
    cell,
    cells,
  };
}

/** The class's own initialisers where the file names none. */
function defaultInitializers(made: TfLayer, config: JsonObject): JsonObject {
  const cell = fieldOf(made, 'cell');
  const holder = isLayer(cell) ? cell : made;
  const fields = optionsOf(made).filter((field) => field.endsWith('Initializer') && !isNamed(config[snakeCase(field)]));
  return Object.fromEntries(fields.map((field) => [field, fieldOf(holder, field)]));
}

function isNamed(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Keras names `L1` and `L2` apart; tfjs knows their sum alone. */
function regularizers(entries: readonly (readonly [string, unknown])[]): JsonObject {
  const renamed = entries.filter(
    ([key, value]) => key.endsWith('_regularizer') && isLayerJson(value) && ['L1', 'L2'].includes(value.class_name),
  );
  return Object.fromEntries(
    renamed.map(([key, value]) => [
      key,
      { class_name: 'L1L2', config: { l1: 0, l2: 0, ...(isLayerJson(value) ? value.config : {}) } },
    ]),
  );
}

/** Keras writes a dtype as its name or as a policy of that name. */
function policyName(policy: LayerJson): unknown {
  return isObject(policy.config) ? policy.config['name'] : undefined;
}

/** Keras writes a normalised axis as `[3]`. */
function single(axis: unknown): unknown {
  return Array.isArray(axis) && axis.length === 1 ? axis[0] : (axis ?? -1);
}
