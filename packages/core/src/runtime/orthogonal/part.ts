import type { OrthogonalLaw } from '../../ir/law.js';
import type { CpuTensor, TvmRuntime } from '../tvm-runtime.js';
import { readColumns, writeColumns } from './columns.js';
import { FactorBoard } from './factor-board.js';
import { BLOCK, Layout } from './layout.js';

/** One thread's part in a factorisation. */
export interface OrthogonalPart {
  readonly law: Pick<OrthogonalLaw, 'gain' | 'rows' | 'columns'>;
  /** This thread's number, and how many there are. */
  readonly member: number;
  readonly members: number;
  /** Memory of the {@link FactorBoard}. */
  readonly board: ArrayBufferLike;
  /** The Gaussian matrix, row-major, which the orthogonal one replaces. */
  readonly matrix: Float32Array;
}

/** How `incipit.reflector_apply` takes its columns. */
const AS_THEY_ARE = 0;
const BELOW = 1;
const IDENTITY = 2;

/**
 * Does a part, step by step. Blocks of columns are dealt out in turn; a thread factorises its own as soon as the block
 * before has been applied to them, so that the others need not wait.
 *
 * Yields how many blocks the board must have before the next step: each time after a few milliseconds of work.
 *
 * @throws DeviceError as `TvmRuntime.call`, `out-of-memory`; the wasm's memory is given back in any case.
 */
export function* orthogonalSteps(runtime: TvmRuntime, part: OrthogonalPart): Generator<number, void> {
  const thread = new Thread(runtime, part);
  try {
    yield* thread.triangularise();
    yield* thread.formColumns();
    thread.write();
  } finally {
    thread.dispose();
  }
}

/** Where things lie in a thread's tensor, in numbers. */
interface Space {
  /** Of each block that is this thread's. */
  readonly blocks: ReadonlyMap<number, number>;
  /** Vectors of another thread's block. */
  readonly vectors: number;
  readonly factor: number;
  readonly signs: number;
  /** Of the block that is applied, and of the one that is factorised meanwhile. */
  readonly applied: number;
  readonly factorised: number;
  readonly length: number;
}

function spaceOf(layout: Layout, { member, members }: OrthogonalPart): Space {
  let length = 0;
  const take = (numbers: number): number => {
    const at = length;
    length += numbers;
    return at;
  };
  const blocks = new Map<number, number>();
  for (let block = member; block < layout.blocks; block += members) {
    blocks.set(block, take(layout.widthOf(block) * layout.stride));
  }
  const width = layout.widthOf(0);
  const work = 2 * layout.paddedHeight * width + width * width + BLOCK * width;
  const vectors = take(members === 1 ? 0 : width * layout.stride);
  const [factor, signs] = [take(width * BLOCK), take(layout.paddedWidth)];
  const [applied, factorised] = [take(work), take(work)];
  return { blocks, vectors, factor, signs, applied, factorised, length };
}

class Thread {
  readonly #runtime: TvmRuntime;
  readonly #part: OrthogonalPart;
  readonly #layout: Layout;
  readonly #board: FactorBoard;
  readonly #space: Space;
  readonly #tensor: CpuTensor;

  constructor(runtime: TvmRuntime, part: OrthogonalPart) {
    this.#runtime = runtime;
    this.#part = part;
    this.#layout = new Layout(part.law);
    this.#board = new FactorBoard(part.board, this.#layout);
    this.#space = spaceOf(this.#layout, part);
    this.#tensor = runtime.createTensor(this.#space.length, 'float32');
  }

  dispose(): void {
    this.#tensor.dispose();
  }

