import { DeviceError } from '../errors.js';
import type { FloatDType } from '../ir/dtype.js';
import { compiledWasm } from './compiled-wasm.js';
import { createWasi } from './wasi.js';
import { Environment, Instance, type Module, type PackedFunction, type Tensor } from './web-runtime.js';

export interface TvmRuntimeOptions {
  /** Receives what TVM's C++ prints, line by line; default: standard error. */
  readonly log?: (line: string) => void;
  /** The runtime's wasm, compiled; default: the one that the package carries. */
  readonly wasm?: WebAssembly.Module;
}

/** A one-dimensional tensor in the wasm memory. Its owner disposes it. */
export interface CpuTensor {
  readonly tensor: Tensor;
  /** The first `byteLength` bytes, until the next call into the wasm. */
  view(byteLength: number): Uint8Array;
  dispose(): void;
}

/** A tensor on the GPU, of 32-bit words. Its owner disposes it. */
export interface GpuTensor {
  /** What a shader takes for it. */
  readonly pointer: number;
  dispose(): void;
}

/** TVM in one wasm instance. Nothing outside this file knows `@mlc-ai/web-runtime`. */
export class TvmRuntime {
  readonly #instance: Instance;
  readonly #functions = new Map<string, PackedFunction>();
  #disposed = false;
  /** What stopped the wasm; its memory is in no known state then. */
  #trap: unknown;

  private constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** @throws DeviceError `runtime-not-loaded`. */
  static async load(options: TvmRuntimeOptions = {}): Promise<TvmRuntime> {
    const log = options.log ?? console.error;
    try {
      const module = options.wasm ?? (await compiledWasm());
      const environment = new Environment(createWasi(log), log);
      const instance = await WebAssembly.instantiate(module, environment.imports);
      return new TvmRuntime(new Instance(module, {}, instance, environment));
    } catch (cause) {
      throw new DeviceError({
        code: 'runtime-not-loaded',
        what: `the TVM runtime could not be loaded: ${messageOf(cause)}`,
        expected: "incipit.wasm in the package's dist/wasm folder, and an engine with wasm SIMD and exceptions",
        fix: "reinstall @incipit/core; behind Vite's development server, add it to optimizeDeps.exclude",
        cause,
      });
    }
  }

  /** Bytes of the wasm memory, which grows and never shrinks. */
  get memoryBytes(): number {
    return this.#instance.memory.memory.buffer.byteLength;
  }

  /** @throws DeviceError `out-of-memory`. */
  createTensor(length: number, dtype: FloatDType): CpuTensor {
    const instance = this.#instance;
    const tensor = this.#guard(() => instance.detachFromCurrentScope(instance.empty([length], dtype, instance.cpu())));
    const address = tensor.getCPUDataAddress();
    return {
      tensor,
      view: (byteLength) => new Uint8Array(instance.memory.memory.buffer, address, byteLength),
      dispose: () => {
        // The memory went with the runtime, or is in no known state.
        if (!this.#disposed && this.#trap === undefined) tensor.dispose();
      },
    };
  }

  /**
   * Calls a packed function with a tensor and numbers, which arrive in C++ as `double`.
   *
   * @throws DeviceError: `missing-function`; the kind of the C++ error in kebab case, for instance `value-error`;
   * `runtime-trapped` when the wasm broke down, then and in each later call.
   */
  call(name: string, out: CpuTensor, numbers: readonly number[]): void {
    this.#guard(() => this.#functionNamed(name)(out.tensor, ...numbers), name);
  }

  /** Lets the runtime use a GPU, once. It then belongs to the runtime's `dispose` too, which destroys it. */
  attachGpu(device: object): void {
    this.#guard(() => this.#instance.initWebGPU(device));
  }

  /** @param words 32-bit words. */
  createGpuTensor(words: number): GpuTensor {
    const instance = this.#instance;
    const tensor = this.#guard(() =>
      instance.detachFromCurrentScope(instance.empty([words], 'uint32', instance.webgpu())),
    );
    return { pointer: tensor.getDataPtr(), dispose: () => tensor.dispose() };
  }

