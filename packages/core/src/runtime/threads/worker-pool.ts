import { loadWasm } from '#load-wasm';
import { spawnWorker } from '#spawn-worker';
import type { FromWorker, ToWorker } from './messages.js';
import type { WorkerHandle } from './worker-handle.js';

/** How long idle workers are kept, in milliseconds: to start one takes a few dozen. */
const IDLE_MILLISECONDS = 5000;

/** A worker that is ready, as runs see it. */
export interface PoolWorker {
  post(message: ToWorker, transfer?: readonly ArrayBuffer[]): void;
}

/** What a run is told of the workers. */
export interface PoolListener {
  /** A worker became ready after the run began. */
  joined(worker: PoolWorker): void;
  answered(worker: PoolWorker, message: FromWorker): void;
  /** It takes no further message; what it was doing is lost. */
  gone(worker: PoolWorker): void;
}

interface Member extends PoolWorker {
  readonly handle: WorkerHandle;
  ready: boolean;
}

/**
 * Workers that start with the first run that wants them, hold the process open only during one, and stop by themselves.
 * One that is killed or fails is replaced at the next run.
 */
export class WorkerPool {
  readonly #size: number;
  readonly #members = new Set<Member>();
  #wasm: Promise<WebAssembly.Module> | undefined;
  #listener: PoolListener | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  /** @param wasm the runtime's wasm, compiled; default: the one that the package carries. */
  constructor(size: number, wasm?: WebAssembly.Module) {
    this.#size = size;
    if (wasm !== undefined) this.#wasm = Promise.resolve(wasm);
  }

  /** Workers there are, starting ones included. */
  get size(): number {
    return this.#members.size;
  }

  /** Calls `body` with the workers that are ready; others join through the listener. Runs do not overlap. */
  async during<T>(listener: PoolListener, body: (ready: readonly PoolWorker[]) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    this.#listener = listener;
    this.#fill();
    for (const { handle } of this.#members) handle.hold(true);
    try {
      return await body([...this.#members].filter(({ ready }) => ready));
    } finally {
      this.#listener = undefined;
      for (const { handle } of this.#members) handle.hold(false);
      this.#idle = setTimeout(() => this.#stop(), IDLE_MILLISECONDS);
      // In Node a timer is an object that can let the process go.
      (this.#idle as { unref?(): void }).unref?.();
    }
  }

  /** Idempotent. */
  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#idle);
    this.#stop();
  }

  #stop(): void {
    for (const { handle } of [...this.#members]) handle.terminate();
    this.#members.clear();
  }

  #fill(): void {
    for (let missing = this.#size - this.#members.size; missing > 0; missing -= 1) this.#start();
  }

  #start(): void {
    let handle: WorkerHandle;
    try {
      handle = spawnWorker();
    } catch {
      // A page's security policy may forbid workers: there is one thread then.
      return;
    }
    const member: Member = { handle, ready: false, post: (message, transfer) => handle.post(message, transfer) };
    this.#members.add(member);
    handle.onGone(() => this.#lose(member));
    handle.onMessage((message) => this.#receive(member, message as FromWorker));
    this.#wasm ??= loadWasm();
    this.#wasm.then(
      (wasm) => member.post({ kind: 'start', wasm }),
      () => {
        this.#wasm = undefined;
        handle.terminate();
      },
    );
  }

  #receive(member: Member, message: FromWorker): void {
    if (message.kind === 'failed') member.handle.terminate();
    else if (message.kind === 'ready') {
      member.ready = true;
      this.#listener?.joined(member);
    } else this.#listener?.answered(member, message);
  }

  #lose(member: Member): void {
    member.ready = false;
    if (this.#members.delete(member) && !this.#disposed) this.#listener?.gone(member);
  }
}
