import type { GpuBuffer, GpuDevice } from '../../ir/gpu.js';
import type { GpuBuffers } from './gpu-buffers.js';

/** Part of a buffer, for one binding. */
export interface BufferRange {
  readonly buffer: GpuBuffer;
  readonly offset: number;
  readonly size: number;
}

/** What TVM takes for a buffer. */
class TvmBuffer {
  readonly size: number;
  readonly #buffers: GpuBuffers;
  readonly #usage: number;
  readonly #lent: BufferRange | undefined;
  #own: GpuBuffer | undefined;

  constructor(buffers: GpuBuffers, size: number, usage: number, lent: BufferRange | undefined) {
    this.#buffers = buffers;
    this.size = size;
    this.#usage = usage;
    this.#lent = lent;
  }

  /** Made when it is used, again after {@link destroy}. */
  range(): BufferRange {
    if (this.#lent !== undefined) return this.#lent;
    this.#own ??= this.#buffers.create(this.size, this.#usage);
    return { buffer: this.#own, offset: 0, size: this.size };
  }

  destroy(): void {
    if (this.#own !== undefined) this.#buffers.destroy(this.#own);
    this.#own = undefined;
  }
}

interface BindGroup {
  readonly layout: object;
  readonly entries: readonly { readonly binding: number; readonly resource: { readonly buffer: TvmBuffer } }[];
}

/**
 * The GPU device as TVM sees it. The device may be a framework's: TVM's habits of destroying it, when a buffer cannot be
 * had or when the instance ends, of printing its errors, and of keeping buffers for later go no further than this.
 *
 * Errors are left to the error scopes around the calls into TVM. The methods are those that TVM 0.27 calls.
 */
export class GpuForTvm {
  /** TVM frees the whole instance when the device is lost; ours is told otherwise. */
  readonly lost: Promise<never> = new Promise(() => undefined);
  readonly queue: object;
  readonly #device: GpuDevice;
  readonly #buffers: GpuBuffers;
  /** Buffers that TVM keeps from one run to the next: those of its numbers. */
  readonly #kept: TvmBuffer[] = [];
  #lent: BufferRange | undefined;

  constructor(device: GpuDevice, buffers: GpuBuffers) {
    this.#device = device;
    this.#buffers = buffers;
    this.queue = {
      submit: (commands: readonly object[]) => device.queue.submit(commands),
      writeBuffer: (target: TvmBuffer, offset: number, data: ArrayBuffer) => {
        const range = target.range();
        device.queue.writeBuffer(range.buffer, range.offset + offset, data);
      },
      // TVM waits for this after it has submitted; who reads a result waits for that.
      onSubmittedWorkDone: () => Promise.resolve(),
    };
  }

  /** The next buffer that TVM makes, during `action`, is this one; TVM never destroys it. */
  lend<T>(range: BufferRange, action: () => T): T {
    this.#lent = range;
    try {
      return action();
    } finally {
      this.#lent = undefined;
    }
  }

  /** Destroys what TVM keeps for later; it is made again when it is used. */
  release(): void {
    for (const buffer of this.#kept) buffer.destroy();
  }

  createBuffer({ size, usage }: { readonly size: number; readonly usage: number }): TvmBuffer {
    const buffer = new TvmBuffer(this.#buffers, size, usage, this.#lent);
    if (this.#lent === undefined) this.#kept.push(buffer);
    this.#lent = undefined;
    return buffer;
  }

  createBindGroup({ layout, entries }: BindGroup): object {
    const bound = entries.map(({ binding, resource }) => ({ binding, resource: resource.buffer.range() }));
    return this.#device.createBindGroup({ layout, entries: bound });
  }

  createBindGroupLayout(descriptor: object): object {
    return this.#device.createBindGroupLayout(descriptor);
  }

  createPipelineLayout(descriptor: object): object {
    return this.#device.createPipelineLayout(descriptor);
  }

  createShaderModule(descriptor: object): object {
    return this.#device.createShaderModule(descriptor);
  }

  createComputePipeline(descriptor: object): object {
    return this.#device.createComputePipeline(descriptor);
  }

  createCommandEncoder(): object {
    return this.#device.createCommandEncoder();
  }

  pushErrorScope(): void {}

  popErrorScope(): Promise<null> {
    return Promise.resolve(null);
  }

  addEventListener(): void {}

  destroy(): void {}
}
