import { AdapterError } from '@incipit/core';
import { assertTensorFlow } from './adapter.js';
import { GIVEN_NAME } from './outline.js';
import { fieldOf, isLayer, type TensorFlow, type TfLayer } from './structural-types.js';
import { camelCase, isObject, type JsonObject, toTfjsConfig, unwrapTopology } from './topology-format.js';
import { type PreparedLayer, prepareLayer } from './topology-layers.js';

/**
 * Builds a tfjs model from a topology alone: every weight exists and is zero.
 *
 * Fast, because tfjs's own initialisers never run (its orthogonal one takes half a minute for an LSTM of 128 units).
 * Each layer keeps the initialiser that the file names, with its options as written: a `stddev` or `minval` of 0 stays
 * 0, and a separable layer's pointwise kernel keeps its own, both of which tfjs loses. Use the model with
 * `tfjs(tf, model, { fresh: true })`.
 *
 * @param json a tfjs `model.json` (its weights are not read), a `{ modelTopology }`, or Keras 2's `to_json()`, parsed.
 * @throws AdapterError `not-a-topology`, `unsupported-topology` (Keras 3), `broken-topology`, `unknown-layer`,
 * `unsupported-option`, or `unbuildable-topology` with tfjs's own error as cause.
 *
 * @example
 * ```ts
 * const model = await loadTopology(tf, JSON.parse(await readFile('model.json', 'utf8')));
 * await initialize(tfjs(tf, model, { fresh: true }), { type: 'Kaiming', layer: 'Conv2D' }, { seed: 42 });
 * ```
 */
export async function loadTopology<Model extends TfLayer>(tf: TensorFlow<Model>, json: unknown): Promise<Model> {
  assertTensorFlow(tf);
  const topology = unwrapTopology(json);
  const prepared = prepareLayer(tf, topology.root);
  if (prepared.layers.length === 0) {
    throw new AdapterError({ code: 'not-a-topology', what: `'${prepared.className}' is not a model, or it is empty` });
  }
  const model = await build(tf, prepared);
  restore(model, prepared, !topology.writtenByTfjs);
  return model;
}

async function build<Model extends TfLayer>(tf: TensorFlow<Model>, prepared: PreparedLayer): Promise<Model> {
  const before = new Set(Object.values(tf.engine().registeredVariables));
  // Layers are built before the promise is returned, so what is new now is this model's.
  const building = tf.models.modelFromJSON({ modelTopology: prepared.json } as never);
  const built = Object.values(tf.engine().registeredVariables).filter((variable) => !before.has(variable));
  try {
    return await building;
  } catch (cause) {
    for (const variable of built) variable.dispose();
    throw new AdapterError({
      code: 'unbuildable-topology',
      what: `tfjs cannot build the model '${prepared.name}'${cause instanceof Error ? `: ${cause.message}` : ''}`,
      expected: 'a topology whose layers fit together and whose input shape is known',
      fix: 'give the first layer a `batch_input_shape`, and see that shapes fit',
      cause,
    });
  }
}

/** Puts the initialisers that were set aside back into the built layers. */
function restore(layer: TfLayer, prepared: PreparedLayer, namesAreGiven: boolean): void {
  if (namesAreGiven) Object.defineProperty(layer, GIVEN_NAME, { value: true });
  const holder = isLayer(fieldOf(layer, 'cell')) ? (fieldOf(layer, 'cell') as TfLayer) : layer;
  for (const [field, value] of Object.entries(prepared.initializers)) {
    Object.assign(holder, { [field]: isInitializer(value) ? value : new TopologyInitializer(value) });
  }
  if (prepared.unitForgetBias !== undefined) Object.assign(holder, { unitForgetBias: prepared.unitForgetBias });
  const members = [fieldOf(layer, 'layers')].flat().filter(isLayer);
  for (const part of prepared.layers) {
    const at = members.findIndex((candidate) => candidate.name === part.name);
    // Taken out, because a Sequential may hold two layers of one name.
    const member = at < 0 ? undefined : members.splice(at, 1)[0];
    if (member !== undefined) restore(member, part, namesAreGiven);
  }
  const { layer: inner, cell } = prepared;
  if (inner !== undefined) {
    const copies = ['layer', 'forwardLayer', 'backwardLayer'].map((field) => fieldOf(layer, field)).filter(isLayer);
    for (const copy of copies) restore(copy, inner, namesAreGiven);
  }
  if (cell !== undefined && holder !== layer) restore(holder, cell, namesAreGiven);
  const cells = [fieldOf(layer, 'cells') ?? fieldOf(holder, 'cells')].flat().filter(isLayer);
  prepared.cells.forEach((part, index) => {
    const target = cells[index];
    if (target !== undefined) restore(target, part, namesAreGiven);
  });
}

function isInitializer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof fieldOf(value, 'getClassName') === 'function';
}

/** An initialiser as the file names it, in the place of one of tfjs's: it can be told and saved, not run. */
class TopologyInitializer {
  readonly #className: string;
  readonly #config: JsonObject;

  constructor(value: unknown) {
    const described = isObject(value) ? value : { class_name: value };
    this.#className = className(described['class_name']);
    this.#config = isObject(described['config']) ? (toTfjsConfig(described['config']) as JsonObject) : {};
  }

  getClassName(): string {
    return this.#className;
  }

  getConfig(): JsonObject {
    return { ...this.#config };
  }

  apply(): never {
    throw new AdapterError({
      code: 'unbuilt-model',
      what: `The initializer ${this.#className} belongs to a layer that loadTopology has built already`,
    });
  }
}

/** `glorot_uniform` and `GlorotUniform` are one. */
function className(name: unknown): string {
  const camel = camelCase(String(name));
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
