import {
  type Adapter,
  AdapterError,
  type BufferWrite,
  type GpuDevice,
  type KeptValues,
  type ModuleNode,
  type Plan,
  type TensorData,
} from '@incipit/core';
import { type Described, Descriptions } from '../described.js';
import { nameKind } from '../errors.js';
import { type Holder, isHolder } from '../holder-tree.js';
import type { TreePatterns } from '../tree-patterns.js';
import { gpuOf, writeBuffers } from './buffer-io.js';
import { markInitialized } from './init-state.js';
import { describeModel } from './module-tree.js';
import { keepVariable, readPart, readVariable, writePart, writeVariable } from './parameter-io.js';
import {
  fieldOf,
  isLayer,
  type TensorFlow,
  type TensorFlowCore,
  type TfLayer,
  type TfWeight,
} from './structural-types.js';
import { describeVariables } from './variable-tree.js';

/** How {@link tfjs} looks at a model. */
export interface TfjsOptions {
  /**
   * True when the model's present values mean nothing, as in a model made from a topology alone: parameters that no
   * rule touches then take the initialiser that their layer names, as Keras defines it. Default false.
   */
  readonly fresh?: boolean;
}

/**
 * A model of TensorFlow.js (`tf.LayersModel`, `tf.Sequential`, or one built layer) for Incipit.
 *
 * Any backend; values are written as float32, int32 or bool, whatever the weight is. Shapes and layouts are tfjs's own:
 * a convolution's kernel is (spatial…, in, out). Nothing is held or leaked: the model stays the caller's.
 *
 * @param tf the namespace that built the model: `import * as tf from '@tensorflow/tfjs'`.
 * @throws AdapterError `not-tensorflow` or `not-a-model` at once; `unbuilt-model`, `disposed-model`, `foreign-model`,
 * `unknown-initializer` and `unknown-parameter` when the model is looked at.
 *
 * @example
 * ```ts
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3], name: 'head' })] });
 * const adapter = tfjs(tf, model);
 * adapter.tree().children[0]?.parameters.map((parameter) => parameter.path); // ['head.kernel', 'head.bias']
 * ```
 */
export function tfjs(tf: TensorFlow, model: TfLayer, options: TfjsOptions = {}): Adapter {
  assertTensorFlow(tf);
  assertModel(model);
  const fresh = options.fresh === true;
  return {
    ...adapterOf(tf, () => describeModel(tf, model, fresh)),
    executed: (plan: Plan): void => markInitialized(model, plan),
  };
}

/**
 * Variables of TensorFlow.js without layers, `tf.Variable`s in objects and arrays at any depth, for Incipit. What the
 * names and shapes do not say, `axes`, `types` and `roles` do.
 *
 * @param tf the namespace that made the variables: `import * as tf from '@tensorflow/tfjs'`, or
 * `@tensorflow/tfjs-core`.
 * @throws AdapterError `not-tensorflow` or `not-a-model` at once; `cyclic-model`, `not-a-variable`, `disposed-model`,
 * `foreign-model`, `unknown-dtype`, `wrong-axes`, `unmatched-pattern` and `unknown-parameter` when they are looked at.
 *
 * @example
 * ```ts
 * const variables = { head: { w: tf.variable(tf.zeros([8, 4])), b: tf.variable(tf.zeros([4])) } };
 * const adapter = tfjsVariables(tf, variables, { axes: { '**.w': ['in', 'out'] }, types: { head: 'Linear' } });
 * adapter.tree().children[0]?.types; // ['Linear', 'Module']
 * ```
 */
export function tfjsVariables(tf: TensorFlowCore, variables: object, options: TreePatterns = {}): Adapter {
  assertCore(tf);
  assertVariables(variables);
  return adapterOf(tf, () => describeVariables(tf, variables, options));
}

function adapterOf(tf: TensorFlowCore, describe: () => Described<TfWeight>): Adapter {
  const described = new Descriptions('the tfjs model', describe);
  const weight = (path: string): TfWeight => described.at(path);
  return {
    framework: 'tfjs',
    tree: (): ModuleNode => described.tree(),
    read: async (path: string): Promise<TensorData> => readVariable(weight(path), path),
    readPart: (path, offset, bytes): boolean => readPart(tf, weight(path), path, { offset, bytes }),
    writePart: (path, part): boolean => writePart(tf, weight(path), path, part),
    write: (path: string, tensor: TensorData): void => writeVariable(tf, weight(path), path, tensor),
    keep: (path: string): KeptValues => keepVariable(weight(path), path),
    gpu: (): GpuDevice | undefined => gpuOf(tf),
    writeBuffers: (writes: readonly BufferWrite[]): Promise<void> => writeBuffers(tf, weight, writes),
  };
}

/** Throws unless `tf` is tfjs's namespace, as far as this plug-in needs it. */
export function assertTensorFlow(tf: unknown): asserts tf is TensorFlow {
  assertCore(tf, typeof tf === 'object' && tf !== null && typeof fieldOf(tf, 'models') === 'object');
}

function assertCore(tf: unknown, hasLayers = true): asserts tf is TensorFlowCore {
  const usable =
    hasLayers &&
    typeof tf === 'object' &&
    tf !== null &&
    typeof fieldOf(tf, 'tensor') === 'function' &&
    typeof fieldOf(tf, 'Variable') === 'function';
  if (usable) return;
  throw new AdapterError({
    code: 'not-tensorflow',
    what: `The first argument is ${nameKind(tf)}, not TensorFlow.js`,
    expected: 'the namespace of @tensorflow/tfjs 4',
    fix: "install @tensorflow/tfjs and pass `import * as tf from '@tensorflow/tfjs'`",
  });
}

function assertModel(model: unknown): asserts model is TfLayer {
  if (isLayer(model)) return;
  const graph = typeof model === 'object' && model !== null && fieldOf(model, 'executor') !== undefined;
  throw new AdapterError({
    code: 'not-a-model',
    what: graph
      ? 'A graph model of tfjs has no layers and no weights to set'
      : `${nameKind(model)} is not a tfjs model`,
    expected: 'a tf.LayersModel, a tf.Sequential or one layer',
    fix: graph
      ? 'load the model with `tf.loadLayersModel`'
      : 'pass what `tf.model`, `tf.sequential` or `loadTopology` gave; `tf.Variable`s are for `tfjsVariables`',
  });
}

function assertVariables(variables: unknown): asserts variables is Holder {
  if (isHolder(variables)) return;
  const layer = isLayer(variables);
  throw new AdapterError({
    code: 'not-a-model',
    what: layer ? 'A model of layers is no collection of variables' : `${nameKind(variables)} holds no variables`,
    expected: 'a plain object or an array that holds `tf.Variable`s, at any depth',
    fix: layer
      ? 'pass it to `tfjs(tf, model)`'
      : 'pass `{ ...instance }` of a class, and `{ w: variable }` of a variable',
  });
}
