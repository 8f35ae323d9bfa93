import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contender.js';
import { findPython } from './python-venv.js';

/** One thread each, and no tuning of the machine's own. */
const PINNED = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', NUMEXPR_NUM_THREADS: '1' };
const UNSET = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE', 'LD_PRELOAD', 'PYTHONPATH'];

interface Found {
  readonly version?: string;
  readonly threads?: number;
  readonly simd?: string;
  readonly reason?: string;
}

export interface PythonPeers {
  readonly contenders: readonly Contender[];
  /** What to say of each peer: its version, or why it is absent. */
  readonly facts: Readonly<Record<'torch' | 'numpy', Found>>;
}

const WHAT = {
  torch: 'torch.nn.init.*_ on an allocated CPU tensor, one thread',
  numpy: 'Generator (PCG64), float32, out= an allocated array, scaled in place, one thread',
} as const;

/** torch and NumPy in one Python process, asked for one fill at a time. */
export async function pythonPeers(venv: string, log: (line: string) => void): Promise<PythonPeers> {
  const found = await findPython(venv, log);
  if ('reason' in found) return { contenders: [], facts: { torch: found, numpy: found } };
  const server = new PythonServer(found.python);
  const facts = (await server.next()) as PythonPeers['facts'] | undefined;
  if (facts === undefined) {
    const reason = `${found.python} ended at once: ${server.lastWords()}`;
    return { contenders: [], facts: { torch: { reason }, numpy: { reason } } };
  }
  const present = (['torch', 'numpy'] as const).filter((peer) => facts[peer].version !== undefined);
  return { facts, contenders: present.map((peer) => contender(peer, server)) };
}

function contender(peer: 'torch' | 'numpy', server: PythonServer): Contender {
  return {
    name: peer,
    what: WHAT[peer],
    async fill(law, size) {
      const answer = (await server.ask({ peer, law, size })) as { readonly seconds?: number } | undefined;
      if (answer === undefined) throw new Error(`Python ended while ${peer} was measured: ${server.lastWords()}`);
      return answer.seconds;
    },
    async dispose() {
      server.end();
    },
  };
}

/** Lines of JSON to and from peers.py. */
class PythonServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #words = '';

  constructor(python: string) {
    const env: NodeJS.ProcessEnv = { ...process.env, ...PINNED };
    for (const name of UNSET) delete env[name];
    const script = fileURLToPath(new URL('../python/peers.py', import.meta.url));
    this.#child = spawn(python, [script], { env });
    this.#child.on('error', (error) => {
      this.#words += error.message;
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

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
