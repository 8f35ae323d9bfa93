import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Column } from '../columns.js';
import type { Contender } from '../contenders/contender.js';
import { findGpuDevice, type GpuFound, gpuContender } from '../contenders/gpu.js';
import { incipitContenders } from '../contenders/incipit.js';
import { PYTHON_PEERS, PythonPeers } from '../contenders/python.js';
import { tfjsContender } from '../contenders/tfjs.js';
import type { Flags } from '../flags.js';
import type { Measurement } from '../measurement.js';

const VENV = fileURLToPath(new URL('../../../.cache/bench-venv', import.meta.url));

/** A set of cases that are measured together. */
export interface Suite {
  /** Names of its cases, which `--only` picks from. */
  cases(flags: Flags): readonly string[];
  /** Measures those of its cases that are picked. */
  run(bench: Bench, picked: ReadonlySet<string>): Promise<readonly Measurement[]>;
}

/** What suites share: who takes part, and how much is asked for. */
export class Bench {
  readonly threads: number = availableParallelism();
  readonly flags: Flags;
  readonly #say: (line: string) => void;
  #python: Promise<PythonPeers> | undefined;
  #gpu: Promise<GpuFound> | undefined;
  #contenders: Promise<readonly Contender[]> | undefined;

  constructor(flags: Flags, say: (line: string) => void) {
    this.flags = flags;
    this.#say = say;
  }

  /** Tells how far it is. */
  say(line: string): void {
    this.#say(line);
  }

  /** torch, JAX and NumPy; installed with the first call. */
  python(): Promise<PythonPeers> {
    this.#python ??= PythonPeers.start(VENV, this.#say);
    return this.#python;
  }

  gpu(): Promise<GpuFound> {
    this.#gpu ??= findGpuDevice(this.flags.gpu);
    return this.#gpu;
  }

  /** All that fill arrays. */
  contenders(): Promise<readonly Contender[]> {
    this.#contenders ??= this.#makeContenders();
    return this.#contenders;
  }

  /** Those that a suite asked for. */
  async contendersSoFar(): Promise<readonly Contender[]> {
    return (await this.#contenders) ?? [];
  }

  /** Who does not take part in this run, and why. */
  async absent(): Promise<Readonly<Partial<Record<Column, string>>>> {
    const [python, gpu] = [await this.python(), await this.gpu()];
    const peers = PYTHON_PEERS.flatMap((peer) => {
      const reason = python.absence(peer);
      return reason === undefined ? [] : [[peer, reason]];
    });
    const tfjsWebgpu =
      'tfjs fills by the same JavaScript loops on its webgpu backend: see the column of its CPU backend';
    return { ...Object.fromEntries(peers), ...('absent' in gpu ? { gpu: gpu.absent } : {}), tfjsWebgpu };
  }

  async dispose(): Promise<void> {
    for (const contender of await this.contendersSoFar()) await contender.dispose();
    // Of a run that wanted Python for something else than fills.
    (await this.#python)?.end();
    const gpu = await this.#gpu;
    if (gpu !== undefined && 'device' in gpu) gpu.device.dispose();
  }

  async #makeContenders(): Promise<readonly Contender[]> {
    const [python, gpu] = [await this.python(), await this.gpu()];
    return [
      ...(await incipitContenders(this.threads)),
      ...('device' in gpu ? [gpuContender(gpu)] : []),
      ...python.contenders,
      await tfjsContender(),
    ];
  }
}
