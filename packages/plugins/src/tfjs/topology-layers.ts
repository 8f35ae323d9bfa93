import { AdapterError } from '@incipit/core';
import { fieldOf, isLayer, type TensorFlow, type TfLayer } from './structural-types.js';
import {
  camelCase,
  isLayerJson,
  isObject,
  type JsonObject,
  type LayerJson,
  layerName,
  toTfjsConfig,
} from './topology-format.js';
import { assertResolvable } from './topology-links.js';

/** A layer that tfjs can make, its initialisers set aside. */
export interface PreparedLayer {
  readonly name: string;
  readonly className: string;
  /** What tfjs is given: zeros wherever the file names an initialiser, because tfjs's own are slow and partly wrong. */
  readonly json: LayerJson;
  /** Field of the tfjs layer → the initialiser that the file names. */
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

/** Options that do not change what a layer computes, whatever their value. */
const HARMLESS: ReadonlySet<string> = new Set([
  'name',
  'trainable',
  'dtype',
  'seed',
  'implementation',
  'autocast',
  'fused',
  'use_cudnn',
  'build_config',
  'build_input_shape',
  'batch_input_shape',
  'input_length',
  'input_dim',
]);

/** Values that say no more than tfjs does anyway, for options that it does not have. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  groups: 1,
  negative_slope: 0,
  threshold: 0,
  data_format: 'channels_last',
  interpolation: 'nearest',
  dilation_rate: 1,
  unit_forget_bias: true,
  rank: 1,
};

const DTYPES: readonly string[] = ['float32', 'int32', 'bool'];

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
    isLayerJson(value) && !isInitializerLike(value) ? prepareLayer(tf, value) : undefined;
  const config = isObject(source.config) ? source.config : {};
  const layer = part(config['layer']);
  const cell = part(config['cell']);
  const cells = Array.isArray(config['cells']) ? config['cells'].map((item) => prepareLayer(tf, item)) : [];
  const unitForgetBias = config['unit_forget_bias'] === undefined ? undefined : config['unit_forget_bias'] !== false;
  const kept = Object.entries(config).filter(([key]) => IRRELEVANT[source.class_name]?.includes(key) !== true);
  const named = kept.filter(([key, value]) => key.endsWith('_initializer') && value !== null && value !== undefined);
  const pruned: JsonObject = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(named.map(([key]) => [key, ZEROS])),
    ...regularizers(kept),
    ...(unitForgetBias === undefined ? {} : { unit_forget_bias: false }),
    ...(source.class_name === 'BatchNormalization' ? { axis: single(config['axis']) } : {}),
    ...(layer === undefined ? {} : { layer: layer.json }),
    ...(cell === undefined ? {} : { cell: cell.json }),
    ...(cells.length === 0 ? {} : { cells: cells.map((item) => item.json) }),
  };
  assertOptions(tf, source, pruned);
  const initializers = Object.fromEntries(named.map(([key, value]) => [camelCase(key), value]));
  return {
    ...described(source),
    json: { ...source, config: pruned },
    initializers,
    unitForgetBias,
    layer,
    cell,
    cells,
  };
}

function isInitializerLike(value: LayerJson): boolean {
  return typeof value['module'] === 'string' && value['module'].endsWith('initializers');
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

/** Keras writes a normalised axis as `[3]`. */
function single(axis: unknown): unknown {
  return Array.isArray(axis) && axis.length === 1 ? axis[0] : (axis ?? -1);
}

function assertOptions(tf: TensorFlow, source: LayerJson, config: JsonObject): void {
  const layer = makeLayer(tf, source, config);
  const getConfig = fieldOf(layer, 'getConfig') as () => JsonObject;
  const known = new Set(Object.keys(getConfig.call(layer)));
  for (const [key, value] of Object.entries(config)) {
    if (!isHarmless(key, value, known)) throw unsupportedOption(source, key, value);
  }
}

function isHarmless(key: string, value: unknown, known: ReadonlySet<string>): boolean {
  if (value === null || value === undefined || value === false) return true;
  if (key === 'dtype') return isKnownDtype(value);
  // tfjs stores it, then refuses to run the layer.
  if (key === 'activity_regularizer') return false;
  if (known.has(camelCase(key)) || HARMLESS.has(key)) return true;
  return Object.hasOwn(NEUTRAL, key) && [value].flat().every((item) => item === NEUTRAL[key]);
}

function isKnownDtype(value: unknown): boolean {
  const policy = isLayerJson(value) && isObject(value.config) ? value.config['name'] : value;
  return typeof policy === 'string' && DTYPES.includes(policy);
}

/** Makes the layer without building it: no weights yet, so it costs nothing. */
function makeLayer(tf: TensorFlow, source: LayerJson, config: JsonObject): TfLayer {
  const attempt = (options: JsonObject): TfLayer => {
    const [layerClass, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[source.class_name] ?? [];
    const made = fromConfig?.(layerClass as never, toTfjsConfig(options) as never);
    if (isLayer(made)) return made;
    throw new AdapterError({ code: 'unknown-layer', what: `'${source.class_name}' is not a layer class of tfjs` });
  };
  try {
    return attempt(config);
  } catch (cause) {
    const culprit = Object.keys(config).find((key) => {
      try {
        attempt(Object.fromEntries(Object.entries(config).filter(([name]) => name !== key)));
        return true;
      } catch {
        // Still refused: this option is not the only cause.
        return false;
      }
    });
    throw unsupportedOption(source, culprit, culprit === undefined ? undefined : config[culprit], cause);
  }
}

function unsupportedOption(source: LayerJson, key?: string, value?: unknown, cause?: unknown): AdapterError {
  const option = key === undefined ? 'an option' : `the option \`${key}\` = ${JSON.stringify(value)}`;
  const reason = cause instanceof Error ? `: ${cause.message.split('\n')[0]}` : '';
  return new AdapterError({
    code: 'unsupported-option',
    what: `tfjs cannot make layer '${layerName(source)}' (${source.class_name}) with ${option}${reason}`,
    fix: key === undefined ? 'correct the layer in the topology' : `set \`${key}\` to what tfjs supports, or remove it`,
    ...(cause === undefined ? {} : { cause }),
  });
}