  /** Takes this thread's columns out of the matrix and makes them R's, whose reflections go to the board. */
  *triangularise(): Generator<number, void> {
    for (const block of this.#space.blocks.keys()) {
      this.#read(block);
      yield 0;
    }
    if (this.#space.blocks.has(0)) this.#factorise(0);
    const last = Math.max(...this.#space.blocks.keys());
    for (let block = 0; block < last; block += 1) {
      yield block + 1;
      this.#load(block, true);
      for (const other of this.#space.blocks.keys()) {
        if (other <= block) continue;
        this.#apply(block, other, AS_THEY_ARE);
        if (other === block + 1) this.#factorise(other);
        yield 0;
      }
    }
  }

  /** Makes this thread's columns Q's. */
  *formColumns(): Generator<number, void> {
    const { blocks } = this.#layout;
    yield blocks;
    for (let block = blocks - 1; block >= 0; block -= 1) {
      this.#load(block, false);
      for (const other of this.#space.blocks.keys()) {
        if (other < block) continue;
        this.#apply(block, other, other === block ? IDENTITY : BELOW);
        yield 0;
      }
    }
  }

  #factorise(block: number): void {
    const { factor, factorised, signs } = this.#space;
    const at = this.#addressOf(block);
    this.#call('incipit.reflector_factorise', [at, ...this.#extents(block), factor, factorised, signs + block * BLOCK]);
    const { stride } = this.#layout;
    const vectors = this.#numbers(at - block * BLOCK, this.#layout.widthOf(block) * stride);
    this.#board.publish(block, vectors, this.#numbers(factor, this.#layout.widthOf(block) * BLOCK));
  }

  /** Makes a block the one that is applied. */
  #load(block: number, transposed: boolean): void {
    const { factor, applied, blocks, vectors } = this.#space;
    const own = blocks.has(block);
    const factors = this.#board.factorOf(block);
    this.#numbers(factor, factors.length).set(factors);
    if (!own) {
      const others = this.#board.vectorsOf(block);
      this.#numbers(vectors, others.length).set(others);
    }
    const at = own ? this.#addressOf(block) : vectors + block * BLOCK;
    this.#call('incipit.reflector_load', [at, ...this.#extents(block), factor, applied, transposed ? 1 : 0]);
  }

  #apply(block: number, other: number, form: number): void {
    const at = this.#addressOf(other) - other * BLOCK + block * BLOCK;
    const count = this.#layout.widthOf(other);
    this.#call('incipit.reflector_apply', [at, ...this.#extents(block), count, this.#space.applied, form]);
  }

  /** Of the diagonal of a block of this thread's. */
  #addressOf(block: number): number {
    return (this.#space.blocks.get(block) ?? 0) + block * BLOCK;
  }

  #extents(block: number): readonly [number, number, number] {
    return [this.#layout.stride, this.#layout.heightOf(block), this.#layout.widthOf(block)];
  }

  #call(name: string, numbers: readonly number[]): void {
    this.#runtime.call(name, this.#tensor, numbers);
  }

  /** Until the next call. */
  #numbers(at: number, count: number): Float32Array {
    const { buffer, byteOffset } = this.#tensor.view(4 * this.#space.length);
    return new Float32Array(buffer, byteOffset + 4 * at, count);
  }

  /** Columns of a block that the matrix has. */
  #columnsOf(block: number): { readonly first: number; readonly end: number } {
    const first = block * BLOCK;
    return { first, end: Math.min(first + BLOCK, this.#layout.width) };
  }

  #read(block: number): void {
    const { stride } = this.#layout;
    const numbers = this.#numbers(this.#space.blocks.get(block) ?? 0, this.#layout.widthOf(block) * stride).fill(0);
    readColumns(this.#layout, this.#part.matrix, { ...this.#columnsOf(block), stride, numbers });
  }

  /** Puts this thread's columns, times the gain and the signs of R's diagonal, into the matrix. */
  write(): void {
    for (const [block, at] of this.#space.blocks) this.#write(block, at);
  }

  #write(block: number, at: number): void {
    const { stride } = this.#layout;
    const { matrix, law } = this.#part;
    const { first, end } = this.#columnsOf(block);
    const numbers = this.#numbers(at, this.#layout.widthOf(block) * stride);
    const scales = this.#numbers(this.#space.signs + first, end - first).map((sign) => law.gain * sign);
    writeColumns(this.#layout, matrix, { first, end, stride, numbers }, scales);
  }
}
