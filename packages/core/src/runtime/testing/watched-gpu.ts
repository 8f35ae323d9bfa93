import type { GpuBuffer, GpuDevice } from '../../ir/gpu.js';

type Replacements = { readonly [Name in keyof GpuDevice]?: GpuDevice[Name] | undefined };

/** A GPU device of which some members are replaced, for the rest as it is. */
export function replacingOnGpu(gpu: GpuDevice, members: Replacements): GpuDevice {
  return new Proxy(gpu, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof GpuDevice];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A GPU device whose memory is full when it is told so; until then it is as it was. */
export function fillableGpu(gpu: GpuDevice): { readonly gpu: GpuDevice; setFull(isFull: boolean): void } {
  let full = false;
  let scopes = 0;
  const replaced = replacingOnGpu(gpu, {
    pushErrorScope: (filter) => gpu.pushErrorScope(filter),
    popErrorScope: async () => {
      const error = await gpu.popErrorScope();
      scopes += 1;
      // The innermost scope is that of memory.
      return full && scopes % 3 === 1 ? { message: 'no memory' } : error;
    },
  });
  const setFull = (isFull: boolean): void => {
    full = isFull;
    scopes = 0;
  };
  return { gpu: replaced, setFull };
}

/** A GPU device that counts what is submitted to it and mapped. */
export class WatchedGpu {
  /** Command buffers. */
  submitted = 0;
  /** Buffers that were mapped. */
  mapped = 0;
  /** Buffers that were made on it and not destroyed. */
  readonly buffers: Set<GpuBuffer> = new Set();
  readonly gpu: GpuDevice;

  constructor(gpu: GpuDevice) {
    const { queue } = gpu;
    this.gpu = replacingOnGpu(gpu, {
      queue: {
        submit: (commands) => {
          this.submitted += commands.length;
          queue.submit(commands);
        },
        writeBuffer: (...args) => queue.writeBuffer(...args),
        onSubmittedWorkDone: () => queue.onSubmittedWorkDone(),
      },
      createBuffer: (descriptor) => {
        const buffer = gpu.createBuffer(descriptor);
        this.buffers.add(buffer);
        const destroy = buffer.destroy.bind(buffer);
        buffer.destroy = () => {
          this.buffers.delete(buffer);
          destroy();
        };
        const map = buffer.mapAsync.bind(buffer);
        buffer.mapAsync = (...args) => {
          this.mapped += 1;
          return map(...args);
        };
        return buffer;
      },
    });
  }
}
