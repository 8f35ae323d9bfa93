/** What is told of a download or of reads over the network while they go on. */
export interface TransferEvent {
  /** Checkpoint as the config names it. */
  readonly source: string;
  readonly url: string;
  /**
   * `start`: the server answers; `progress`: bytes arrived; `resume`: goes on after `received` bytes that an earlier try
   * or a broken connection left; `done`: the file is whole and kept; `kept`: an earlier download is used, no server is
   * asked.
   */
  readonly kind: 'start' | 'progress' | 'resume' | 'done' | 'kept';
  /** Bytes that are there by now. */
  readonly received: number;
  /** Bytes in all, where the server tells. */
  readonly total: number | undefined;
}

/** How checkpoints are fetched over HTTP. */
export interface FetchOptions {
  /**
   * `auto`: where the server takes byte ranges, only those that are needed are read, and nothing is kept; else the whole
   * file is downloaded and kept. `always`: the whole file is downloaded and kept. Default `auto`.
   */
  readonly download?: 'auto' | 'always';
  /** Most bytes of one checkpoint that are fetched. Default 64 GiB, and 2 GiB where downloads are kept in memory. */
  readonly maxBytes?: number;
  /** Seconds in which a server must answer, and after that send at least 1 KiB. Default 30. */
  readonly stallSeconds?: number;
  /** Most redirects that are followed for one request. Default 10. Browsers follow at most 20, whatever is given. */
  readonly maxRedirects?: number;
  /** How often a broken connection is taken up again, from where it broke. Default 3. */
  readonly retries?: number;
  /** Headers for a request, a token for instance. Asked for each address, so that no other server sees them. */
  readonly headers?: (url: URL) => Readonly<Record<string, string>>;
  readonly onTransfer?: (event: TransferEvent) => void;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** The options with their defaults. */
export interface FetchPolicy {
  readonly maxBytes: number;
  readonly stallSeconds: number;
  readonly maxRedirects: number;
  readonly retries: number;
  readonly headers: (url: URL) => Readonly<Record<string, string>>;
  readonly onTransfer: (event: TransferEvent) => void;
  readonly fetch: typeof fetch;
}

export function fetchPolicy(options: FetchOptions, maxBytes: number): FetchPolicy {
  return {
    maxBytes: options.maxBytes ?? maxBytes,
    stallSeconds: options.stallSeconds ?? 30,
    maxRedirects: options.maxRedirects ?? 10,
    retries: options.retries ?? 3,
    headers: options.headers ?? (() => ({})),
    onTransfer: options.onTransfer ?? (() => undefined),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  };
}
