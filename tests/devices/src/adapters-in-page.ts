import type { Adapter } from '@incipit/core';
import { ADAPTER_CASES } from '@incipit/core/testing';
import { jaxAdapter, TFJS_KINDS } from './plugins.js';
import { loadTfjs } from './tfjs-in-page.js';

/** How the cases of adapters went on one kind of model. */
export interface AdapterRun {
  /** `tfjs on webgl, one layer`. */
  readonly name: string;
  readonly passed: number;
  /** What the other cases said. */
  readonly failures: readonly string[];
}

const TFJS_BACKENDS = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;
const JAX_DEVICES = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;

/** Runs in a page: the cases of adapters on every backend that a page has. */
export async function adaptersInPage(): Promise<readonly AdapterRun[]> {
  const runs: AdapterRun[] = [];
  const tf = await loadTfjs();
  for (const backend of TFJS_BACKENDS) {
    if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend '${backend}' here`);
    for (const [kind, make] of Object.entries(TFJS_KINDS)) {
      runs.push(await runCases(`tfjs on ${backend}, ${kind}`, () => make(tf)));
    }
  }
  const jax = await import('@jax-js/jax');
  await jax.init(...JAX_DEVICES);
  for (const device of JAX_DEVICES) {
    jax.defaultDevice(device);
    runs.push(await runCases(`jax-js on ${device}`, () => jaxAdapter(jax)));
  }
  return runs;
}

async function runCases(name: string, make: () => Adapter): Promise<AdapterRun> {
  const failures: string[] = [];
  for (const { name: promise, check } of ADAPTER_CASES) {
    try {
      await check(make());
    } catch (error) {
      failures.push(`${promise}: ${String(error)}`);
    }
  }
  return { name, passed: ADAPTER_CASES.length - failures.length, failures };
}
