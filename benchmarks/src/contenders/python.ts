import type { BenchLaw } from '../laws.js';
import { type Contender, type FillTime, WARM_ELEMENTS } from './contender.js';
import { PythonServer } from './python-server.js';
import { findPython } from './python-venv.js';

export const PYTHON_PEERS = ['torch1', 'torch', 'jax', 'numpy'] as const;
export type PythonPeer = (typeof PYTHON_PEERS)[number];

interface Found {
  readonly version?: string;
  readonly simd?: string;
  readonly reason?: string;
}

/** What peers.py says of itself. */
interface Facts {
  readonly threads: number;
  readonly torch: Found;
  readonly numpy: Found;
  readonly jax: Found;
}

const WHAT: Readonly<Record<PythonPeer, string>> = {
  torch1: 'torch.nn.init.*_ on an allocated CPU tensor, one thread',
  torch: 'torch.nn.init.*_ on an allocated CPU tensor, all threads',
  jax: 'a compiled jax.random.*, all threads, to a new array (JAX fills no existing one)',
  numpy: 'Generator (PCG64), float32, out= an allocated array, scaled in place, one thread',
};

/** torch, JAX and NumPy in one Python process, asked for one thing at a time. */
export class PythonPeers {
  readonly #server: PythonServer | undefined;
  readonly #facts: Facts | undefined;
  readonly #reason: string;
  /** The program, for those who start it anew. */
  readonly python: string | undefined;

  private constructor(python: string | undefined, reason: string, server?: PythonServer, facts?: Facts) {
    this.python = python;
    this.#reason = reason;
    this.#server = server;
    this.#facts = facts;
  }

  static async start(venv: string, log: (line: string) => void): Promise<PythonPeers> {
    const found = await findPython(venv, log);
    if ('reason' in found) return new PythonPeers(undefined, found.reason);
    const server = new PythonServer(found.python, 'peers.py');
    const facts = (await server.next()) as Facts | undefined;
    if (facts !== undefined) return new PythonPeers(found.python, '', server, facts);
    return new PythonPeers(undefined, `Python ended at once: ${server.lastWords()}`);
  }

  /** Why a peer is not here; undefined when it is. */
  absence(peer: PythonPeer): string | undefined {
    const library = peer === 'torch1' ? 'torch' : peer;
    return this.#facts === undefined ? this.#reason : this.#facts[library].reason;
  }

  /** `torch 2.15.0 (AVX2)`, … */
  get versions(): readonly string[] {
    return (['torch', 'jax', 'numpy'] as const).flatMap((name) => {
      const { version, simd } = this.#facts?.[name] ?? {};
      return version === undefined ? [] : [`${name} ${version}${simd === undefined ? '' : ` (${simd})`}`];
    });
  }

  get contenders(): readonly Contender[] {
    return PYTHON_PEERS.filter((peer) => this.absence(peer) === undefined).map((peer) => ({
      column: peer,
      what: WHAT[peer],
      fill: async ({ law, size, dtype, repeats }) =>
        dtype === 'float32'
          ? this.#ask({ op: 'fill', peer, law, size, repeats, warm: WARM_ELEMENTS })
          : { absent: 'peers are compared in float32' },
      dispose: async () => this.end(),
    }));
  }

  /** Seconds to allocate and fill every parameter. */
  async fillModel(
    peer: 'torch1' | 'torch',
    parameters: readonly (readonly [shape: readonly number[], law: BenchLaw])[],
  ): Promise<FillTime> {
    const absent = this.absence(peer);
    return absent === undefined ? this.#ask({ op: 'model', peer, parameters }) : { absent };
  }

  end(): void {
    this.#server?.end();
  }

  async #ask(request: { readonly peer: PythonPeer; readonly [key: string]: unknown }): Promise<FillTime> {
    const answer = (await this.#server?.ask(request)) as { readonly seconds: number } | { readonly absent: string };
    if (answer === undefined) {
      throw new Error(`Python ended while ${request.peer} was measured: ${this.#server?.lastWords() ?? ''}`);
    }
    return 'seconds' in answer ? answer.seconds : answer;
  }
}
