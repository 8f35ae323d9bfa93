import type { GpuBuffer, GpuDevice } from '../ir/gpu.js';
import type { Adapter, BufferWrite } from './adapter.js';
import { assertHolds, assertRefused, pattern, writable } from './adapter-probes.js';

/** STORAGE, COPY_SRC and COPY_DST. */
const USAGE = 0x80 | 4 | 8;

/** Holds while the framework keeps parameters on a GPU, for float32. */
export async function buffersAreTakenOver(adapter: Adapter): Promise<void> {
  const gpu = adapter.gpu?.();
  if (gpu === undefined || adapter.writeBuffers === undefined) return;
  const parameters = writable(adapter).filter(({ dtype, shape }) => dtype === 'float32' && !shape.includes(0));
  for (const salt of [11, 12]) {
    await adapter.writeBuffers(
      parameters.map((parameter) => ({ path: parameter.path, buffer: bufferOf(gpu, pattern(parameter, salt).bytes) })),
    );
    for (const parameter of parameters) {
      const expected = pattern(parameter, salt).bytes;
      await assertHolds(adapter, parameter.path, expected, 'What a buffer held is not what is read');
    }
  }
  const [first] = parameters;
  if (first === undefined) return;
  const unknown = { path: 'no.such.parameter', buffer: bufferOf(gpu, new Uint8Array(16)) };
  const good: BufferWrite = { path: first.path, buffer: bufferOf(gpu, pattern(first, 13).bytes) };
  await assertRefused('A buffer for an unknown path', unknown.path, () => adapter.writeBuffers?.([good, unknown]));
  await assertHolds(adapter, first.path, pattern(first, 12).bytes, 'A call that was refused changed the values');
}

function bufferOf(gpu: GpuDevice, bytes: Uint8Array): GpuBuffer {
  const buffer = gpu.createBuffer({ size: bytes.byteLength, usage: USAGE });
  gpu.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}
