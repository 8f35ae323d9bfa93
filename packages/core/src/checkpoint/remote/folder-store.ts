import { createHash, type Hash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../../errors.js';
import { fileSink } from '../file-sink.js';
import { fileSource } from '../file-source.js';
import type { ByteSource } from '../format.js';
import { digestMismatch } from './digest-mismatch.js';
import type { DownloadStore, PendingDownload } from './download-store.js';
import { nameOf, type RemoteFile } from './remote-file.js';

/** A part whose process wrote nothing for so long is taken over. */
const ABANDONED_SECONDS = 120;
const HASH_BYTES = 1 << 20;

/**
 * Downloads in a folder: `files/<SHA-256>` holds each once, whatever its addresses; `addresses/` says which of them an
 * address gave; `parts/` has those that are not whole yet. What has a name there is whole: a process that is killed
 * leaves parts only, which the next one goes on with.
 */
export function folderStore(folder: string): DownloadStore {
  return {
    maxBytes: 2 ** 36,
    place: folder,
    async find(file) {
      const kept = file.sha256 ?? (await digestOf(folder, file.url));
      return kept === undefined ? undefined : openKept(folder, kept, file);
    },
    async begin(file) {
      try {
        return await FolderDownload.begin(folder, file);
      } catch (cause) {
        if (cause instanceof CheckpointError) throw cause;
        throw unwritable(folder, cause);
      }
    },
  };
}

async function openKept(folder: string, digest: string, file: RemoteFile): Promise<ByteSource | undefined> {
  const path = join(folder, 'files', digest);
  const there = await stat(path).catch(() => undefined);
  return there?.isFile() === true ? fileSource(path, file.source) : undefined;
}

async function digestOf(folder: string, url: string): Promise<string | undefined> {
  const about = await readJson(addressPath(folder, url));
  const digest = about['url'] === url ? about['sha256'] : undefined;
  return typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

function addressPath(folder: string, url: string): string {
  return join(folder, 'addresses', `${hashOf(url)}.json`);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Nothing for a file that is missing or broken: then what it told is not known. */
async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function unwritable(folder: string, cause: unknown): CheckpointError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CheckpointError({
    code: 'unwritable',
    what: `a download cannot be kept in '${folder}': ${reason}`,
    fix: 'check its rights and the space that is left, or name another folder: openCheckpoints({ cache }), or INCIPIT_CACHE',
    cause,
  });
}

class FolderDownload implements PendingDownload {
  readonly #folder: string;
  readonly #file: RemoteFile;
  /** Folder of this process's own, in which the part lies. */
  readonly #own: string;
  readonly #data: FileHandle;
  #hash: Hash = createHash('sha256');
  received = 0;
  validator: string | undefined;

  private constructor(folder: string, file: RemoteFile, { own, data }: { own: string; data: FileHandle }) {
    this.#folder = folder;
    this.#file = file;
    this.#own = own;
    this.#data = data;
  }

  static async begin(folder: string, file: RemoteFile): Promise<FolderDownload> {
    const own = await claim(folder, file.url);
    const data = await open(join(own, 'data'), 'a+');
    const pending = new FolderDownload(folder, file, { own, data });
    const { validator } = await readJson(join(own, 'about.json'));
    if (typeof validator === 'string') await pending.#takeUp(validator);
    else await data.truncate(0);
    return pending;
  }

  /** The digest is of all bytes, those of the earlier try too. */
  async #takeUp(validator: string): Promise<void> {
    this.validator = validator;
    const buffer = new Uint8Array(HASH_BYTES);
    for (;;) {
      const { bytesRead } = await this.#data.read(buffer, 0, HASH_BYTES, this.received);
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.received += bytesRead;
    }
  }

  async restart(validator: string | undefined): Promise<void> {
    await this.#guarded(async () => {
      await this.#data.truncate(0);
      this.#hash = createHash('sha256');
      this.received = 0;
      this.validator = validator;
      await writeFile(join(this.#own, 'about.json'), JSON.stringify({ url: this.#file.url, validator }));
    });
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#guarded(async () => {
      for (let done = 0; done < chunk.byteLength; ) {
        done += (await this.#data.write(chunk, done, chunk.byteLength - done)).bytesWritten;
      }
    });
    this.#hash.update(chunk);
    this.received += chunk.byteLength;
  }

  async finish(): Promise<ByteSource> {
    const digest = this.#hash.digest('hex');
    const { sha256: expected, url } = this.#file;
    if (expected !== undefined && digest !== expected) {
      await this.discard();
      throw digestMismatch(nameOf(this.#file), digest, expected);
    }
    await this.#guarded(async () => {
      await this.#data.sync();
      await this.#data.close();
      await mkdir(join(this.#folder, 'files'), { recursive: true });
      await rename(join(this.#own, 'data'), join(this.#folder, 'files', digest));
      await rm(this.#own, { recursive: true, force: true });
      await mkdir(join(this.#folder, 'addresses'), { recursive: true });
      const sink = await fileSink(addressPath(this.#folder, url));
      await sink.write(new TextEncoder().encode(JSON.stringify({ url, sha256: digest, size: this.received })), 0);
      await sink.commit();
    });
    return fileSource(join(this.#folder, 'files', digest), this.#file.source);
  }

  async pause(): Promise<void> {
    await this.#data.close();
    // Another process may have left a part of the same file: one is enough.
    await rename(this.#own, partPath(this.#folder, this.#file.url)).catch(() => this.#remove());
  }

  async discard(): Promise<void> {
    await this.#data.close();
    await this.#remove();
  }

  #remove(): Promise<void> {
    return rm(this.#own, { recursive: true, force: true });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      throw unwritable(this.#folder, cause);
    }
  }
}

function partPath(folder: string, url: string): string {
  return join(folder, 'parts', hashOf(url));
}

/** A folder for a part: one that an earlier try left, or a new one. Renaming is what makes it this process's own. */
async function claim(folder: string, url: string): Promise<string> {
  const own = `${partPath(folder, url)}.${randomUUID()}`;
  const parts = join(folder, 'parts');
  await mkdir(parts, { recursive: true });
  for (const name of await readdir(parts)) {
    if (!name.startsWith(hashOf(url))) continue;
    const path = join(parts, name);
    if (name !== hashOf(url) && !(await isAbandoned(path))) continue;
    const taken = await rename(path, own).then(
      () => true,
      () => false,
    );
    if (taken) return own;
  }
  await mkdir(own);
  return own;
}

async function isAbandoned(path: string): Promise<boolean> {
  const last = await stat(join(path, 'data')).catch(() => stat(path).catch(() => undefined));
  return last !== undefined && Date.now() - last.mtimeMs > ABANDONED_SECONDS * 1000;
}
