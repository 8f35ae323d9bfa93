import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CheckpointError } from '../errors.js';
import type { ByteSource } from './format.js';

/**
 * A file, read by ranges.
 *
 * @param name what the user called it, for messages; the path itself when absent.
 * @throws CheckpointError `not-found` or `unreadable`.
 */
export async function fileSource(path: string, name: string = path): Promise<ByteSource> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw openError(name, cause);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new CheckpointError({ code: 'unreadable', what: `'${name}' is not a file`, expected: 'a checkpoint file' });
  }
  let closed = false;
  const readInto = async (offset: number, out: Uint8Array): Promise<void> => {
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
  return {
    name,
    size: stat.size,
    readInto,
    async read(offset, length) {
      const out = new Uint8Array(length);
      await readInto(offset, out);
      return out;
    },
    beside: (sibling) => fileSource(join(dirname(path), sibling), join(dirname(name), sibling)),
    async close() {
      if (closed) return;
      closed = true;
      await handle.close();
    },
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
