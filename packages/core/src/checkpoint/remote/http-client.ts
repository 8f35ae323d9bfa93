import { CheckpointError } from '../../errors.js';
import type { FetchPolicy } from './fetch-options.js';
import { nameOf, type RemoteFile } from './remote-file.js';
import { StallClock } from './stall-clock.js';

/** A server's answer whose body was not read yet; one of `chunks` and `discard` must be called. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Address that answered, after redirects. */
  readonly url: string;
  /** The body, each chunk as it comes. */
  chunks(): AsyncGenerator<Uint8Array, void>;
  discard(): Promise<void>;
}

/** One exchange with a server, which ends in time. */
interface Exchange {
  readonly file: RemoteFile;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: StallClock;
}

/** GET requests that end: by an answer, a typed error, or the reason of the signal. */
export class HttpClient {
  readonly #policy: FetchPolicy;
  readonly #signal: AbortSignal | undefined;

  constructor(policy: FetchPolicy, signal: AbortSignal | undefined) {
    this.#policy = policy;
    this.#signal = signal;
  }

  /**
   * Asks for a file; follows redirects itself, so that they are counted and never lead away from encryption.
   *
   * @param at address to ask, when it is known where redirects lead.
   * @throws CheckpointError `unreachable`, `timed-out`, `bad-redirect`, `too-many-redirects`; the signal's reason.
   */
  async get(file: RemoteFile, headers: Readonly<Record<string, string>>, at: string = file.url): Promise<HttpAnswer> {
    this.#signal?.throwIfAborted();
    const clock = new StallClock(this.#policy.stallSeconds, this.#signal);
    const exchange: Exchange = { file, headers, clock };
    clock.wait();
    try {
      let url = new URL(at);
      for (let redirects = 0; ; redirects += 1) {
        const response = await this.#send(url, exchange);
        const next = redirectOf(response, url, file);
        if (next === undefined) {
          clock.arrived(0);
          return this.#answer(response, response.url || url.href, exchange);
        }
        await response.body?.cancel().catch(() => undefined);
        if (redirects === this.#policy.maxRedirects) throw tooManyRedirects(file, redirects, next);
        url = next;
      }
    } catch (error) {
      clock.stop();
      throw error;
    }
  }

  async #send(url: URL, { file, headers, clock }: Exchange): Promise<Response> {
    const send = (redirect: 'manual' | 'follow'): Promise<Response> =>
      this.#policy.fetch(url, {
        // A packed body has no byte ranges and no length to check; files of weights hardly pack anyway.
        headers: { 'Accept-Encoding': 'identity', ...headers, ...this.#policy.headers(url) },
        redirect,
        signal: clock.signal,
      });
    try {
      const response = await send('manual');
      // A browser hides where a redirect leads.
      return response.type === 'opaqueredirect' ? await send('follow') : response;
    } catch (cause) {
      throw this.#failure(cause, url.href, { file, clock });
    }
  }

  #answer(response: Response, url: string, exchange: Exchange): HttpAnswer {
    const { clock } = exchange;
    const failure = (cause: unknown): unknown => this.#failure(cause, url, exchange);
    return {
      status: response.status,
      headers: response.headers,
      url,
      async *chunks() {
        const reader = response.body?.getReader();
        try {
          for (;;) {
            clock.wait();
            const { done, value } = (await reader?.read()) ?? { done: true };
            clock.arrived(value?.byteLength ?? 0);
            if (done || value === undefined) return;
            yield value;
          }
        } catch (cause) {
          throw failure(cause);
        } finally {
          clock.stop();
          await reader?.cancel().catch(() => undefined);
        }
      },
      async discard() {
        clock.stop();
        await response.body?.cancel().catch(() => undefined);
      },
    };
  }

  #failure(cause: unknown, url: string, { file, clock }: Pick<Exchange, 'file' | 'clock'>): unknown {
    if (cause instanceof CheckpointError) return cause;
    if (this.#signal?.aborted === true) return this.#signal.reason;
    if (clock.stalled) {
      return new CheckpointError({
        code: 'timed-out',
        what: `checkpoint ${nameOf(file)} cannot be fetched: nothing, or less than 1 KiB, came in ${this.#policy.stallSeconds} s`,
        fix: 'try again, raise stallSeconds of openCheckpoints, or download the file by other means and name its path',
        cause,
      });
    }
    return new CheckpointError({
      code: 'unreachable',
      what: `checkpoint ${nameOf(file)} cannot be fetched: ${reasonOf(cause)}`,
      expected: `an answer to GET ${url}`,
      fix: 'check the network, or download that address by other means and name the path of the file',
      cause,
    });
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause;
  if (!(inner instanceof Error)) return cause.message;
  const code = 'code' in inner ? String(inner.code) : '';
  return inner.message.includes(code) && inner.message !== '' ? inner.message : `${code} ${inner.message}`.trim();
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirectOf(response: Response, from: URL, file: RemoteFile): URL | undefined {
  if (!REDIRECTS.has(response.status)) return undefined;
  const location = response.headers.get('location') ?? '';
  const next = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const safe = next !== undefined && (next.protocol === 'https:' || next.protocol === from.protocol);
  if (location !== '' && safe && /^https?:$/.test(next.protocol)) return next;
  throw new CheckpointError({
    code: 'bad-redirect',
    what: `checkpoint ${nameOf(file)} cannot be fetched: ${from.href} redirects to '${location.slice(0, 200)}'`,
    expected: from.protocol === 'https:' ? 'an https address' : 'an http or https address',
    fix: 'name the address where the file really lies',
  });
}

function tooManyRedirects(file: RemoteFile, limit: number, next: URL): CheckpointError {
  return new CheckpointError({
    code: 'too-many-redirects',
    what: `checkpoint ${nameOf(file)} cannot be fetched: after ${limit} redirects the server sends on to ${next.href}`,
    expected: `a file after at most ${limit} redirects`,
    fix: 'name the address where the file really lies',
  });
}
