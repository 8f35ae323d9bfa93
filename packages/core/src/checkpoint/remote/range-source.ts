import { CheckpointError } from '../../errors.js';
import { BlockReads } from '../block-reads.js';
import type { ByteSource } from '../format.js';
import { contentRange, isPlain, validatorOf } from './answer-headers.js';
import type { DownloadTools } from './download.js';
import type { HttpAnswer } from './http-client.js';
import { refusal } from './refusal.js';
import { changed, nameOf, type RemoteFile, tooLarge } from './remote-file.js';
import { Retries } from './retries.js';

/** What one request brings at least. */
const BLOCK_BYTES = 1 << 16;

/** One version of a file on a server. */
interface Version {
  readonly size: number;
  readonly validator: string | undefined;
}

/** What a server gave when it was asked for the first bytes of a file. */
export type Probe =
  | { readonly kind: 'ranges'; readonly source: ByteSource }
  /** It gives whole files only. */
  | { readonly kind: 'whole'; readonly answer: HttpAnswer };

/**
 * Asks for the first bytes of a file, and so finds out whether the rest can be had piece by piece.
 *
 * @throws CheckpointError, as {@link download} does.
 */
export async function probe(file: RemoteFile, tools: DownloadTools): Promise<Probe> {
  const answer = await getPersistently(file, tools, { Range: `bytes=0-${BLOCK_BYTES - 1}` });
  const range = answer.status === 206 && isPlain(answer.headers) ? contentRange(answer.headers) : undefined;
  if (range !== undefined && range.first === 0 && range.last < BLOCK_BYTES && range.total !== undefined) {
    const version = { size: range.total, validator: validatorOf(answer.headers) };
    const reader = new RangeReader(file, tools, version);
    const bytes = new Uint8Array(range.last + 1);
    await reader.fill(bytes, 0, answer);
    return { kind: 'ranges', source: reader.source(bytes, answer.url) };
  }
  if (answer.status === 200) return { kind: 'whole', answer };
  await answer.discard();
  // Some servers refuse what they do not know; an empty file has no first byte.
  if (answer.status === 206 || answer.status === 416 || answer.status === 501) {
    return { kind: 'whole', answer: await getPersistently(file, tools, {}) };
  }
  throw refusal(file, answer);
}

/** Tries again what may pass. */
async function getPersistently(
  file: RemoteFile,
  { client, policy, signal }: DownloadTools,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const retries = new Retries(policy.retries, signal);
  for (;;) {
    try {
      const answer = await client.get(file, headers);
      if (answer.status < 500 || answer.status === 501) return answer;
      await answer.discard();
      throw refusal(file, answer);
    } catch (error) {
      await retries.failed(error, 0);
    }
  }
}

/** Reads pieces of one version of a file. */
class RangeReader {
  readonly #file: RemoteFile;
  readonly #tools: DownloadTools;
  readonly #version: Version;
  #received = 0;
  /** Where the redirects lead; the way through them is asked again when it is closed. */
  #at: string | undefined;

  constructor(file: RemoteFile, tools: DownloadTools, version: Version) {
    this.#file = file;
    this.#tools = tools;
    this.#version = version;
  }

  /** @param first the bytes that are there already. @param at where redirects led. */
  source(first: Uint8Array, at: string): ByteSource {
    this.#at = at;
    const { size } = this.#version;
    const reads = new BlockReads({
      size,
      first,
      blockBytes: BLOCK_BYTES,
      fill: (out, offset) => this.fill(out, offset),
    });
    const readInto = async (offset: number, out: Uint8Array): Promise<void> => {
      this.#checkInside(offset, out.byteLength);
      await reads.readInto(offset, out);
    };
    return {
      name: this.#file.source,
      size,
      readInto,
      read: async (offset, length) => {
        this.#checkInside(offset, length);
        const out = new Uint8Array(length);
        await readInto(offset, out);
        return out;
      },
      async close() {
        reads.clear();
      },
    };
  }

  /** Reads the bytes from `offset` on, all that `out` holds, however often the connection breaks. */
  async fill(out: Uint8Array, offset: number, first?: HttpAnswer): Promise<void> {
    const limit = this.#tools.policy.maxBytes;
    if (this.#received + out.byteLength > limit) {
      await first?.discard();
      throw tooLarge(this.#file, this.#received + out.byteLength, limit);
    }
    const retries = new Retries(this.#tools.policy.retries, this.#tools.signal);
    let done = 0;
    for (let answer = first; done < out.byteLength; answer = undefined) {
      const before = done;
      try {
        const given = answer ?? (await this.#ask(offset + done, offset + out.byteLength - 1));
        for await (const chunk of given.chunks()) {
          if (done + chunk.byteLength > out.byteLength) throw this.#wrong('more bytes than were asked for');
          out.set(chunk, done);
          done += chunk.byteLength;
        }
        if (done < out.byteLength) throw this.#short(offset + out.byteLength, offset + done);
      } catch (error) {
        await retries.failed(error, done - before);
      }
    }
    this.#received += done;
    const { source, url } = this.#file;
    this.#tools.policy.onTransfer({ source, url, kind: 'progress', received: this.#received, total: undefined });
  }

  async #ask(first: number, last: number): Promise<HttpAnswer> {
    const { validator } = this.#version;
    const headers = {
      Range: `bytes=${first}-${last}`,
      ...(validator === undefined ? {} : { 'If-Range': validator }),
    };
    const answer = await this.#tools.client.get(this.#file, headers, this.#at);
    if (this.#at !== undefined && answer.status >= 400 && answer.status < 500 && answer.status !== 416) {
      // Signed addresses expire.
      this.#at = undefined;
      await answer.discard();
      return this.#ask(first, last);
    }
    const wrong = this.#problemOf(answer, first, last);
    if (wrong === undefined) return answer;
    await answer.discard();
    throw wrong;
  }

  #problemOf(answer: HttpAnswer, first: number, last: number): CheckpointError | undefined {
    if (answer.status === 200 || answer.status === 416) return changed(this.#file);
    if (answer.status !== 206) return refusal(this.#file, answer);
    const range = contentRange(answer.headers);
    const fits = range !== undefined && range.first === first && range.last <= last && isPlain(answer.headers);
    if (!fits) return this.#wrong(`'${answer.headers.get('content-range')}' for bytes ${first}-${last}`);
    const { size, validator } = this.#version;
    const now = validatorOf(answer.headers) ?? validator;
    const same = (range.total ?? size) === size && (now === validator || validator === undefined);
    return same ? undefined : changed(this.#file);
  }

  /** Before anything is allocated: lengths come from the file. */
  #checkInside(offset: number, length: number): void {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.#version.size)) throw this.#short(offset + length);
  }

  #short(wanted: number, ended: number = this.#version.size): CheckpointError {
    return new CheckpointError({
      code: 'truncated',
      what: `checkpoint ${nameOf(this.#file)} ended at byte ${ended}; bytes up to ${wanted} were asked for`,
      fix: 'try again; if it stays so, the file on the server is broken',
    });
  }

  #wrong(what: string): CheckpointError {
    return new CheckpointError({
      code: 'bad-range-answer',
      what: `the server of checkpoint ${nameOf(this.#file)} answered ${what}`,
      fix: "pass openCheckpoints({ download: 'always' }), which asks for no ranges",
    });
  }
}
