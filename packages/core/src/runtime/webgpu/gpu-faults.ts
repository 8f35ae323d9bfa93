import { DeviceError, DeviceLostError } from '../../errors.js';
import type { GpuDevice } from '../../ir/gpu.js';

/** Outermost first; they are popped in the other order. */
const SCOPES = ['validation', 'internal', 'out-of-memory'] as const;
type Scope = (typeof SCOPES)[number];

/** How long a failure waits for the news that the device was lost, in milliseconds. */
const NEWS_MILLISECONDS = 100;

/** Turns what goes wrong on a GPU into typed errors. */
export class GpuFaults {
  readonly #device: GpuDevice;
  /** Rejects when the device is lost. */
  readonly #end: Promise<never>;
  #loss: DeviceLostError | undefined;

  constructor(device: GpuDevice) {
    this.#device = device;
    this.#end = device.lost.then(({ reason, message }) => {
      this.#loss = lostError(reason, message);
      throw this.#loss;
    });
    // Whoever waits for something on the device is told.
    this.#end.catch(() => undefined);
  }

  get lost(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * Runs `action` in error scopes of its own. It is over when this returns; the promise tells how it went.
   *
   * @param what for messages: `filling`.
   *
   * @throws DeviceLostError; DeviceError `out-of-memory`, `device-failed`, or as `action` does.
   */
  guard<T>(what: string, action: () => T): Promise<T> {
    if (this.#loss !== undefined) return Promise.reject(this.#loss);
    for (const scope of SCOPES) this.#device.pushErrorScope(scope);
    let result: T | undefined;
    let failure: { readonly cause: unknown } | undefined;
    try {
      result = action();
    } catch (cause) {
      failure = { cause };
    }
    const popped = [...SCOPES].reverse().map(async (scope) => ({ scope, error: await this.#device.popErrorScope() }));
    return this.#outcome(what, popped, failure).then(() => result as T);
  }

  /** Waits for something on the device, or for its loss. */
  async settled<T>(what: string, promise: Promise<T>): Promise<T> {
    try {
      return await Promise.race([promise, this.#end]);
    } catch (cause) {
      if (cause instanceof DeviceError) throw cause;
      await this.#news();
      throw new DeviceError({
        code: 'device-failed',
        what: `the GPU failed while ${what}: ${messageOf(cause)}`,
        cause,
      });
    }
  }

  /** As {@link settled}, of work that a lost device would have called done too. */
  async finished(work: Promise<unknown>): Promise<void> {
    await this.settled('finishing', work);
    if (this.#loss !== undefined) throw this.#loss;
  }

  async #outcome(
    what: string,
    popped: readonly Promise<{ readonly scope: Scope; readonly error: { readonly message: string } | null }>[],
    failure: { readonly cause: unknown } | undefined,
  ): Promise<void> {
    const found = await this.settled(what, Promise.all(popped));
    if (this.#loss !== undefined) throw this.#loss;
    const first = found.find(({ error }) => error !== null);
    if (first?.error != null) {
      await this.#news();
      throw scopeError(first.scope, what, first.error);
    }
    if (failure !== undefined) throw failure.cause;
  }

  /** On a device that is lost everything fails: the loss is the better explanation, and may come a little later. */
  async #news(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, NEWS_MILLISECONDS);
    });
    try {
      await Promise.race([this.#end, wait]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function lostError(reason: string | undefined, message: string): DeviceLostError {
  return new DeviceLostError({
    code: 'device-lost',
    what: `the GPU device was ${reason === 'destroyed' ? 'destroyed' : 'lost'}${message === '' ? '' : `: ${message}`}`,
    fix: 'run again, on another device if it goes on: the bits are the same, but for large orthogonal matrices',
  });
}

function scopeError(scope: Scope, what: string, cause: { readonly message: string }): DeviceError {
  if (scope === 'out-of-memory') {
    return new DeviceError({
      code: 'out-of-memory',
      what: `the GPU's memory was full while ${what}`,
      fix: "free memory of the GPU, or use device: 'cpu'; the bits are the same, but for large orthogonal matrices",
      cause,
    });
  }
  return new DeviceError({ code: 'device-failed', what: `the GPU failed while ${what}: ${cause.message}`, cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
