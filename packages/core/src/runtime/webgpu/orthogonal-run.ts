import type { GpuDevice } from '../../ir/gpu.js';
import type { OrthogonalLaw } from '../../ir/law.js';
import { eventLoopTurn, TURN_MILLISECONDS } from '../event-loop-turn.js';
import { readColumns, writeColumns } from '../orthogonal/columns.js';
import { BLOCK, Layout } from '../orthogonal/layout.js';
import { PanelFactoriser } from '../orthogonal/panel.js';
import type { TvmRuntime } from '../tvm-runtime.js';
import { GpuReflectors, TileLayout } from './gpu-reflectors.js';
import type { RunContext } from './run-memory.js';

/** Whether a GPU has buffers as large as the matrix of a law takes. */
export function hasRoomFor(law: OrthogonalLaw, { limits }: GpuDevice): boolean {
  const { bytes } = new TileLayout(new Layout(law));
  return bytes <= Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
}

/**
 * As `orthogonalize`, by matrix products on the GPU: the same blocks of reflections, each made in the wasm of columns
 * that are read back, and applied on the GPU. While one is made, the GPU applies the one before to the columns behind.
 *
 * @throws as `GpuFaults`, or as `TvmRuntime.call`; buffers are left for the caller to destroy.
 */
export async function orthogonalizeOnGpu(
  context: RunContext,
  runtime: TvmRuntime,
  law: OrthogonalLaw,
  gaussian: Float32Array,
): Promise<Float32Array> {
  const layout = new Layout(law);
  const tiles = new TileLayout(layout);
  const panels = new PanelFactoriser(runtime, layout, tiles.stride);
  try {
    const gpu = await GpuReflectors.create(context, tiles);
    try {
      const matrix = new Float32Array(gaussian.subarray(0, law.rows * law.columns));
      return await new OrthogonalRun(context, { layout, tiles, panels, gpu }).work(matrix, law.gain);
    } finally {
      gpu.dispose();
    }
  } finally {
    panels.dispose();
  }
}

interface Parts {
  readonly layout: Layout;
  readonly tiles: TileLayout;
  readonly panels: PanelFactoriser;
  readonly gpu: GpuReflectors;
}

class OrthogonalRun {
  readonly #context: RunContext;
  readonly #parts: Parts;
  readonly #signs: Float32Array;
  #turn = performance.now();

  constructor(context: RunContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
    this.#signs = new Float32Array(parts.layout.paddedWidth);
  }

  async work(matrix: Float32Array, gain: number): Promise<Float32Array> {
    await this.#upload(matrix);
    await this.#triangularise();
    await this.#formColumns();
    await this.#download(matrix, gain);
    return matrix;
  }

  async #upload(matrix: Float32Array): Promise<void> {
    const { layout, tiles, gpu } = this.#parts;
    const numbers = new Float32Array(BLOCK * tiles.stride);
    for (let block = 0; block < tiles.blocks; block += 1) {
      numbers.fill(0);
      readColumns(layout, matrix, { ...this.#columnsOf(block, block + 1), numbers });
      await this.#submit(() => gpu.write(block, numbers));
      await this.#giveTurn();
    }
  }

  /** Leaves the reflections of all blocks on the GPU. */
  async #triangularise(): Promise<void> {
    const { tiles, panels, gpu } = this.#parts;
    const { blocks } = tiles;
    await this.#submit(() => gpu.copy({ first: 0, end: 1 }));
    for (let block = 0; block < blocks; block += 1) {
      const made = await gpu.read(1, (columns) => panels.factorise(block, columns));
      this.#signs.set(made.signs, block * BLOCK);
      await this.#submit(() => {
        gpu.keep(block, made);
        return this.#applyToLater(block);
      });
      await this.#giveTurn();
    }
  }

  /** The next block first: it is read back while the others are worked on. */
  async #applyToLater(block: number): Promise<void> {
    const { tiles, gpu } = this.#parts;
    const next = { first: block + 1, end: block + 2 };
    if (next.first >= tiles.blocks) return;
    gpu.apply(block, next, true);
    const flushed = [gpu.flush()];
    gpu.copy(next);
    if (next.end < tiles.blocks) {
      gpu.apply(block, { first: next.end, end: tiles.blocks }, true);
      flushed.push(gpu.flush());
    }
    await Promise.all(flushed);
  }

  async #formColumns(): Promise<void> {
    const { tiles, gpu } = this.#parts;
    await this.#submit(() => {
      gpu.setIdentity();
      return gpu.flush();
    });
    for (let block = tiles.blocks - 1; block >= 0; block -= 1) {
      await this.#submit(() => {
        gpu.apply(block, { first: block, end: tiles.blocks }, false);
        return gpu.flush();
      });
      await this.#giveTurn();
    }
  }

  /** Puts the columns, times the gain and the signs of R's diagonal, into the matrix. */
  async #download(matrix: Float32Array, gain: number): Promise<void> {
    const { layout, tiles, gpu } = this.#parts;
    const scales = this.#signs.map((sign) => gain * sign);
    for (let first = 0; first < tiles.blocks; first += tiles.blocksAtOnce) {
      const end = Math.min(first + tiles.blocksAtOnce, tiles.blocks);
      await this.#submit(() => gpu.copy({ first, end }));
      await gpu.read(end - first, (numbers) => {
        const columns = { ...this.#columnsOf(first, end), numbers };
        writeColumns(layout, matrix, columns, scales.subarray(columns.first, columns.end));
      });
      await this.#giveTurn();
    }
    // A lost device may have called anything done.
    await this.#context.faults.finished(Promise.resolve());
  }

  /** Columns of blocks that the matrix has. */
  #columnsOf(first: number, end: number): { readonly first: number; readonly end: number; readonly stride: number } {
    const { layout, tiles } = this.#parts;
    return { first: first * BLOCK, end: Math.min(end * BLOCK, layout.width), stride: tiles.stride };
  }

  async #submit(action: () => void | Promise<void>): Promise<void> {
    await this.#context.faults.guard('factorising', action);
  }

  async #giveTurn(): Promise<void> {
    if (performance.now() - this.#turn < TURN_MILLISECONDS) return;
    await eventLoopTurn();
    this.#turn = performance.now();
  }
}
