import { CheckpointError } from '../../errors.js';
import type { ByteSource } from '../format.js';
import { contentLength, contentRange, isPlain, validatorOf } from './answer-headers.js';
import type { DownloadStore, PendingDownload } from './download-store.js';
import type { FetchPolicy, TransferEvent } from './fetch-options.js';
import type { HttpAnswer, HttpClient } from './http-client.js';
import { refusal } from './refusal.js';
import { changed, nameOf, type RemoteFile, tooLarge } from './remote-file.js';
import { Retries } from './retries.js';

/** What a download needs. */
export interface DownloadTools {
  readonly client: HttpClient;
  readonly store: DownloadStore;
  readonly policy: FetchPolicy;
  readonly signal: AbortSignal | undefined;
}

/**
 * The whole file, from an earlier download or streamed from its server. A broken connection is taken up where it broke,
 * as long as the server tells that the file is the same; so is a download that an earlier process left.
 *
 * @param first an answer to a request without a range, when there is one.
 * @throws CheckpointError, and what has come is kept for a later try; the signal's reason.
 */
export async function download(file: RemoteFile, tools: DownloadTools, first?: HttpAnswer): Promise<ByteSource> {
  const pending = await tools.store.begin(file).catch(async (error: unknown) => {
    await first?.discard();
    throw error;
  });
  const run = new Download(file, tools, pending);
  try {
    await run.receive(first);
  } catch (error) {
    await (isOfUse(error, pending) ? pending.pause() : pending.discard());
    throw error;
  }
  const source = await pending.finish();
  run.tell('done', source.size);
  return source;
}

/** Whether a later try can go on from what has come: it must know of which version it is, and want it. */
function isOfUse(error: unknown, { received, validator }: PendingDownload): boolean {
  const unwanted =
    error instanceof CheckpointError && (error.code === 'too-large' || error.code === 'checkpoint-changed');
  return received > 0 && validator !== undefined && !unwanted;
}

class Download {
  readonly #file: RemoteFile;
  readonly #tools: DownloadTools;
  readonly #pending: PendingDownload;

  constructor(file: RemoteFile, tools: DownloadTools, pending: PendingDownload) {
    this.#file = file;
    this.#tools = tools;
    this.#pending = pending;
  }

  async receive(first: HttpAnswer | undefined): Promise<void> {
    const retries = new Retries(this.#tools.policy.retries, this.#tools.signal);
    for (let answer = first; ; answer = undefined) {
      const before = this.#pending.received;
      try {
        await this.#take(answer ?? (await this.#ask()));
        return;
      } catch (error) {
        await retries.failed(error, this.#pending.received - before);
      }
    }
  }

  #ask(): Promise<HttpAnswer> {
    const { received, validator } = this.#pending;
    const resumes = received > 0 && validator !== undefined;
    const headers = resumes ? { Range: `bytes=${received}-`, 'If-Range': validator } : undefined;
    return this.#tools.client.get(this.#file, headers ?? {});
  }

  async #take(answer: HttpAnswer): Promise<void> {
    const total = await this.#place(answer).catch(async (error: unknown) => {
      await answer.discard();
      throw error;
    });
    if (total !== undefined && this.#pending.received === total) {
      await answer.discard();
      return;
    }
    const limit = this.#tools.policy.maxBytes;
    for await (const chunk of answer.chunks()) {
      const received = this.#pending.received + chunk.byteLength;
      if (received > limit) throw tooLarge(this.#file, received, limit);
      if (total !== undefined && received > total) throw changed(this.#file);
      await this.#pending.append(chunk);
      this.tell('progress', total);
    }
    if (total === undefined || this.#pending.received === total) return;
    throw new CheckpointError({
      code: 'truncated',
      what: `checkpoint ${nameOf(this.#file)} broke off after ${this.#pending.received} of ${total} bytes`,
      fix: 'try again: what has come is kept, and the download goes on from there',
    });
  }

  /** Makes what is there and what comes fit together. @returns the bytes of the whole file, where they are known. */
  async #place(answer: HttpAnswer): Promise<number | undefined> {
    const { status, headers } = answer;
    const { received, validator } = this.#pending;
    const range = status === 206 && isPlain(headers) ? contentRange(headers) : undefined;
    const now = validatorOf(headers) ?? validator;
    if (status === 416 && headers.get('content-range') === `bytes */${received}` && received > 0) return received;
    if (range !== undefined && range.first === received && now === validator) {
      this.#refuseLarge(range.total);
      this.tell('resume', range.total);
      return range.total;
    }
    if (status === 416 || status === 206) {
      // The file is another one by now: from its beginning, at the next try.
      await this.#pending.restart(undefined);
      throw new CheckpointError({
        code: 'server-error',
        what: `checkpoint ${nameOf(this.#file)} cannot be taken up again: the server answered ${status}`,
        expected: `the bytes from ${received} on`,
        fix: 'try again',
      });
    }
    if (status !== 200) throw refusal(this.#file, answer);
    const total = contentLength(headers);
    this.#refuseLarge(total);
    // A packed body counts other bytes than a range of it would.
    await this.#pending.restart(isPlain(headers) ? validatorOf(headers) : undefined);
    this.tell('start', total);
    return total;
  }

  #refuseLarge(total: number | undefined): void {
    const limit = this.#tools.policy.maxBytes;
    if (total !== undefined && total > limit) throw tooLarge(this.#file, total, limit);
  }

  tell(kind: TransferEvent['kind'], total: number | undefined): void {
    const { source, url } = this.#file;
    this.#tools.policy.onTransfer({
      source,
      url,
      kind,
      received: total !== undefined && kind === 'done' ? total : this.#pending.received,
      total,
    });
  }
}
