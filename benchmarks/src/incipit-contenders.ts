import { createCpuDevice, type Device, lower } from '@incipit/core';
import { type Contender, timed } from './contender.js';

/** 16 hexadecimal digits: any key costs the same. */
const KEY = '0123456789abcdef';

/** Incipit on one core: into an array that is there already, as torch does, and into a fresh one, as a model gets it. */
export async function incipitContenders(): Promise<readonly [inPlace: Contender, fresh: Contender]> {
  const device = await createCpuDevice();
  const arrays = new Map<number, Uint8Array>();
  return [
    {
      name: 'incipit',
      what: 'CPU device (wasm SIMD in the TVM runtime), one thread, into an allocated JavaScript array',
      async fill(law, size) {
        const out = arrays.get(size) ?? new Uint8Array(size * 4).fill(1);
        arrays.set(size, out);
        return timed(() => device.fill(lower(law, 'float32', KEY), out, 0));
      },
      async dispose() {
        device.dispose();
      },
    },
    {
      name: 'incipit-fresh',
      what: 'the same, into a Float32Array allocated within the time (the system clears its pages too)',
      fill: (law, size) => timed(() => fillFresh(device, lower(law, 'float32', KEY), size)),
      async dispose() {},
    },
  ];
}

async function fillFresh(device: Device, call: ReturnType<typeof lower>, size: number): Promise<Float32Array> {
  const out = new Float32Array(size);
  await device.fill(call, new Uint8Array(out.buffer), 0);
  return out;
}
