import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CheckpointError } from '../errors.js';
import { BlockReads, type Fill } from './block-reads.js';
import type { ByteSource } from './format.js';

/** What one read brings at least, and at most where many small tensors lie side by side. */
const BLOCK_BYTES = 1 << 14;
const MOST_BLOCK_BYTES = 1 << 21;
/** Large reads are made by several threads of Node's at once, each of which brings so much at least. */
const PIECE_BYTES = 4 << 20;
/** Node has so many threads for files. */
const MOST_PIECES = 4;
const PAGE_BYTES = 4096;

/**
 * A file, read by ranges.
 *
 * @param name what the user called it, for messages; the path itself when absent.
 * @throws CheckpointError `not-found` or `unreadable`.
 */
export async function fileSource(path: string, name: string = path): Promise<ByteSource> {
  // A pipe would be waited for; with this it opens, and is refused below. Windows has no such pipes.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause: unknown) => {
    throw openError(name, cause);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new CheckpointError({ code: 'unreadable', what: `'${name}' is not a file`, expected: 'a checkpoint file' });
  }
  let closed = false;
  const reads = new BlockReads({
    size: stat.size,
    blockBytes: BLOCK_BYTES,
    mostBlockBytes: MOST_BLOCK_BYTES,
    fill: filler(handle, name),
  });
  return {
    name,
    size: stat.size,
    readInto: (offset, out) => reads.readInto(offset, out),
    async read(offset, length) {
      // Not cleared first: either all of it is filled, or nobody sees it.
      const { buffer } = Buffer.allocUnsafeSlow(length);
      const out = new Uint8Array(buffer);
      await reads.readInto(offset, out);
      return out;
    },
    beside: (sibling) => fileSource(join(dirname(path), sibling), join(dirname(name), sibling)),
    async close() {
      if (closed) return;
      closed = true;
      reads.clear();
      await handle.close();
    },
  };
}

function filler(handle: FileHandle, name: string): Fill {
  const fillPiece = async (out: Uint8Array, offset: number): Promise<void> => {
    let done = 0;
    while (done < out.byteLength) {
      const { bytesRead } = await handle.read(out, done, out.byteLength - done, offset + done);
      if (bytesRead === 0) {
        throw new CheckpointError({
          code: 'truncated',
          what: `'${name}' ended at byte ${offset + done} while it was read`,
        });
      }
      done += bytesRead;
    }
  };
  return async (out, offset) => {
    const count = Math.min(MOST_PIECES, Math.floor(out.byteLength / PIECE_BYTES));
    if (count < 2) return fillPiece(out, offset);
    const length = Math.ceil(out.byteLength / count / PAGE_BYTES) * PAGE_BYTES;
    const pieces = Array.from({ length: count }, (_, index) => index * length).map((start) =>
      fillPiece(out.subarray(start, start + length), offset + start),
    );
    // Nothing writes into the caller's memory after this, also when a piece failed.
    for (const result of await Promise.allSettled(pieces)) if (result.status === 'rejected') throw result.reason;
  };
}

function openError(name: string, cause: unknown): CheckpointError {
  const missing = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT';
  return new CheckpointError({
    code: missing ? 'not-found' : 'unreadable',
    what: missing ? `checkpoint '${name}' does not exist` : `checkpoint '${name}' cannot be opened`,
    fix: 'check the path; relative paths are taken from the working directory unless told otherwise',
    cause,
  });
}
