import { AdapterError } from '@incipit/core';

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** One layer of a topology as Keras and tfjs write it. */
export interface LayerJson extends JsonObject {
  readonly class_name: string;
  /** An array of layers in a `Sequential` of old. */
  readonly config: JsonObject | readonly unknown[];
}

/** A topology without what may stand around it. */
export interface Topology {
  readonly root: LayerJson;
  /** True when tfjs wrote it: names such as `sequential_2` are then its own counters. */
  readonly writtenByTfjs: boolean;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isLayerJson(value: unknown): value is LayerJson {
  return (
    isObject(value) &&
    typeof value['class_name'] === 'string' &&
    (isObject(value['config']) || Array.isArray(value['config']))
  );
}

/** A layer's name, which stands beside its config, in it, or both. */
export function layerName(layer: LayerJson): string {
  const inner = isObject(layer.config) ? layer.config['name'] : undefined;
  const name = inner ?? layer['name'];
  return typeof name === 'string' ? name : '(unnamed)';
}

/** `max_value` → `maxValue`, as tfjs spells options. */
export function camelCase(text: string): string {
  return text.length <= 1 ? text : text.replace(/_+([A-Za-z0-9]?)/g, (_, next: string) => next.toUpperCase());
}

/** `maxValue` → `max_value`. */
export function snakeCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Fields that name layers. */
const LINKS: readonly string[] = ['inbound_nodes', 'input_layers', 'output_layers'];

/** A config in tfjs's spelling: keys and words in camel case, names as they are. */
export function toTfjsConfig(value: unknown, key: string = ''): unknown {
  if (LINKS.includes(key)) return value;
  if (typeof value === 'string') return key === 'name' ? value : camelCase(value);
  if (Array.isArray(value)) return value.map((item) => toTfjsConfig(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camelCase(name), toTfjsConfig(inner, name)]));
}

/**
 * Finds the topology in a tfjs `model.json`, in `{ modelTopology }`, in a whole Keras model's `model_config`, or bare.
 *
 * @throws AdapterError `not-a-topology`.
 */
export function unwrapTopology(json: unknown): Topology {
  const outer = isObject(json) && json['modelTopology'] !== undefined ? json['modelTopology'] : json;
  const wrapped = isObject(outer) ? outer['model_config'] : undefined;
  const root = wrapped === undefined ? outer : typeof wrapped === 'string' ? JSON.parse(wrapped) : wrapped;
  if (!isLayerJson(root)) throw notATopology(json);
  const backend = root['backend'] ?? (isObject(outer) ? outer['backend'] : undefined);
  return { root, writtenByTfjs: backend === 'tensor_flow.js' };
}

function notATopology(json: unknown): AdapterError {
  const graph = isObject(json) && json['format'] === 'graph-model';
  const keys = isObject(json)
    ? `an object with the keys ${Object.keys(json).slice(0, 8).join(', ')}`
    : `a ${typeof json}`;
  return new AdapterError({
    code: 'not-a-topology',
    what: graph ? 'A graph model of tfjs has no layers' : `${keys} is not a model's topology`,
    expected: "a tfjs `model.json` of a layers model, a `{ modelTopology }` or Keras 2's `to_json()`",
    fix: graph ? 'convert the model as a tfjs layers model' : 'pass the parsed JSON of one of these',
  });
}
