import { byteSize } from '../../ir/dtype.js';
import type { KernelCall } from '../../kernels/kernel-call.js';
import { kernelEntry } from '../../kernels/kernel-table.js';
import type { FillJob } from '../device.js';
import { OWN_KERNEL_ELEMENTS } from './gpu-kernels.js';

/** Bytes that go through the GPU's own memory at a time; two such lots are under way at once. */
const BATCH_BYTES = 1 << 24;
/** A job is not cut for the sake of less room than this. */
const SMALLEST_CUT = 1 << 16;
/** A kernel of a user's own begins where a binding may. */
const BINDING_ALIGNMENT = 256;
const CELL_ALIGNMENT = 8;

/** Part of a job, and where it lies in the memory of its batch. */
export interface Piece {
  readonly call: KernelCall;
  /** Index of the first element in the stream. */
  readonly offset: number;
  readonly count: number;
  /** Where the elements go in the end. */
  readonly out: Uint8Array;
  /** First byte of its memory. */
  readonly start: number;
  /** Elements before its first that the memory has room for: an odd slice begins in the middle of a cell. */
  readonly lead: number;
  readonly bytes: number;
}

/** Pieces that one readback serves. */
export interface Batch {
  readonly pieces: readonly Piece[];
  readonly bytes: number;
}

/** Cuts large jobs and gathers small ones into batches, in their order. */
export function planBatches(jobs: readonly FillJob[]): readonly Batch[] {
  const batches: Batch[] = [];
  let pieces: Piece[] = [];
  let used = 0;
  const close = (): void => {
    if (pieces.length > 0) batches.push({ pieces, bytes: used });
    pieces = [];
    used = 0;
  };
  for (const job of jobs) {
    const count = job.out.byteLength / byteSize(job.call.dtype);
    for (let done = 0; done < count; ) {
      const piece = placePiece(job, done, align(used, alignment(job.call)));
      if (piece === undefined) {
        close();
        continue;
      }
      pieces.push(piece);
      used = align(piece.start + piece.bytes, CELL_ALIGNMENT);
      done += piece.count;
    }
  }
  close();
  return batches;
}

function alignment(call: KernelCall): number {
  return kernelEntry(call) === undefined ? BINDING_ALIGNMENT : CELL_ALIGNMENT;
}

function align(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

/** As much of a job, from its element `done` on, as there is room for; undefined when that is too little. */
function placePiece({ call, out, offset }: FillJob, done: number, start: number): Piece | undefined {
  const size = byteSize(call.dtype);
  const left = out.byteLength / size - done;
  const own = kernelEntry(call) === undefined;
  const first = offset + done;
  const lead = own ? 0 : first % 2;
  const room = Math.floor((BATCH_BYTES - start) / size / 2) * 2 - lead;
  if (room < left && room * size < SMALLEST_CUT) return undefined;
  const count = Math.min(left, room, own ? OWN_KERNEL_ELEMENTS : left);
  const bytes = own ? count * size : Math.ceil((lead + count) / 2) * 2 * size;
  const target = count * size === out.byteLength ? out : out.subarray(done * size, (done + count) * size);
  return { call, offset: first, count, out: target, start, lead, bytes };
}
