/** Where a command speaks, and how it is told to stop. */
export interface Terminal {
  /** Results: tables and JSON. */
  out(text: string): void;
  /** Progress, warnings and errors. */
  err(text: string): void;
  /** True when `err` can be redrawn in place. */
  readonly live: boolean;
  /** Width of `err` in characters. */
  readonly columns: number;
  /** Fires on Ctrl-C and on a request to end. */
  readonly signal: AbortSignal;
}

/** Signals that stop a run; the exit status that the shell sees stays the signal's own. */
const STOPS = ['SIGINT', 'SIGTERM'] as const;

/** The process's own streams and signals; `dispose` gives the signals back. */
export function processTerminal(): { readonly terminal: Terminal; dispose(): void } {
  const abort = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    received = signal;
    abort.abort(new Error(`stopped by ${signal}`));
  };
  for (const signal of STOPS) process.once(signal, stop);
  // A reader that leaves early (`incipit plan … | head`) is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    terminal: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      live: process.stderr.isTTY === true,
      columns: process.stderr.columns ?? 80,
      signal: abort.signal,
    },
    dispose() {
      for (const signal of STOPS) process.off(signal, stop);
      if (received !== undefined) process.kill(process.pid, received);
    },
  };
}
