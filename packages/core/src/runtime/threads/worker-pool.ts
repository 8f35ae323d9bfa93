import { spawnWorker } from '#spawn-worker';
import { compiledWasm } from '../compiled-wasm.js';
import type { FromWorker, ToWorker } from './messages.js';
import type { WorkerHandle } from './worker-handle.js';

/** How a pool differs from the usual one; all of it is for tests. */
export interface WorkerPoolOptions {
  readonly spawn?: () => WorkerHandle;
  /** How long idle workers are kept, in milliseconds: to start one takes a few dozen. */
  readonly idle?: number;
  /** How long a busy worker may be silent, in milliseconds. */
  readonly patience?: number;
}

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
  state: 'starting' | 'ready' | 'leaving';
}

/**
 * Workers that start with the first run that wants them, hold the process open only during one, and stop by themselves.
 * One that is killed or fails is replaced at the next run.
 */
export class WorkerPool {
  /** Workers that a run gets, as long as they can be had. */
  readonly capacity: number;
  readonly patience: number;
  readonly #spawn: () => WorkerHandle;
  readonly #idleMilliseconds: number;
  readonly #members = new Set<Member>();
  #listener: PoolListener | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(capacity: number, options: WorkerPoolOptions = {}) {
    this.capacity = capacity;
    this.patience = options.patience ?? 10_000;
    this.#spawn = options.spawn ?? spawnWorker;
    this.#idleMilliseconds = options.idle ?? 5000;
  }

  /** Workers there are, starting ones included. */
  get size(): number {
    return [...this.#members].filter(({ state }) => state !== 'leaving').length;
  }

  /** Calls `body` with the workers that are ready; others join through the listener. Runs do not overlap. */
  async during<T>(listener: PoolListener, body: (ready: readonly PoolWorker[]) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    this.#listener = listener;
    for (let missing = this.capacity - this.size; missing > 0; missing -= 1) this.#start();
    for (const { handle } of this.#members) handle.hold(true);
    try {
      return await body([...this.#members].filter(({ state }) => state === 'ready'));
    } finally {
      this.#listener = undefined;
      for (const { handle } of this.#members) handle.hold(false);
      this.#idle = setTimeout(() => this.dispose(), this.#idleMilliseconds);
      // In Node a timer is an object that can let the process go.
      (this.#idle as { unref?(): void }).unref?.();
    }
  }

  /** Ends a worker that is busy; its run is told when it is gone. */
  expel(worker: PoolWorker): void {
    for (const member of this.#members) if (member === worker) this.#dismiss(member);
  }

  /** Ends all workers; the next run starts new ones. Idempotent. */
  dispose(): void {
    clearTimeout(this.#idle);
    for (const member of this.#members) this.#dismiss(member);
  }

  #dismiss(member: Member): void {
    member.state = 'leaving';
    member.handle.terminate();
  }

  #start(): void {
    let handle: WorkerHandle;
    try {
      handle = this.#spawn();
    } catch {
      // A page's security policy may forbid workers: there is one thread then.
      return;
    }
    const post = (message: ToWorker, transfer?: readonly ArrayBuffer[]): void => handle.post(message, transfer);
    const member: Member = { handle, state: 'starting', post };
    this.#members.add(member);
    handle.onGone(() => this.#lose(member));
    handle.onMessage((message) => this.#receive(member, message as FromWorker));
    // Where the wasm cannot be loaded this thread says so.
    compiledWasm().then(
      (wasm) => member.post({ kind: 'start', wasm }),
      () => this.#dismiss(member),
    );
  }

  #receive(member: Member, message: FromWorker): void {
    if (message.kind === 'failed') this.#dismiss(member);
    else if (message.kind !== 'ready') this.#listener?.answered(member, message);
    else if (member.state === 'starting') {
      member.state = 'ready';
      this.#listener?.joined(member);
    }
  }

  #lose(member: Member): void {
    member.state = 'leaving';
    if (this.#members.delete(member)) this.#listener?.gone(member);
  }
}
