import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a file cost. */
export interface AttackOutcome {
  /** `read`, or the code of the error. */
  readonly end: string;
  /** Seconds of work of all threads, until it was open or refused. */
  readonly openSeconds: number;
  /** Of the tensor that took longest. */
  readonly slowestRead: number;
  /** Of all that was done. */
  readonly seconds: number;
  /** Most memory that the process had so far. */
  readonly peakMiB: number;
}

const PROGRAM = fileURLToPath(new URL('attacked.js', import.meta.url));
/** On a machine that does much else, two seconds of work take longer. */
const PATIENCE_MS = 60_000;

/** The process that opens files. One that dies of a file is begun anew for the next. */
export class Victim {
  readonly #heapMiB: number;
  #process: ChildProcess | undefined;

  /** @param heapMiB memory that JavaScript's objects may take; beyond it the process dies. */
  constructor(heapMiB: number) {
    this.#heapMiB = heapMiB;
  }

  /** @throws Error when the process died of it, or did not end. */
  async open(path: string): Promise<AttackOutcome> {
    this.#process ??= fork(PROGRAM, [], {
      execArgv: ['--expose-gc', `--max-old-space-size=${this.#heapMiB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const running = this.#process;
    let told = '';
    const listen = (text: Buffer): void => {
      told += text.toString();
    };
    running.stderr?.on('data', listen);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answered = once(running, 'message', { signal });
    const died = once(running, 'exit', { signal }).then(() => undefined);
    running.send(path);
    const answer = await Promise.race([answered, died]).catch(() => undefined);
    died.catch(() => undefined);
    answered.catch(() => undefined);
    running.stderr?.off('data', listen);
    if (answer !== undefined) return answer[0] as AttackOutcome;
    this.end();
    throw new Error(`the process died or hung: ${told.slice(0, 2000)}`);
  }

  end(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }
}
