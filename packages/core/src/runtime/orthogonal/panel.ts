import type { CpuTensor, TvmRuntime } from '../tvm-runtime.js';
import { BLOCK, type Layout } from './layout.js';

/** What a block's columns become, until the next call. */
interface Reflections {
  /** {@link BLOCK} columns, as far apart as they came. */
  readonly vectors: Float32Array;
  /** T: {@link BLOCK} rows and columns. */
  readonly factor: Float32Array;
  /** Of R's diagonal. */
  readonly signs: Float32Array;
}

/** Factorises blocks of columns in the wasm, for a device that keeps the rest of the matrix elsewhere. */
export class PanelFactoriser {
  readonly #runtime: TvmRuntime;
  readonly #layout: Layout;
  readonly #stride: number;
  readonly #tensor: CpuTensor;

  /** @throws DeviceError `out-of-memory`. */
  constructor(runtime: TvmRuntime, layout: Layout, stride: number) {
    this.#runtime = runtime;
    this.#layout = layout;
    this.#stride = stride;
    const work = 2 * layout.paddedHeight * BLOCK + 2 * BLOCK * BLOCK;
    this.#tensor = runtime.createTensor(this.#places.work + work, 'float32');
  }

  /** @param columns of the block, whole ones, {@link BLOCK} of them. */
  factorise(block: number, columns: Float32Array): Reflections {
    const { factor, signs, work } = this.#places;
    const numbers = this.#numbers();
    numbers.set(columns);
    numbers.fill(0, factor, work);
    const [height, width] = [this.#layout.heightOf(block), this.#layout.widthOf(block)];
    const call = [block * BLOCK, this.#stride, height, width, factor, work, signs];
    this.#runtime.call('incipit.reflector_factorise', this.#tensor, call);
    const made = this.#numbers();
    return {
      vectors: made.subarray(0, factor),
      factor: made.subarray(factor, signs),
      signs: made.subarray(signs, signs + width),
    };
  }

  dispose(): void {
    this.#tensor.dispose();
  }

  /** Where things lie, in numbers; columns come first. */
  get #places(): { readonly factor: number; readonly signs: number; readonly work: number } {
    const factor = BLOCK * this.#stride;
    const signs = factor + BLOCK * BLOCK;
    return { factor, signs, work: signs + BLOCK };
  }

  /** All but the work, until the next call. */
  #numbers(): Float32Array {
    const { buffer, byteOffset } = this.#tensor.view(4 * this.#places.work);
    return new Float32Array(buffer, byteOffset, this.#places.work);
  }
}
