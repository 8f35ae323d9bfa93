import { MODELS, MODULE_OPTIONS, modelBuilder } from '@incipit/core';
import { type BuildFunction, type OptionsSchema, Registry, RegistryError } from '@incipit/registry';
import { assertTensorFlow, tfjs } from './adapter.js';
import { copyState, makeAdaptable, prepare } from './init-state.js';
import { LAYER } from './layer-options.js';
import { LAYER_SCHEMAS } from './layer-schemas.js';
import { addLayer, buildingIn, type TfLayers } from './layers-namespace.js';
import { GRAPH_OPTIONS, type GraphConfig, makeGraph } from './model-graph.js';
import { fieldOf, isLayer, type TensorFlow, type TfLayer } from './structural-types.js';

export interface RegisterTfjsOptions {
  /** Scope of the names, `tfjs` in `tfjs.Conv2D`. Default `tfjs`. */
  readonly scope?: string;
  /** Registry to hang it under. Default: core's `MODELS`. */
  readonly parent?: Registry<object>;
}

/** In the registry's container, by this name, is the tfjs whose layers it makes: every copy of this plug-in sees it. */
const TENSORFLOW = Symbol.for('incipit.tfjs.tensorflow');

const SEQUENTIAL_OPTIONS: OptionsSchema = {
  layers: { type: 'array', items: LAYER, default: [], description: 'Configs of layers, or layers, in order.' },
  name: { type: 'string', minLength: 1 },
  ...MODULE_OPTIONS,
};

type Config = Readonly<Record<string, unknown>>;

/**
 * Registers every layer class of tfjs as `tfjs.Conv2D` and so on, below `MODELS`, with its options checked; besides
 * them `tfjs.Sequential` and `tfjs.Model`, a graph of layers. A list of configs makes a `Sequential` here.
 *
 * What it makes are tfjs's own layers and models. tfjs's initialisers do not run: weights are zeros until
 * `initWeights(model)`, which carries out the `init_cfg` of every node and gives the rest the initialiser that its layer
 * names. Layer classes of your own, made known to tfjs with `tf.serialization.registerClass`, are taken along.
 *
 * Calling it again with the same tfjs gives the same registry. Another copy of tfjs needs a scope of its own.
 *
 * @throws AdapterError `not-tensorflow`; RegistryError `scope-taken`.
 * @example
 * registerTfjs(tf);
 * const model = MODELS.build<Built<tf.Sequential>>({
 *   type: 'tfjs.Sequential',
 *   layers: [{ type: 'tfjs.Dense', units: 2, inputShape: [3], name: 'head' }],
 *   init_cfg: { type: 'Normal', layer: 'Dense', std: 0.01 },
 * });
 * await initWeights(model);
 */
export function registerTfjs(tf: TfLayers, options: RegisterTfjsOptions = {}): Registry<object> {
  assertTensorFlow(tf);
  const { scope = 'tfjs', parent = MODELS } = options;
  const known = findRegistry(tf, parent, options.scope);
  const registry = known ?? makeRegistry(tf, parent, scope);
  for (const [name, layerClass] of layerClasses(tf)) {
    if (registry.own(name) !== undefined) continue;
    const schema = Object.hasOwn(LAYER_SCHEMAS, name) ? LAYER_SCHEMAS[name] : undefined;
    registry.add(name, (config: Config) => makeLayer(registry, layerClass, config), {
      ...(schema === undefined ? {} : { options: schema }),
      description: `tfjs's layer ${name}.`,
    });
  }
  return registry;
}

function findRegistry(
  tf: TensorFlow,
  parent: Registry<object>,
  scope: string | undefined,
): Registry<object> | undefined {
  for (const child of parent.children.values()) {
    if (!child.container.isCurrentBound(TENSORFLOW) || (scope !== undefined && scope !== child.scope)) continue;
    // `tfjs` and `tfjs-node` are two namespaces of one copy.
    if (child.container.get<TensorFlow>(TENSORFLOW).Variable === tf.Variable) return child;
  }
  return undefined;
}

