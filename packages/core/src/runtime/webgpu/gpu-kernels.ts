import { DeviceError } from '../../errors.js';
import type { KernelCall } from '../../kernels/kernel-call.js';
import { kernelEntry } from '../../kernels/kernel-table.js';
import { kernelShader, readsTable } from '../../kernels/wgsl/kernel-shader.js';
import type { LoadedKernel } from '../own-kernel.js';
import { ownKernel } from '../own-kernels.js';
import type { GpuTensor, TvmRuntime } from '../tvm-runtime.js';
import type { GpuFaults } from './gpu-faults.js';
import type { BufferRange, GpuForTvm } from './gpu-for-tvm.js';
import { type Dispatch, kernelName, missingKernel } from './job-table.js';
import type { Inputs } from './kernel-memory.js';
import { type WgslFunction, wgslModule } from './wgsl-module.js';

const WORD = 4294967296;
/** Elements that one dispatch of a user's kernel fills at most: its workgroups, of 16 threads or more, are not folded. */
export const OWN_KERNEL_ELEMENTS: number = 1 << 19;
const FEWEST_THREADS = 16;

/** A shader, and under which name it is called. */
interface NamedShader {
  readonly as: string;
  readonly shader: WgslFunction;
  /** For messages. */
  readonly kernel: string;
}

/** The kernels on one GPU device, compiled when they are first used, and their dispatches. */
export class GpuKernels {
  readonly #runtime: TvmRuntime;
  readonly #lender: GpuForTvm;

  constructor(runtime: TvmRuntime, lender: GpuForTvm) {
    this.#runtime = runtime;
    this.#lender = lender;
  }

  /**
   * Compiles what these calls need.
   *
   * @throws DeviceError `missing-function`, `bad-kernel`, or as `faults`.
   */
  async load(calls: readonly KernelCall[], faults: GpuFaults): Promise<void> {
    // All are known before the first is loaded: nothing is under way when one is refused.
    const missing = new Map<string, NamedShader>();
    for (const call of calls) {
      const as = shaderName(call);
      if (missing.has(as) || this.#runtime.hasShader(as)) continue;
      missing.set(as, { as, shader: shaderOf(call), kernel: call.kernel });
    }
    await this.#compile([...missing.values()], faults);
  }

  /**
   * Compiles shaders that belong to no law, for {@link call}.
   *
   * @throws as `faults`.
   */
  async loadShaders(shaders: readonly WgslFunction[], faults: GpuFaults): Promise<void> {
    const missing = shaders.filter(({ name }) => !this.#runtime.hasShader(plainName(name)));
    const named = missing.map((shader) => ({ as: plainName(shader.name), shader, kernel: shader.name }));
    await this.#compile(named, faults);
  }

  async #compile(shaders: readonly NamedShader[], faults: GpuFaults): Promise<void> {
    const loading = shaders.map(async ({ as, shader, kernel }) => {
      const load = (): void => this.#runtime.loadShader(wgslModule(shader), shader.name, as);
      try {
        await faults.guard(`compiling kernel '${kernel}'`, load);
      } catch (error) {
        this.#runtime.dropShader(as);
        throw error;
      }
    });
    await Promise.all(loading);
  }

  /**
   * Records a dispatch of a shader that {@link loadShaders} compiled.
   *
   * @param numbers the shader's, and how many workgroups.
   */
  call(name: string, tensors: readonly GpuTensor[], numbers: readonly number[]): void {
    this.#runtime.callShader(plainName(name), [...tensors.map(({ pointer }) => pointer), ...numbers]);
  }

  /** A tensor over memory that is there; its owner disposes it. */
  tensorOver(range: BufferRange): GpuTensor {
    return this.#lender.lend(range, () => this.#runtime.createGpuTensor(range.size / 4));
  }

  /** Records a dispatch of one of the laws' kernels. */
  dispatch(dispatch: Dispatch, cells: GpuTensor, { jobs, table }: Inputs): void {
    const { name, dtype, begin, count, groups } = dispatch;
    const pointers = [cells, jobs.tensor, ...(dispatch.table ? [table.tensor] : [])].map(({ pointer }) => pointer);
    this.#runtime.callShader(`${name} ${dtype}`, [...pointers, begin, count, groups]);
  }

  /**
   * Records a dispatch of a user's kernel, which fills the whole of `range`.
   *
   * @returns a tensor for the caller to dispose, once this is submitted.
   */
  dispatchOwn(call: KernelCall, offset: number, range: BufferRange): GpuTensor {
    const count = range.size / 4;
    const numbers = [count, ...call.key, offset % WORD, Math.floor(offset / WORD), ...call.args];
    const tensor = this.tensorOver(range);
    const groups = Math.ceil(count / threadsOf(own(call.kernel)));
    this.#runtime.callShader(shaderName(call), [tensor.pointer, ...numbers, groups]);
    return tensor;
  }

  /** Submits what was recorded. */
  flush(): Promise<void> {
    return this.#runtime.flushGpu();
  }

  /** Lets go of the buffers of the numbers that went with dispatches. */
  release(): void {
    this.#lender.release();
  }
}

function plainName(name: string): string {
  return `plain ${name}`;
}

/** A user's kernel is compiled for the number of its arguments. */
function shaderName({ kernel, dtype, args }: KernelCall): string {
  return kernelEntry({ kernel }) === undefined ? `own ${kernel} ${args.length}` : `${kernelName(kernel)} ${dtype}`;
}

function shaderOf({ kernel, dtype, args }: KernelCall): WgslFunction {
  if (kernelEntry({ kernel }) !== undefined) {
    const name = kernelName(kernel);
    const { wgsl, entry } = kernelShader(name, dtype);
    const buffers = [true, false, ...(readsTable(name) ? [false] : [])];
    return { name: entry, wgsl, buffers, numbers: ['uint32', 'uint32'] };
  }
  const loaded = own(kernel);
  threadsOf(loaded);
  const { wgsl, entry } = loaded;
  const words = Array<'uint32'>(5).fill('uint32');
  return { name: entry, wgsl, buffers: [true], numbers: [...words, ...args.map(() => 'float32' as const)] };
}

function own(id: string): LoadedKernel {
  const kernel = ownKernel(id);
  if (kernel === undefined) throw missingKernel(id);
  return kernel;
}

/** Threads of a workgroup, along x. */
function threadsOf({ id, entry, wgsl }: LoadedKernel): number {
  const size = new RegExp(`@workgroup_size\\(\\s*(\\d+)u?\\s*(?:,[^)]*)?\\)\\s*fn\\s+${entry}\\b`).exec(wgsl)?.[1];
  const threads = Number(size ?? 0);
  if (threads >= FEWEST_THREADS) return threads;
  throw new DeviceError({
    code: 'bad-kernel',
    what: `kernel '${id}' cannot run on the GPU: its WGSL has no entry '${entry}' whose workgroup size is a number, ${FEWEST_THREADS} or more`,
    expected: `@compute @workgroup_size(64) fn ${entry}(…)`,
    fix: "write it so, or use device: 'cpu'; the bits are the same",
  });
}
