import { type Adapter, AdapterError, type KeptValues, type ModuleNode, type TensorData } from '@incipit/core';
import { Descriptions } from '../described.js';
import { nameKind } from '../errors.js';
import { classNames } from './module-classes.js';
import { describeModel } from './module-tree.js';
import { readTensor, writeTensor } from './nested-values.js';
import type { JsPyTorch, TorchClass, TorchModule, TorchTensor } from './structural-types.js';

/** How {@link jsPytorch} looks at a model. */
export interface JsPytorchOptions {
  /**
   * Names of your own module classes, for rules: `{ Decoder }`. Without one, a class is known by its `name`, which a
   * minifier may change.
   */
  readonly classes?: Readonly<Record<string, TorchClass<TorchModule>>>;
}

/**
 * A model of js-pytorch, any `torch.nn.Module`, for Incipit.
 *
 * Shapes are js-pytorch's own: the weight of a `Linear` is (in, out). Values are written as float32 and held, as always
 * in js-pytorch, as numbers in nested arrays.
 *
 * @param torch the namespace that built the model: `import { torch } from 'js-pytorch'`.
 * @throws AdapterError `not-js-pytorch` or `not-a-model` at once; `cyclic-model`, `broken-tensor` and
 * `unknown-parameter` when the model is looked at.
 *
 * @example
 * ```ts
 * const adapter = jsPytorch(torch, new torch.nn.FullyConnected(8, 4));
 * adapter.tree().children[0]?.parameters.map((parameter) => parameter.path); // ['l1.W', 'l1.b']
 * ```
 */
export function jsPytorch(torch: JsPyTorch, model: TorchModule, options: JsPytorchOptions = {}): Adapter {
  assertTorch(torch);
  assertModel(torch, model);
  const names = classNames(torch, options.classes ?? {});
  const described = new Descriptions('the js-pytorch model', () => describeModel(torch, model, names));
  const tensor = (path: string): TorchTensor => described.at(path);
  return {
    framework: 'js-pytorch',
    tree: (): ModuleNode => described.tree(),
    read: async (path: string): Promise<TensorData> => readTensor(tensor(path), path),
    write: (path: string, data: TensorData): void => writeTensor(tensor(path), path, data),
    keep: (path: string): KeptValues => keepTensor(tensor(path)),
  };
}

/** A write replaces the arrays, so that holding the old ones keeps them, beyond float32 too. */
function keepTensor(tensor: TorchTensor): KeptValues {
  const old = tensor._data;
  return {
    restore: (): void => {
      tensor._data = old;
    },
  };
}

function assertTorch(torch: unknown): asserts torch is JsPyTorch {
  const { Tensor, nn } = (torch ?? {}) as Partial<JsPyTorch>;
  if (typeof Tensor === 'function' && typeof nn?.Module === 'function') return;
  throw new AdapterError({
    code: 'not-js-pytorch',
    what: `The first argument is ${nameKind(torch)}, not js-pytorch`,
    expected: 'the namespace `torch` of js-pytorch 0.7',
    fix: "install js-pytorch and pass the `torch` of `import { torch } from 'js-pytorch'`",
  });
}

function assertModel(torch: JsPyTorch, model: unknown): asserts model is TorchModule {
  if (model instanceof torch.nn.Module) return;
  throw new AdapterError({
    code: 'not-a-model',
    what: `${nameKind(model)} is not a module of the js-pytorch that was passed`,
    expected: 'an instance of `torch.nn.Module`',
    fix: 'extend `torch.nn.Module`, and see that only one copy of js-pytorch is installed',
  });
}