function makeRegistry(tf: TfLayers, parent: Registry<object>, scope: string): Registry<object> {
  if (parent.children.has(scope)) {
    throw new RegistryError({
      code: 'scope-taken',
      what: `the scope '${scope}' is that of another registry, such as the one for another copy of tfjs`,
      fix: "give this one a scope of its own: registerTfjs(tf, { scope: 'tfjs2' })",
    });
  }
  const build: BuildFunction<object> = modelBuilder((layers) => makeSequential(tf, registry, { layers }));
  const registry: Registry<object> = new Registry<object>('tfjs layer', { scope, parent, build });
  registry.container.bind(TENSORFLOW).toConstantValue(tf);
  registry.add('Sequential', (config: Config) => makeSequential(tf, registry, config), {
    options: SEQUENTIAL_OPTIONS,
    description: 'Layers in a row.',
  });
  registry.add(['Model', 'Functional'], (config: GraphConfig & Config) => makeModel(tf, registry, config), {
    options: GRAPH_OPTIONS,
    description: 'A graph of layers.',
  });
  return registry;
}

type LayerClass = new (config: Config) => TfLayer;

/** Every class of tfjs that makes a layer and is no model. */
function* layerClasses(tf: TfLayers): Iterable<readonly [string, LayerClass]> {
  for (const [name, registered] of Object.entries(tf.serialization.SerializationMap.getMap().classNameMap)) {
    const [layerClass] = registered ?? [];
    if (typeof layerClass === 'function' && layerClass.prototype instanceof tf.layers.Layer) {
      yield [name, layerClass as LayerClass];
    }
  }
}

function makeLayer(registry: Registry<object>, layerClass: LayerClass, config: Config): TfLayer {
  const { init_cfg: initCfg, ...args } = config;
  const parts = ['layer', 'cell', 'cells'].filter((name) => args[name] !== undefined);
  const built = Object.fromEntries(
    parts.map((name) => {
      const part = args[name];
      return [name, Array.isArray(part) ? part.map((item) => layerOf(registry, item)) : layerOf(registry, part)];
    }),
  );
  const layer = prepare(new layerClass({ ...args, ...built }), initCfg);
  // tfjs makes its own copies of what a Bidirectional wraps.
  for (const copy of [fieldOf(layer, 'forwardLayer'), fieldOf(layer, 'backwardLayer')]) {
    if (isLayer(copy) && isLayer(built['layer'])) copyState(built['layer'], copy);
  }
  return layer;
}

function makeSequential(tf: TfLayers, registry: Registry<object>, config: Config): TfLayer {
  const { layers = [], init_cfg: initCfg, ...args } = config;
  return buildingIn(tf, () => {
    const model = prepare(tf.sequential(args as never), initCfg);
    for (const layer of layers as readonly unknown[]) addLayer(model, layerOf(registry, layer));
    makeAdaptable(model, () => tfjs(tf, model));
    return model;
  });
}

function makeModel(tf: TfLayers, registry: Registry<object>, config: GraphConfig & Config): TfLayer {
  return buildingIn(tf, () => {
    const graph = makeGraph(tf, config, (node, name) => layerOf(registry, node, name));
    const model = prepare(graph, config['init_cfg']);
    makeAdaptable(model, () => tfjs(tf, model));
    return model;
  });
}

function layerOf(registry: Registry<object>, part: unknown, name?: string): TfLayer {
  const context = name === undefined ? {} : { defaultArgs: { name } };
  const layer = isLayer(part) ? part : registry.build(part as Config, context);
  if (isLayer(layer)) return layer;
  throw new RegistryError({
    code: 'not-a-layer',
    what: 'a model of tfjs was given the config of something that is no layer of tfjs',
    expected: `a type of the scope '${registry.scope}', or what makes a layer or model of tfjs`,
  });
}
