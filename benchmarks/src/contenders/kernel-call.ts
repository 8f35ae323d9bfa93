import { type Adapter, byteSize, type Device, execute, type FloatDType, plan } from '@incipit/core';
import type { BenchLaw } from '../laws.js';

/** What a device is asked to do for one law. */
export type KernelCall = Parameters<Device['fill']>[0];

/** A model of one parameter that asks for the law itself, and forgets what it is given. */
export function parameterUnder(law: BenchLaw, size: number, dtype: FloatDType): Adapter {
  const parameter = {
    path: 'weight',
    role: 'weight',
    nativeName: 'weight',
    shape: [size],
    dtype,
    trainable: true,
    fallback: { law, source: 'benchmark' },
  } as const;
  return {
    framework: 'benchmark',
    tree: () => ({ path: '', types: ['Benchmark'], parameters: [parameter], children: [] }),
    read: async () => ({ dtype, shape: [size], bytes: new Uint8Array(size * byteSize(dtype)) }),
    write() {},
  };
}

/** The call behind a law: what a device that only listens is told when a plan of one element is executed. */
export async function kernelCall(law: BenchLaw, dtype: FloatDType): Promise<KernelCall> {
  const model = parameterUnder(law, 1, dtype);
  let heard: KernelCall | undefined;
  const listener: Device = {
    kind: 'cpu',
    fill(call) {
      heard = call;
    },
    dispose() {},
  };
  await execute(plan(model, []), model, { device: listener });
  if (heard === undefined) throw new Error(`no kernel was called for ${law.kind}`);
  return heard;
}
