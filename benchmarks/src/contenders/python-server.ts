import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** No tuning of the machine's own: peers run as they are installed. */
const UNSET = [
  'OMP_NUM_THREADS',
  'MKL_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'OPENBLAS_CORETYPE',
  'OPENBLAS_L2_SIZE',
  'XLA_FLAGS',
  'LD_PRELOAD',
  'PYTHONPATH',
];
/** JAX looks for no accelerator. */
const SET = { JAX_PLATFORMS: 'cpu' };

/** The environment of a Python that is measured. */
export function pythonEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...SET };
  for (const name of UNSET) delete env[name];
  return env;
}

/** Lines of JSON to and from a script of python/. */
export class PythonServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #words = '';

  constructor(python: string, script: string) {
    const path = fileURLToPath(new URL(`../../python/${script}`, import.meta.url));
    this.#child = spawn(python, [path], { env: pythonEnvironment() });
    this.#child.on('error', (error) => {
      this.#words += error.message;
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Undefined when it has ended. */
  async next(): Promise<unknown> {
    const line = await this.#lines.next();
    return line.done === true ? undefined : (JSON.parse(line.value) as unknown);
  }

  ask(request: unknown): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.next();
  }

  lastWords(): string {
    return this.#words.trim().split('\n').at(-1) ?? '';
  }

  end(): void {
    this.#child.stdin.end();
  }
}
