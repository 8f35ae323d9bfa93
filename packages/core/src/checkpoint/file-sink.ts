import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CheckpointError } from '../errors.js';
import type { ByteSink } from './format.js';
import { removeAbandonedParts, temporaryPath } from './temporary-files.js';

/**
 * A file that appears whole or not at all: written beside its place, synced, then renamed over it. What a process that
 * was killed left of the same file is removed.
 *
 * @throws CheckpointError `unwritable` when the folder cannot be written.
 */
export async function fileSink(path: string): Promise<ByteSink> {
  await removeAbandonedParts(dirname(path), basename(path));
  return FileSink.open(path, { owner: basename(path), fresh: false });
}

interface FileSinkOptions {
  /** Name of the file that was asked for, of which this is a part. */
  readonly owner: string;
  /** Whether it must not replace a file, not even one that appears while it is written. */
  readonly fresh: boolean;
}

interface TemporaryFile {
  readonly temporary: string;
  readonly handle: FileHandle;
}

/** A file beside its place until it is renamed over it. */
export class FileSink implements ByteSink {
  readonly #path: string;
  readonly #temporary: string;
  readonly #fresh: boolean;
  #handle: FileHandle | undefined;
  #pending = true;

  private constructor(path: string, fresh: boolean, { temporary, handle }: TemporaryFile) {
    this.#path = path;
    this.#fresh = fresh;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  static async open(path: string, { owner, fresh }: FileSinkOptions): Promise<FileSink> {
    const temporary = temporaryPath(dirname(path), owner);
    try {
      return new FileSink(path, fresh, { temporary, handle: await open(temporary, 'wx') });
    } catch (cause) {
      throw new CheckpointError({
        code: 'unwritable',
        what: `'${path}' cannot be written`,
        fix: 'check that its folder exists and may be written',
        cause,
      });
    }
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    let done = 0;
    await this.#guarded(async () => {
      while (done < bytes.byteLength) {
        const written = await this.#handle?.write(bytes, done, bytes.byteLength - done, at + done);
        if (written === undefined) throw new Error('it is sealed');
        done += written.bytesWritten;
      }
    });
  }

  async seal(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    await this.#guarded(async () => {
      await handle.sync();
      await handle.close();
    });
    this.#handle = undefined;
  }

  async commit(): Promise<void> {
    await this.seal();
    try {
      await (this.#fresh ? renameToFree(this.#temporary, this.#path) : rename(this.#temporary, this.#path));
    } catch (cause) {
      await this.abort();
      const taken = (cause as NodeJS.ErrnoException).code === 'EEXIST';
      throw new CheckpointError({
        code: 'unwritable',
        what: `'${this.#path}' ${taken ? 'appeared while it was written' : 'cannot be replaced'}`,
        ...(taken ? { fix: 'see that no other process writes the same checkpoint, and try again' } : {}),
        cause,
      });
    }
    this.#pending = false;
    await syncFolder(dirname(this.#path));
  }

  async abort(): Promise<void> {
    if (!this.#pending) return;
    this.#pending = false;
    await this.#handle?.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CheckpointError({
        code: 'unwritable',
        what: `'${this.#path}' cannot be written: ${reason}`,
        fix: 'check the space that is left',
        cause,
      });
    }
  }
}

/** Renames a file unless its new name is taken: links tell that in one step, where the disk has them. */
async function renameToFree(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return rename(from, to);
  }
  await rm(from);
}

/** Makes the rename itself durable. Some platforms cannot open folders; the file's own data is synced by then. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close().catch(() => undefined);
}
