/**
 * The parts of js-pytorch that this plug-in touches, by structure, so that neither its code nor its declarations import
 * `js-pytorch`: users pass their own `torch`.
 */

/** A tensor of js-pytorch: numbers in nested arrays. */
export interface TorchTensor {
  _data: unknown[];
  readonly shape: readonly number[];
  readonly requires_grad: boolean;
}

/** A module of js-pytorch. */
export interface TorchModule {
  /** Its fields, by which js-pytorch itself finds parameters and submodules. */
  entries(): (readonly [string, unknown])[];
}

/** A class of js-pytorch, or of the user's. */
export type TorchClass<Instance = unknown> = abstract new (...args: never[]) => Instance;

/** The namespace itself, `import { torch } from 'js-pytorch'`. */
export interface JsPyTorch {
  readonly Tensor: TorchClass<TorchTensor>;
  /** Layers: `Linear`, `LayerNorm` and so on, beside their base. */
  readonly nn: { readonly Module: TorchClass<TorchModule> };
}
