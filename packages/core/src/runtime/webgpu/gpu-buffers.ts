import type { GpuBuffer, GpuDevice } from '../../ir/gpu.js';

/** `GPUBufferUsage`, which is no global everywhere. */
export const USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 0x40, storage: 0x80 } as const;

/** The buffers that Incipit holds on a device, counted. */
export class GpuBuffers {
  readonly #device: GpuDevice;
  readonly #held = new Set<GpuBuffer>();

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  get count(): number {
    return this.#held.size;
  }

  /** Errors come to the error scopes around the call. */
  create(size: number, usage: number): GpuBuffer {
    const buffer = this.#device.createBuffer({ size, usage, label: 'incipit' });
    this.#held.add(buffer);
    return buffer;
  }

  /** Hands a buffer to somebody who destroys it. */
  give(buffer: GpuBuffer): GpuBuffer {
    this.#held.delete(buffer);
    return buffer;
  }

  /** Work that was submitted with it is not disturbed. */
  destroy(buffer: GpuBuffer): void {
    if (this.#held.delete(buffer)) buffer.destroy();
  }

  destroyAll(): void {
    for (const buffer of this.#held) buffer.destroy();
    this.#held.clear();
  }
}
