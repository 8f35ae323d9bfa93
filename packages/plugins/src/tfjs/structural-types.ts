/**
 * The parts of TensorFlow.js that this plug-in touches, by structure, so that neither its code nor its declarations
 * import `@tensorflow/tfjs`: users pass their own `tf`, and several builds of it (`tfjs`, `tfjs-node`) fit.
 */

/** A tensor of tfjs. */
export interface TfTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
  /** Names the values in the backend; tensors may share them. */
  readonly dataId: object;
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  /** A tensor of the same values, in the same memory. */
  clone(): TfTensor;
  dispose(): void;
}

/** What holds a weight. */
export interface TfWeight {
  readonly name: string;
  /** Its `tf.Variable`. @throws Error when that is disposed. */
  read(): TfTensor;
}

/** `tf.layers`' variable: one weight of a layer. */
export interface TfVariable extends TfWeight {
  /** Counts up in order of creation. */
  readonly id: number;
  /** Name with its scopes, without tfjs's process-wide counter. */
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
  readonly trainable: boolean;
}

/** `tf.Variable`, a tensor that can be assigned to. */
export interface TfCoreVariable extends TfTensor {
  readonly name: string;
  readonly trainable: boolean;
}

/** A layer or a model of tfjs. */
export interface TfLayer {
  readonly name: string;
  readonly weights: TfVariable[];
  getClassName(): string;
}

/** `[constructor, fromConfig]` of a registered class. */
export type TfRegisteredClass = readonly [unknown, (cls: never, config: never) => unknown];

/** The namespace without layers, of `@tensorflow/tfjs-core` too. */
export interface TensorFlowCore {
  readonly Variable: abstract new (...args: never[]) => unknown;
  getBackend(): string;
  backend(): object;
  tensor(
    values: Float32Array | Int32Array | Uint8Array,
    shape: number[],
    dtype: 'float32' | 'int32' | 'bool',
  ): TfTensor;
}

/** The namespace itself, `import * as tf from '@tensorflow/tfjs'`, whose models are of the type `Model`. */
export interface TensorFlow<Model extends TfLayer = TfLayer> extends TensorFlowCore {
  readonly models: { modelFromJSON(json: never): Promise<Model> };
  readonly serialization: {
    readonly SerializationMap: {
      getMap(): { readonly classNameMap: { readonly [className: string]: TfRegisteredClass | undefined } };
    };
  };
  engine(): { readonly registeredVariables: { readonly [name: string]: { dispose(): void } } };
}

/** A field that only some layers have, or that tfjs declares protected. */
export function fieldOf(object: object, name: string): unknown {
  return (object as Readonly<Record<string, unknown>>)[name];
}

/** True for what has a layer's shape, whichever copy of tfjs made it. */
export function isLayer(value: unknown): value is TfLayer {
  if (typeof value !== 'object' || value === null) return false;
  return (
    typeof fieldOf(value, 'getClassName') === 'function' &&
    typeof fieldOf(value, 'name') === 'string' &&
    Array.isArray(fieldOf(value, 'weights'))
  );
}
