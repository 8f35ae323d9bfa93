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
import { nameKind } from '../errors.js';
import { gpuOf, writeBuffers } from './buffer-io.js';
import { markInitialized } from './init-state.js';
import { type DescribedModel, describeModel } from './module-tree.js';
import { keepVariable, live, readPart, readVariable, writePart, writeVariable } from './parameter-io.js';
import { fieldOf, isLayer, type TensorFlow, type TfLayer, type TfVariable } from './structural-types.js';

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
  let described: DescribedModel | undefined;
  const describe = (): DescribedModel => {
    described = describeModel(tf, model, fresh);
    return described;
  };
  const variable = (path: string): TfVariable => findVariable(described ?? describe(), path);
  return {
    framework: 'tfjs',
    tree: (): ModuleNode => describe().root,
    read: async (path: string): Promise<TensorData> => readVariable(variable(path), path),
    readPart: (path, offset, out): boolean => readPart(tf, live(variable(path), path), offset, out),
    writePart: (path, part): boolean => writePart(tf, variable(path), path, part),
    write: (path: string, tensor: TensorData): void => writeVariable(tf, variable(path), path, tensor),
    keep: (path: string): KeptValues => keepVariable(variable(path), path),
    gpu: (): GpuDevice | undefined => gpuOf(tf),
    writeBuffers: (writes: readonly BufferWrite[]): Promise<void> => writeBuffers(tf, variable, writes),
    executed: (plan: Plan): void => markInitialized(model, plan),
  };
}

/** Throws unless `tf` is tfjs's namespace, as far as this plug-in needs it. */
export function assertTensorFlow(tf: unknown): asserts tf is TensorFlow {
  const usable =
    typeof tf === 'object' &&
    tf !== null &&
    typeof fieldOf(tf, 'tensor') === 'function' &&
    typeof fieldOf(tf, 'Variable') === 'function' &&
    typeof fieldOf(tf, 'models') === 'object';
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
      : 'pass what `tf.model`, `tf.sequential` or `loadTopology` gave',
  });
}

function findVariable(described: DescribedModel, path: string): TfVariable {
  const variable = described.variables.get(path);
  if (variable !== undefined) return variable;
  const siblings = [...described.variables.keys()].filter(
    (known) => known.split('.').at(-1) === path.split('.').at(-1),
  );
  throw new AdapterError({
    code: 'unknown-parameter',
    what: 'The tfjs model has no parameter of this path',
    path,
    expected: `a path of its tree${siblings.length === 0 ? '' : `, such as ${siblings.slice(0, 3).join(', ')}`}`,
  });
}
