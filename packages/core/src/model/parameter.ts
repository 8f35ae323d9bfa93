import { AdapterError } from '../errors.js';
import { convert, decodeFloats } from '../ir/convert.js';
import { byteSize, type DType, isFloatDType } from '../ir/dtype.js';
import type { Axis, ParameterSpec, Slices } from '../ir/parameter.js';
import { elementCount, formatShape, type Shape, sameShape } from '../ir/shape.js';
import type { KeptValues } from './adapter.js';
import { digestOf } from './digest.js';
import type { TensorData, TensorPart } from './tensor-data.js';

/** What a {@link Parameter} is. */
export interface ParameterOptions {
  /** Default `float32`. */
  readonly dtype?: DType;
  /** One name an axis; without them, fans need `fans: 'torch'`. */
  readonly axes?: readonly Axis[];
  readonly groups?: number;
  readonly groupedSide?: 'in' | 'out';
  readonly slices?: Slices;
  /** What rules see it as; default: the name under which its module holds it. */
  readonly role?: string;
  /** Default true; false makes it a buffer, which only checkpoints set. */
  readonly trainable?: boolean;
  /** What it takes when no rule speaks for it. */
  readonly fallback?: NonNullable<ParameterSpec['fallback']>;
}

/** What last set a parameter, in words, and a digest of the values that it had then. */
export interface InitInfo {
  readonly text: string;
  readonly digest: string;
}

/**
 * A named tensor on the host. Two modules may hold one and the same: it is then tied and set once.
 *
 * @example new Parameter([64, 3, 7, 7], { axes: ['out', 'in', 'spatial', 'spatial'] })
 */
export class Parameter {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly options: ParameterOptions;
  #bytes: Uint8Array | undefined;
  /** Somebody may hold the bytes, and change them unseen. */
  #isShared = false;
  /** What was kept may have the bytes, and they must not change. */
  #isKept = false;
  #initText: string | undefined;
  #initDigest: string | undefined;

  constructor(shape: Shape, options: ParameterOptions = {}) {
    this.shape = Object.freeze([...shape]);
    this.dtype = options.dtype ?? 'float32';
    this.options = options;
  }

  /** Values, row-major, little-endian; zeros until they are set. Allocated when first asked for. */
  get bytes(): Uint8Array {
    this.#digestBeforeChange();
    this.#isShared = true;
    return this.#own();
  }

  /** What last set it, and a digest of its values then; see `updateInitInfo`. */
  get initInfo(): InitInfo | undefined {
    if (this.#initText === undefined) return undefined;
    this.#initDigest ??= digestOf(this.#own());
    return { text: this.#initText, digest: this.#initDigest };
  }

  /** Notes what set the present values. Their digest waits until they can change: it takes as long as to draw them. */
  noteInit(text: string): void {
    this.#initText = text;
    this.#initDigest = this.#isShared ? digestOf(this.#own()) : undefined;
  }

  #digestBeforeChange(): void {
    if (this.#initText !== undefined) this.#initDigest ??= digestOf(this.#own());
  }

  #own(): Uint8Array {
    this.#bytes ??= new Uint8Array(elementCount(this.shape) * byteSize(this.dtype));
    return this.#bytes;
  }

  /** Values as numbers, for tests and small models. float16 and bfloat16 are widened exactly. */
  values(): readonly number[] {
    const floats = isFloatDType(this.dtype) ? decodeFloats(this.dtype, this.bytes) : undefined;
    if (floats !== undefined) return [...floats];
    const doubles = convert(this.bytes, this.dtype, 'float64');
    return [...new Float64Array(doubles.slice().buffer)];
  }

  /** Takes the tensor's bytes as its own: nobody else may change them later. @throws AdapterError `shape-mismatch` for another shape or dtype. */
  set(tensor: TensorData): void {
    const bytes = elementCount(this.shape) * byteSize(this.dtype);
    if (!this.#fits(tensor) || tensor.bytes.byteLength !== bytes) throw this.#mismatch(tensor);
    this.#digestBeforeChange();
    this.#bytes = tensor.bytes;
    this.#isShared = false;
    this.#isKept = false;
  }

  /** Copies a part of a tensor into its own bytes. @throws AdapterError `shape-mismatch` as {@link set} does. */
  setPart(part: TensorPart): void {
    const start = part.offset * byteSize(this.dtype);
    const bytes = elementCount(this.shape) * byteSize(this.dtype);
    if (!this.#fits(part) || !(start >= 0 && start + part.bytes.byteLength <= bytes)) throw this.#mismatch(part);
    this.#digestBeforeChange();
    if (this.#isKept) this.#bytes = this.#own().slice();
    this.#isKept = false;
    this.#own().set(part.bytes, start);
  }

  #fits({ dtype, shape }: TensorData | TensorPart): boolean {
    return dtype === this.dtype && sameShape(shape, this.shape);
  }

  #mismatch({ dtype, shape, bytes }: TensorData | TensorPart): AdapterError {
    return new AdapterError({
      code: 'shape-mismatch',
      what: `a ${dtype} tensor of shape ${formatShape(shape)} and ${bytes.byteLength} bytes was written to a parameter`,
      expected: `${this.dtype}, shape ${formatShape(this.shape)}, ${elementCount(this.shape) * byteSize(this.dtype)} bytes`,
    });
  }

  /** What it holds now, to be put back: no copy, since values are set by replacing them. */
  keep(): KeptValues {
    const bytes = this.#bytes;
    const isShared = this.#isShared;
    this.#isKept = bytes !== undefined;
    return {
      restore: () => {
        this.#bytes = bytes;
        this.#isShared = isShared;
        this.#isKept = false;
      },
    };
  }

  /** As a plan sees it under a path. */
  describe(path: string, name: string, aliases: readonly string[]): ParameterSpec {
    const { axes, groups, groupedSide, slices, fallback, role, trainable } = this.options;
    return {
      path,
      role: role ?? name,
      nativeName: name,
      shape: this.shape,
      dtype: this.dtype,
      trainable: trainable ?? true,
      ...(axes === undefined ? {} : { axes }),
      ...(groups === undefined ? {} : { groups }),
      ...(groupedSide === undefined ? {} : { groupedSide }),
      ...(slices === undefined ? {} : { slices }),
      ...(fallback === undefined ? {} : { fallback }),
      ...(aliases.length === 0 ? {} : { aliases }),
    };
  }
}
