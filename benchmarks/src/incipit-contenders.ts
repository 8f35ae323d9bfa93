import { type Adapter, createCpuDevice, type Device, execute, type Plan, plan } from '@incipit/core';
import type { BenchLaw } from './cases.js';
import { type Contender, timed } from './contender.js';

/** What a device is asked to do for one law. */
type KernelCall = Parameters<Device['fill']>[0];

/** Incipit on one core: into an array that is there already, as torch does, and into a fresh one, as a model gets it. */
export async function incipitContenders(): Promise<readonly [inPlace: Contender, fresh: Contender]> {
  const device = await createCpuDevice();
  const arrays = new Map<number, Uint8Array>();
  return [
    {
      name: 'incipit',
      what: 'the CPU device (wasm SIMD in the TVM runtime), one thread, into an allocated JavaScript array',
      async fill(law, size) {
        const out = arrays.get(size) ?? new Uint8Array(size * 4).fill(1);
        arrays.set(size, out);
        const call = await kernelCall(law);
        return timed(() => device.fill(call, out, 0));
      },
      async dispose() {
        device.dispose();
      },
    },
    {
      name: 'incipit-fresh',
      what: 'execute() of a plan of one parameter, which allocates its array: the system clears those pages within the time',
      fill(law, size) {
        const model = parameterUnder(law, size);
        const made = plan(model, []);
        return timed(() => execute(made, model, { device }));
      },
      async dispose() {},
    },
  ];
}

/** A model of one parameter that asks for the law itself, and forgets what it is given. */
function parameterUnder(law: BenchLaw, size: number): Adapter {
  const parameter = {
    path: 'weight',
    role: 'weight',
    nativeName: 'weight',
    shape: [size],
    dtype: 'float32',
    trainable: true,
    fallback: { law, source: 'benchmark' },
  } as const;
  return {
    framework: 'benchmark',
    tree: () => ({ path: '', types: ['Benchmark'], parameters: [parameter], children: [] }),
    read: async () => ({ dtype: 'float32', shape: [size], bytes: new Uint8Array(size * 4) }),
    write() {},
  };
}

/** The call behind a law: what a device that only listens is told when a plan of one element is executed. */
async function kernelCall(law: BenchLaw): Promise<KernelCall> {
  const model = parameterUnder(law, 1);
  const made: Plan = plan(model, []);
  let heard: KernelCall | undefined;
  const listener: Device = {
    kind: 'cpu',
    fill(call) {
      heard = call;
    },
    dispose() {},
  };
  await execute(made, model, { device: listener });
  if (heard === undefined) throw new Error(`no kernel was called for ${law.kind}`);
  return heard;
}
