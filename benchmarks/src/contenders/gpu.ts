import { createWebGpuDevice, DeviceError, type GpuAdapterInfo, type GpuDevice, type WebGpuDevice } from '@incipit/core';
import { isSoftwareAdapter, requestGpu } from '../core.js';
import type { GpuChoice } from '../flags.js';
import { type Contender, timed, WARM_ELEMENTS } from './contender.js';
import { kernelCall } from './kernel-call.js';

/** A GPU to measure, or why there is none. */
export type GpuFound =
  | { readonly device: WebGpuDevice; readonly gpu: GpuDevice; readonly name: string }
  | { readonly absent: string };

/** The adapter that WebGPU offers, if it is hardware or software is wanted. */
export async function findGpuDevice(choice: GpuChoice): Promise<GpuFound> {
  if (choice === 'off') return { absent: 'no GPU was asked for (--gpu off)' };
  try {
    const gpu = await requestGpu();
    const name = adapterName(gpu.adapterInfo);
    if (isSoftwareAdapter(gpu.adapterInfo) && choice !== 'software') {
      gpu.destroy();
      return { absent: `the adapter is software (${name}); --gpu software measures it all the same` };
    }
    return { device: await createWebGpuDevice(gpu, { owned: true }), gpu, name };
  } catch (error) {
    if (error instanceof DeviceError) return { absent: error.what };
    throw error;
  }
}

function adapterName(info: GpuAdapterInfo | undefined): string {
  const words = [info?.vendor, info?.architecture, info?.device, info?.description].filter((word) => word);
  const name = words.length === 0 ? 'a GPU without a name' : words.join(' ');
  return isSoftwareAdapter(info) ? `${name}, software` : name;
}

/** Incipit's WGSL kernels into buffers that stay on the GPU, until its queue is done. */
export function gpuContender(found: Extract<GpuFound, { readonly device: WebGpuDevice }>): Contender {
  const { device, gpu, name } = found;
  return {
    column: 'gpu',
    what: `WGSL kernels on ${name}, into a new buffer that stays there, until the queue is done`,
    async fill({ law, size, dtype, repeats }) {
      const call = await kernelCall(law, dtype);
      const fill = async (elements: number): Promise<void> => {
        const buffers = await device.fillBuffers([{ dtype, elements, runs: [{ call, start: 0, end: elements }] }]);
        await gpu.queue.onSubmittedWorkDone();
        for (const buffer of buffers) buffer.destroy();
      };
      try {
        await fill(Math.min(size, WARM_ELEMENTS));
        return await timed(() => fill(size), repeats);
      } catch (error) {
        // A buffer of this size may be more than the adapter has.
        if (error instanceof DeviceError) return { absent: error.what };
        throw error;
      }
    },
    // Other suites use the device too; whoever found it disposes of it.
    async dispose() {},
  };
}
