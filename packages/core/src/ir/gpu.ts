// The part of WebGPU that Incipit uses, as types of its own: programs without the types of WebGPU in their library,
// and those with Dawn's, can name them.

/** What a `GPUAdapter` or a `GPUDevice` tells of the hardware. */
export interface GpuAdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

/** A `GPUBuffer`. */
export interface GpuBuffer {
  readonly size: number;
  readonly usage: number;
  mapAsync(mode: number, offset?: number, size?: number): Promise<unknown>;
  getMappedRange(offset?: number, size?: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

interface GpuCommandEncoder {
  copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, size: number): void;
  finish(): object;
}

interface GpuQueue {
  submit(commands: readonly object[]): void;
  writeBuffer(
    buffer: GpuBuffer,
    offset: number,
    data: ArrayBufferView | ArrayBuffer,
    from?: number,
    size?: number,
  ): void;
  onSubmittedWorkDone(): Promise<unknown>;
}

interface GpuLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
}

/** A `GPUDevice`. */
export interface GpuDevice {
  readonly adapterInfo?: GpuAdapterInfo;
  readonly limits: GpuLimits;
  readonly lost: Promise<{ readonly reason?: string | undefined; readonly message: string }>;
  readonly queue: GpuQueue;
  createBuffer(descriptor: { readonly size: number; readonly usage: number; readonly label?: string }): GpuBuffer;
  createBindGroup(descriptor: object): object;
  createBindGroupLayout(descriptor: object): object;
  createPipelineLayout(descriptor: object): object;
  createShaderModule(descriptor: object): object;
  createComputePipeline(descriptor: object): object;
  createCommandEncoder(): GpuCommandEncoder;
  pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  destroy(): void;
}

/** A `GPUAdapter`. */
export interface GpuAdapter {
  readonly info: GpuAdapterInfo;
  readonly limits: GpuLimits;
  requestDevice(descriptor: object): Promise<GpuDevice>;
}

/** `navigator.gpu`, or what stands in for it. */
export interface Gpu {
  requestAdapter(options?: { readonly powerPreference?: 'low-power' | 'high-performance' }): Promise<GpuAdapter | null>;
}
