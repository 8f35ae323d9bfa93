import { byteSize, createCpuDevice, type Device, execute, plan } from '@incipit/core';
import { sharedCpuDevice } from '../core.js';
import { type Contender, type FillTask, timed, WARM_ELEMENTS } from './contender.js';
import { kernelCall, parameterUnder } from './kernel-call.js';

/** Incipit on the CPU: into memory that is there already, as torch does, and into fresh memory, as a model gets it. */
export async function incipitContenders(threads: number): Promise<readonly Contender[]> {
  return [
    inPlace('threads1', await createCpuDevice(), 'the CPU device (wasm SIMD in the TVM runtime), one thread'),
    inPlace('threadsN', await sharedCpuDevice(threads, {}), `the CPU device, ${threads} threads`),
    fresh('threads1Fresh', 1),
    fresh('threadsNFresh', threads),
  ];
}

function inPlace(column: 'threads1' | 'threadsN', device: Device, which: string): Contender {
  let out = new Uint8Array();
  return {
    column,
    what: `${which}, into memory that is allocated${column === 'threadsN' ? ' and shared between threads, but for constants, which one thread writes' : ''}`,
    async fill({ law, size, dtype, repeats }) {
      const bytes = size * byteSize(dtype);
      const isShared = column === 'threadsN' && law.kind !== 'constant';
      if (out.byteLength !== bytes || isShared !== isSharedMemory(out)) out = allocated(bytes, isShared);
      const call = await kernelCall(law, dtype);
      const fill = (into: Uint8Array): unknown => device.fill(call, into, 0);
      await fill(out.subarray(0, WARM_ELEMENTS * byteSize(dtype)));
      return timed(() => fill(out), repeats);
    },
    // The shared device's workers hold no process open.
    async dispose() {
      if (column === 'threads1') device.dispose();
    },
  };
}

function isSharedMemory({ buffer }: Uint8Array): boolean {
  return (buffer as ArrayBufferLike) instanceof SharedArrayBuffer;
}

/** Memory whose pages the system has handed out. */
function allocated(bytes: number, isShared: boolean): Uint8Array<ArrayBuffer> {
  const buffer = isShared ? (new SharedArrayBuffer(bytes) as unknown as ArrayBuffer) : new ArrayBuffer(bytes);
  return new Uint8Array(buffer).fill(1);
}

function fresh(column: 'threads1Fresh' | 'threadsNFresh', threads: number): Contender {
  const run = async ({ law, size, dtype, repeats }: FillTask): Promise<number> => {
    const model = parameterUnder(law, size, dtype);
    const made = plan(model, []);
    return timed(() => execute(made, model, { device: 'cpu', threads }), repeats);
  };
  return {
    column,
    what: `execute() of a plan of one parameter, ${threads === 1 ? 'one thread' : `${threads} threads`}: it allocates the array, whose pages the system clears within the time`,
    async fill(task) {
      await run({ ...task, size: Math.min(task.size, WARM_ELEMENTS), repeats: 1 });
      return run(task);
    },
    async dispose() {},
  };
}
