import type { GpuBuffer } from '../../ir/gpu.js';
import { REFLECTOR_NUMBERS, REFLECTOR_SHADERS, SLAB_ROWS, TILE } from '../../kernels/wgsl/reflectors.js';
import type { Layout } from '../orthogonal/layout.js';
import { USAGE } from './gpu-buffers.js';
import type { Memory } from './kernel-memory.js';
import { createMemory, type RunContext } from './run-memory.js';
import type { WgslFunction } from './wgsl-module.js';

/** `GPUMapMode.READ`. */
const MAP_READ = 1;
/** Bytes that are read back at a time, unless one block has more. */
const READ_BYTES = 1 << 24;
const NUMBER_BYTES = 4;

const SHADERS: readonly WgslFunction[] = REFLECTOR_SHADERS.map(({ name, wgsl, buffers }) => ({
  name,
  wgsl,
  buffers: Array.from({ length: buffers }, (_, i) => i === 0),
  numbers: REFLECTOR_NUMBERS.map(() => 'uint32' as const),
}));

/** A run of blocks of columns. */
export interface Blocks {
  readonly first: number;
  readonly end: number;
}

/** How a matrix lies on the GPU: whole tiles. */
export class TileLayout {
  readonly stride: number;
  readonly blocks: number;

  constructor({ height, blocks }: Layout) {
    this.stride = Math.ceil(height / TILE) * TILE;
    this.blocks = blocks;
  }

  /** Of one block of columns. */
  get blockBytes(): number {
    return TILE * this.stride * NUMBER_BYTES;
  }

  /** Of all columns: the largest buffer that it takes. */
  get bytes(): number {
    return this.blocks * this.blockBytes;
  }

  /** Blocks that are read back at a time. */
  get blocksAtOnce(): number {
    return Math.max(1, Math.min(this.blocks, Math.floor(READ_BYTES / this.blockBytes)));
  }
}

interface Memories {
  readonly columns: Memory;
  readonly vectors: Memory;
  readonly factors: Memory;
  readonly partial: Memory;
  readonly weights: Memory;
}

/** A matrix and blocks of reflections on the GPU. Buffers are left for the caller to destroy. */
export class GpuReflectors {
  readonly #context: RunContext;
  readonly #layout: TileLayout;
  readonly #memories: Memories;
  readonly #staging: GpuBuffer;

  private constructor(context: RunContext, layout: TileLayout) {
    const slabs = Math.ceil(layout.stride / SLAB_ROWS);
    const weightBytes = layout.blocks * TILE * TILE * NUMBER_BYTES;
    this.#context = context;
    this.#layout = layout;
    this.#memories = {
      columns: createMemory(context, layout.bytes, USAGE.copySource | USAGE.copyTarget),
      vectors: createMemory(context, layout.bytes, USAGE.copyTarget),
      factors: createMemory(context, weightBytes, USAGE.copyTarget),
      partial: createMemory(context, slabs * weightBytes, 0),
      weights: createMemory(context, weightBytes, 0),
    };
    this.#staging = context.buffers.create(layout.blocksAtOnce * layout.blockBytes, USAGE.mapRead | USAGE.copyTarget);
  }

  /** @throws as `GpuFaults`. */
  static async create(context: RunContext, layout: TileLayout): Promise<GpuReflectors> {
    await context.kernels.loadShaders(SHADERS, context.faults);
    return context.faults.guard('allocating', () => new GpuReflectors(context, layout));
  }

  dispose(): void {
    for (const { tensor } of Object.values(this.#memories) as Memory[]) tensor.dispose();
  }

  /** Sets a block of columns. */
  write(block: number, columns: Float32Array): void {
    const { gpu } = this.#context;
    gpu.queue.writeBuffer(this.#memories.columns.buffer, block * this.#layout.blockBytes, columns);
  }

  /** Takes a block's reflections, for {@link apply}. */
  keep(block: number, { vectors, factor }: { readonly vectors: Float32Array; readonly factor: Float32Array }): void {
    const { queue } = this.#context.gpu;
    queue.writeBuffer(this.#memories.vectors.buffer, block * this.#layout.blockBytes, vectors);
    queue.writeBuffer(this.#memories.factors.buffer, block * factor.byteLength, factor);
  }

  /** Makes the columns the identity's. */
  setIdentity(): void {
    const count = this.#layout.blocks * TILE;
    this.#call('identity', ['columns'], [0, 0, 0, count, 0, count]);
  }

  /** Applies a block of reflections, or its transpose, to blocks of columns. */
  apply(block: number, { first, end }: Blocks, transposed: boolean): void {
    const row = block * TILE;
    const rows = this.#layout.stride - row;
    const count = (end - first) * TILE;
    const numbers = [row, block, first * TILE, count, transposed ? 1 : 0];
    this.#call('project', ['partial', 'vectors', 'columns'], [...numbers, (end - first) * Math.ceil(rows / SLAB_ROWS)]);
    this.#call('combine', ['weights', 'partial', 'factors'], [...numbers, count]);
    this.#call('update', ['columns', 'vectors', 'weights'], [...numbers, (end - first) * (rows / TILE)]);
  }

  /** Submits what was recorded. */
  flush(): Promise<void> {
    return this.#context.kernels.flush();
  }

  /** Submits a copy of blocks of columns, at most `blocksAtOnce`, for {@link read}. */
  copy({ first, end }: Blocks): void {
    const { gpu } = this.#context;
    const { blockBytes } = this.#layout;
    const encoder = gpu.createCommandEncoder();
    const from = this.#memories.columns.buffer;
    encoder.copyBufferToBuffer(from, first * blockBytes, this.#staging, 0, (end - first) * blockBytes);
    gpu.queue.submit([encoder.finish()]);
  }

  /**
   * Waits for what was copied last.
   *
   * @param use gets the first `blocks` of it while it lasts.
   * @throws as `GpuFaults`.
   */
  async read<T>(blocks: number, use: (columns: Float32Array) => T): Promise<T> {
    const bytes = blocks * this.#layout.blockBytes;
    await this.#context.faults.settled('being read', this.#staging.mapAsync(MAP_READ, 0, bytes));
    const result = use(new Float32Array(this.#staging.getMappedRange(0, bytes)));
    this.#staging.unmap();
    return result;
  }

  #call(name: string, memories: readonly (keyof Memories)[], numbers: readonly number[]): void {
    const tensors = memories.map((memory) => this.#memories[memory].tensor);
    this.#context.kernels.call(name, tensors, [this.#layout.stride, ...numbers]);
  }
}
