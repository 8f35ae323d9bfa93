import { CheckpointError } from '../../errors.js';
import { memorySource } from '../memory-source.js';
import { digestMismatch } from './digest-mismatch.js';
import type { DownloadStore, PendingDownload } from './download-store.js';
import { nameOf, type RemoteFile } from './remote-file.js';

/** Downloads that live as long as the checkpoint is open: for browsers, whose own cache keeps them. */
export const memoryStore: DownloadStore = {
  maxBytes: 2 ** 31,
  place: 'memory',
  async find() {
    return undefined;
  },
  async begin(file) {
    return pendingInMemory(file);
  },
};

function pendingInMemory(file: RemoteFile): PendingDownload {
  let chunks: Uint8Array[] = [];
  let received = 0;
  let version: string | undefined;
  const drop = async (): Promise<void> => {
    chunks = [];
    received = 0;
  };
  return {
    get received() {
      return received;
    },
    get validator() {
      return version;
    },
    async restart(validator) {
      await drop();
      version = validator;
    },
    async append(chunk) {
      chunks.push(chunk);
      received += chunk.byteLength;
    },
    async finish() {
      const bytes = new Uint8Array(received);
      let at = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.byteLength;
      }
      await drop();
      if (file.sha256 !== undefined) await checkDigest(file, file.sha256, bytes);
      return memorySource(file.source, bytes);
    },
    pause: drop,
    discard: drop,
  };
}

async function checkDigest(file: RemoteFile, expected: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const subtle = (globalThis as { readonly crypto?: { readonly subtle?: SubtleCrypto } }).crypto?.subtle;
  if (subtle === undefined) {
    throw new CheckpointError({
      code: 'no-digest',
      what: `the SHA-256 of checkpoint ${nameOf(file)} cannot be checked: this page has no Web Crypto`,
      fix: 'serve the page over https or from localhost, or leave #sha256= out',
    });
  }
  const digest = [...new Uint8Array(await subtle.digest('SHA-256', bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  if (digest !== expected) throw digestMismatch(nameOf(file), digest, expected);
}
