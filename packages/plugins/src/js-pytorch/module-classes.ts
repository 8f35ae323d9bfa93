import type { Axis } from '@incipit/core';
import type { JsPyTorch, TorchClass, TorchModule } from './structural-types.js';

/** What is known of one tensor of a module class. */
export interface TensorLayout {
  readonly role: string;
  readonly axes: readonly Axis[];
}

const weight = (...axes: Axis[]): TensorLayout => ({ role: 'weight', axes });
const bias: TensorLayout = { role: 'bias', axes: ['elementwise'] };

/** Every class of js-pytorch 0.7 that owns parameters; `Linear` computes `x @ W + b`, so W is (in, out). */
const LAYOUTS: Readonly<Record<string, Readonly<Record<string, TensorLayout>>>> = {
  Linear: { W: weight('in', 'out'), b: bias },
  Embedding: { E: weight('vocabulary', 'embedding') },
  PositionalEmbedding: { E: weight('vocabulary', 'embedding') },
  LayerNorm: { gamma: weight('elementwise'), beta: bias },
};

/** Names of classes. */
export type ClassNames = ReadonlyMap<unknown, string>;

/**
 * The names of js-pytorch's own classes and of the user's, by the classes themselves: a minifier changes
 * `constructor.name`, not the keys of `torch.nn`.
 */
export function classNames(torch: JsPyTorch, own: Readonly<Record<string, TorchClass>>): ClassNames {
  const names = new Map<unknown, string>();
  for (const [name, value] of [...Object.entries(torch.nn), ...Object.entries(own)]) names.set(value, name);
  return names;
}

/** A module's class and its bases, its own first. */
export function typesOf(module: TorchModule, names: ClassNames): readonly string[] {
  const types: string[] = [];
  let prototype: object | null = Object.getPrototypeOf(module);
  while (prototype !== null && prototype !== Object.prototype) {
    const name = names.get(prototype.constructor) ?? prototype.constructor.name;
    if (name !== '') types.push(name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return [...new Set([...types, 'Module'])];
}

/** What is known of a module's tensors: its class's layout, else that of the nearest base. */
export function layoutOf(module: TorchModule, names: ClassNames): Readonly<Record<string, TensorLayout>> {
  let prototype: object | null = Object.getPrototypeOf(module);
  while (prototype !== null) {
    const name = names.get(prototype.constructor);
    if (name !== undefined && Object.hasOwn(LAYOUTS, name)) return LAYOUTS[name] ?? {};
    prototype = Object.getPrototypeOf(prototype);
  }
  return {};
}
