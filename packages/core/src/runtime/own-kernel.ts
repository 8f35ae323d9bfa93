import { DeviceError } from '../errors.js';
import type { KernelCall } from '../kernels/kernel-call.js';

/** A kernel of one's own: the same law for each kind of device. */
export interface OwnKernel {
  /** By this name laws call it: `{ kind: 'kernel', id, args }`. `incipit.` is reserved. */
  readonly id: string;
  /**
   * For the CPU: a wasm without imports that exports its `memory`, `__heap_base` and the entry
   * `void fill(float* out, uint32_t count, uint32_t key0, uint32_t key1, uint32_t offset_low, uint32_t offset_high,
   * double… args)`, which writes elements `[offset, offset + count)` of the law's stream. An element may depend on the
   * key, its own index and the arguments only: how a parameter is cut into calls must not show.
   */
  readonly wasm: WebAssembly.Module | BufferSource;
  /** Name of the entry. Default `fill`. */
  readonly entry?: string;
  /**
   * For the GPU, the twin in WGSL: a compute entry of the same name, whose workgroups extend along x only and say their
   * size, 16 or more, as a number. Binding 0 is `var<storage, read_write>`, an array of `f32` or `u32` that receives the elements;
   * binding 1 is `var<uniform>`, a struct of `count`, `key0`, `key1`, `offset_low`, `offset_high` (`u32`), then the
   * arguments (`f32`). Invocation x writes element `offset + x`; those from `count` on must write nothing. It must give
   * the bits of the wasm: shaders may round their own divisions, square roots and sums of products otherwise.
   */
  readonly wgsl: string;
}

type Entry = (...numbers: number[]) => unknown;

/** Elements that a kernel writes at once. */
const CHUNK_ELEMENTS = 1 << 16;
const WORD = 2 ** 32;
const PAGE_BYTES = 65536;
const ALIGNMENT = 16;

/** A kernel of one's own, ready to run on the CPU. */
export class LoadedKernel {
  readonly id: string;
  readonly wgsl: string;
  /** Name of the entry in both. */
  readonly entry: string;
  readonly #memory: WebAssembly.Memory;
  readonly #entry: Entry;
  /** Where values are written before they are copied out: behind all that the module itself uses. */
  readonly #base: number;

  private constructor(kernel: OwnKernel, exports: WebAssembly.Exports) {
    this.id = kernel.id;
    this.wgsl = kernel.wgsl;
    this.entry = kernel.entry ?? 'fill';
    const { memory, __heap_base: heap, [this.entry]: entry } = exports;
    if (
      !(memory instanceof WebAssembly.Memory) ||
      !(heap instanceof WebAssembly.Global) ||
      typeof entry !== 'function'
    ) {
      throw badKernel(kernel.id, `its wasm exports ${Object.keys(exports).join(', ') || 'nothing'}`, {
        expected: `memory, __heap_base and the function ${this.entry}`,
        fix: 'link with -Wl,--no-entry -Wl,--export=fill -Wl,--export=__heap_base',
      });
    }
    this.#memory = memory;
    this.#entry = entry as Entry;
    this.#base = Math.ceil(Number(heap.value) / ALIGNMENT) * ALIGNMENT;
  }

  /** @throws DeviceError `bad-kernel` for a module that cannot be used, with the engine's reason as cause. */
  static async load(kernel: OwnKernel): Promise<LoadedKernel> {
    if (typeof kernel.id !== 'string' || kernel.id === '' || kernel.id.startsWith('incipit.')) {
      throw badKernel(kernel.id, 'its id is reserved or empty', { expected: "a name such as 'mine.triangular'" });
    }
    if (typeof kernel.wgsl !== 'string' || !kernel.wgsl.includes('@compute')) {
      throw badKernel(kernel.id, 'it has no twin for the GPU', { expected: 'WGSL with a @compute entry point' });
    }
    try {
      const { wasm } = kernel;
      const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
      const { exports } = await WebAssembly.instantiate(module, {});
      return new LoadedKernel(kernel, exports);
    } catch (cause) {
      if (cause instanceof DeviceError) throw cause;
      throw badKernel(kernel.id, `its wasm cannot be loaded: ${messageOf(cause)}`, { cause });
    }
  }

  /** Fills `out` with float32 elements from `offset` on; runs to its end before it returns. */
  fill(call: KernelCall, out: Uint8Array, offset: number): void {
    const count = out.byteLength / 4;
    for (let done = 0; done < count; done += CHUNK_ELEMENTS) {
      const length = Math.min(CHUNK_ELEMENTS, count - done);
      const first = offset + done;
      this.#reserve(length * 4);
      try {
        this.#entry(this.#base, length, ...call.key, first % WORD, Math.floor(first / WORD), ...call.args);
      } catch (cause) {
        const what = `kernel '${this.id}' failed: ${messageOf(cause)}`;
        throw new DeviceError({ code: 'kernel-failed', what, cause });
      }
      out.set(new Uint8Array(this.#memory.buffer, this.#base, length * 4), done * 4);
    }
  }

  #reserve(bytes: number): void {
    const missing = this.#base + bytes - this.#memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch (cause) {
      const what = `the memory of kernel '${this.id}' cannot grow by ${missing} bytes`;
      throw new DeviceError({ code: 'out-of-memory', what, cause });
    }
  }
}

function badKernel(
  id: unknown,
  problem: string,
  more: { readonly expected?: string; readonly fix?: string; readonly cause?: unknown },
): DeviceError {
  return new DeviceError({
    code: 'bad-kernel',
    what: `kernel '${String(id)}' cannot be registered: ${problem}`,
    ...more,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