  /**
   * Loads a TVM module of WGSL, for {@link callShader}; kept until `dispose`.
   *
   * @param module as `wgslModule` makes it.
   * @param name of the function in it.
   * @param as under which it is called.
   */
  loadShader(module: Uint8Array, name: string, as: string): void {
    this.#guard(() => {
      const load = this.#functionNamed('ffi.Module.load_from_bytes.webgpu');
      const shader = (load(module) as Module).getFunction(name);
      this.#functions.set(as, this.#instance.detachFromCurrentScope(shader));
    }, as);
  }

  hasShader(as: string): boolean {
    return this.#functions.has(as);
  }

  /** Forgets a shader that turned out not to compile. */
  dropShader(as: string): void {
    this.#functions.get(as)?.dispose();
    this.#functions.delete(as);
  }

  /** Records a dispatch: pointers of tensors, numbers, how many workgroups. */
  callShader(as: string, numbers: readonly number[]): void {
    this.#guard(() => this.#functionNamed(as)(...numbers), as);
  }

  /** Submits what was recorded. */
  async flushGpu(): Promise<void> {
    await this.#instance.webgpu().sync();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    // After a trap the wasm cannot be trusted to free anything; the whole of it goes when it is collected.
    if (this.#trap !== undefined) return;
    for (const packed of this.#functions.values()) packed.dispose();
    this.#functions.clear();
    this.#instance.dispose();
  }

  #functionNamed(name: string): PackedFunction {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const packed = this.#instance.detachFromCurrentScope(this.#instance.getGlobalFunc(name));
    this.#functions.set(name, packed);
    return packed;
  }

  /** One scope around `action`: what TVM returns in it is freed, whether it succeeds or not. */
  #guard<T>(action: () => T, name?: string): T {
    if (this.#disposed) throw disposedError();
    if (this.#trap !== undefined) throw trapError(this.#trap);
    this.#instance.beginScope();
    try {
      return action();
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) this.#trap = error;
      throw toDeviceError(error, name);
    } finally {
      if (this.#trap === undefined) this.#instance.endScope();
    }
  }
}

/** The device was used after `dispose`. */
export function disposedError(): DeviceError {
  return new DeviceError({
    code: 'disposed-device',
    what: 'the device was used after it was disposed',
    fix: 'create a new device',
  });
}

function trapError(cause: unknown): DeviceError {
  return new DeviceError({
    code: 'runtime-trapped',
    what: `the TVM runtime broke down: ${messageOf(cause)}`,
    fix: 'create a new device',
    cause,
  });
}

function toDeviceError(error: unknown, name: string | undefined): DeviceError {
  if (error instanceof DeviceError) return error;
  if (error instanceof WebAssembly.RuntimeError) return trapError(error);
  const message = messageOf(error);
  const subject = name === undefined ? 'TVM' : `kernel '${name}'`;
  if (message.startsWith('Cannot find global function')) {
    return new DeviceError({
      code: 'missing-function',
      what: `${subject} is not in the TVM runtime`,
      expected: 'a packed function registered in the wasm',
      fix: `if it is a kernel of your own, register it before the run: await registerKernel({ id: '${name}', wasm, wgsl })`,
      cause: error,
    });
  }
  // TVMFFIWasmGetLastError gives `<kind>: <message>`; exceptions of the standard library have the kind InternalError.
  const parts = /^([A-Za-z]\w*): ([\s\S]*)$/.exec(message);
  const reason = parts?.[2] ?? message;
  const kind = parts?.[1] === undefined ? 'device-failed' : kebabCase(parts[1]);
  return new DeviceError({
    code: reason.startsWith('std::bad_alloc') ? 'out-of-memory' : kind,
    what: `${subject} failed: ${reason}`,
    cause: error,
  });
}

/** `ValueError` → `value-error`. */
function kebabCase(kind: string): string {
  return kind.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
