import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CheckpointError } from '../errors.js';
import type { ByteSink } from './format.js';

/**
 * A file that appears whole or not at all: written beside its place, synced, then renamed over it.
 *
 * @throws CheckpointError `unwritable` when the folder cannot be written.
 */
export async function fileSink(path: string): Promise<ByteSink> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.part`);
  const handle = await open(temporary, 'wx').catch((cause: unknown) => {
    throw new CheckpointError({
      code: 'unwritable',
      what: `'${path}' cannot be written`,
      fix: 'check that its folder exists and may be written',
      cause,
    });
  });
  let pending = true;
  return {
    async write(bytes, at) {
      let done = 0;
      try {
        while (done < bytes.byteLength) {
          done += (await handle.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten;
        }
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new CheckpointError({
          code: 'unwritable',
          what: `'${path}' cannot be written: ${reason}`,
          fix: 'check the space that is left',
          cause,
        });
      }
    },
    async commit() {
      await handle.sync();
      await handle.close();
      pending = false;
      await rename(temporary, path).catch(async (cause: unknown) => {
        await rm(temporary, { force: true });
        throw new CheckpointError({ code: 'unwritable', what: `'${path}' cannot be replaced`, cause });
      });
      await syncFolder(folder);
    },
    async abort() {
      if (!pending) return;
      pending = false;
      await handle.close();
      await rm(temporary, { force: true });
    },
  };
}

/** Makes the rename itself durable. Some platforms cannot open folders; the file's own data is synced by then. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
