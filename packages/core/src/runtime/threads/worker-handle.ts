/** One worker, however the platform spells it. */
export interface WorkerHandle {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(receive: (message: unknown) => void): void;
  /** Told once when the worker is gone: it failed, was killed or was terminated. */
  onGone(tell: () => void): void;
  /** Whether the process must stay alive for it. A page lives without being held. */
  hold(held: boolean): void;
  terminate(): void;
}

/** The worker's end. */
export interface WorkerPort {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(receive: (message: unknown) => void): void;
}
