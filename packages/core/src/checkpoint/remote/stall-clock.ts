/** A server that sends less in a whole stretch of time is taken for dead: bytes that drip hold nobody up. */
const LEAST_BYTES = 1024;

/** Ends an exchange when its server stalls, or when the user's signal says so. Runs while the server is waited for only. */
export class StallClock {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#outer?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #left: number;
  #since = 0;
  #arrived = 0;
  stalled = false;

  constructor(seconds: number, outer: AbortSignal | undefined) {
    this.#milliseconds = seconds * 1000;
    this.#left = this.#milliseconds;
    this.#outer = outer;
    outer?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on the server is waited for. */
  wait(): void {
    this.#since = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.stalled = true;
      this.#controller.abort();
    }, this.#left);
  }

  /** The server did something: answered, or sent bytes. */
  arrived(bytes: number): void {
    clearTimeout(this.#timer);
    this.#left = Math.max(1, this.#left - (performance.now() - this.#since));
    this.#arrived += bytes;
    if (this.#arrived < LEAST_BYTES) return;
    this.#arrived = 0;
    this.#left = this.#milliseconds;
  }

  /** Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }
}
