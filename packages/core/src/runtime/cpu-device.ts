import { byteSize, type FloatDType } from '../ir/dtype.js';
import type { OrthogonalLaw } from '../ir/law.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { KERNELS } from '../kernels/kernel-table.js';
import { checkSlice } from './check-slice.js';
import type { Device } from './device.js';
import { orthogonalize } from './orthogonal/orthogonalize.js';
import { type OrthogonalPart, orthogonalSteps } from './orthogonal/part.js';
import { ownKernel } from './own-kernels.js';
import { type CpuTensor, disposedError, TvmRuntime, type TvmRuntimeOptions } from './tvm-runtime.js';

/** Elements that a kernel writes at once: its scratch tensor stays in the processor's second-level cache. Even. */
export const CHUNK_ELEMENTS: number = 1 << 16;
const WORD = 2 ** 32;
const CONSTANT = KERNELS.constant.name;

/** A CPU device with an instance of the TVM runtime of its own; loaded when it is created, freed by `dispose`. */
export async function createCpuDevice(options: TvmRuntimeOptions = {}): Promise<CpuDevice> {
  return new CpuDevice(await TvmRuntime.load(options));
}

/**
 * Fills on one core, by wasm SIMD kernels: chunk by chunk into a scratch tensor in the wasm memory, and from there to
 * the caller's bytes, whatever their alignment and whichever buffer they are in.
 */
export class CpuDevice implements Device {
  readonly kind = 'cpu';
  readonly #runtime: TvmRuntime;
  readonly #scratch = new Map<FloatDType, CpuTensor>();
  /** What scratch tensors hold that a constant filled last. */
  readonly #constants = new Map<FloatDType, { readonly bits: number; readonly length: number }>();
  #disposed = false;

  constructor(runtime: TvmRuntime) {
    this.#runtime = runtime;
  }

  /** Bytes of the wasm memory: the same after any number of fills. */
  get memoryBytes(): number {
    return this.#runtime.memoryBytes;
  }

  /**
   * Runs to its end before it returns.
   *
   * @param offset index of the first element in the stream, in [0, 2^53 - elements of `out`].
   * @throws DeviceError `disposed-device`, `bad-output`, `bad-offset`, or as `TvmRuntime.call`.
   */
  fill(call: KernelCall, out: Uint8Array, offset: number): void {
    if (this.#disposed) throw disposedError();
    const size = byteSize(call.dtype);
    const count = out.byteLength / size;
    checkSlice(call, count, offset);
    if (count === 0) return;
    const own = ownKernel(call.kernel);
    if (own !== undefined) {
      own.fill(call, out, offset);
      return;
    }
    const scratch = this.#scratchOf(call.dtype);
    for (let done = 0; done < count; done += CHUNK_ELEMENTS) {
      const length = Math.min(CHUNK_ELEMENTS, count - done);
      const first = offset + done;
      const numbers = [call.key[0], call.key[1], first % WORD, Math.floor(first / WORD), length, ...call.args];
      if (!this.#holds(call, length)) {
        this.#constants.delete(call.dtype);
        this.#runtime.call(call.kernel, scratch, numbers);
        if (call.kernel === CONSTANT) this.#constants.set(call.dtype, { bits: call.args[0] ?? 0, length });
      }
      out.set(scratch.view(length * size), done * size);
    }
  }

  /** Whether the scratch tensor has these elements from before: a constant's are the same everywhere. */
  #holds({ kernel, dtype, args }: KernelCall, length: number): boolean {
    const constant = kernel === CONSTANT ? this.#constants.get(dtype) : undefined;
    return constant !== undefined && constant.bits === args[0] && constant.length >= length;
  }

  /**
   * On one core; the event loop gets its turns.
   *
   * @throws DeviceError `disposed-device`, `out-of-memory`, or as `TvmRuntime.call`.
   */
  async orthogonalize(law: OrthogonalLaw, gaussian: Float32Array): Promise<Float32Array> {
    if (this.#disposed) throw disposedError();
    return orthogonalize(this.#runtime, law, gaussian);
  }

  /** One thread's part in a matrix that several make, see `orthogonalSteps`. */
  orthogonalSteps(part: OrthogonalPart): Iterable<number> {
    return orthogonalSteps(this.#runtime, part);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.#scratch.values()) tensor.dispose();
    this.#scratch.clear();
    this.#runtime.dispose();
  }

  #scratchOf(dtype: FloatDType): CpuTensor {
    const known = this.#scratch.get(dtype);
    if (known !== undefined) return known;
    const tensor = this.#runtime.createTensor(CHUNK_ELEMENTS, dtype);
    this.#scratch.set(dtype, tensor);
    return tensor;
  }
}
