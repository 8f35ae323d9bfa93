import type { ByteSink } from '@incipit/core';
import { byteSize, CheckpointError, type DType, elementCount, type TensorToWrite } from '@incipit/core';
import { writeZip, type ZipFile } from '../zip/write-zip.js';

const CODES: Partial<Readonly<Record<DType, string>>> = {
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  bool: '|b1',
};
/** numpy starts data at a multiple of this. */
const ALIGNMENT = 64;

/**
 * Writes an `.npz` archive without compression, as `numpy.savez` does; nothing is visible before the last byte is written.
 *
 * @throws CheckpointError `unknown-dtype` (bfloat16, which numpy lacks), `duplicate-tensor`, `wrong-size`; the sink is
 * aborted then.
 * @example await writeNpz(await fileSink('weights.npz'), tensors);
 */
export async function writeNpz(sink: ByteSink, tensors: readonly TensorToWrite[]): Promise<void> {
  try {
    await writeZip(sink, tensors.map(arrayFile));
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function arrayFile(tensor: TensorToWrite): ZipFile {
  const header = encodeHeader(tensor);
  const dataBytes = elementCount(tensor.shape) * byteSize(tensor.dtype);
  return {
    name: `${tensor.name}.npy`,
    bytes: header.byteLength + dataBytes,
    async *parts() {
      yield header;
      const data = await tensor.bytes();
      if (data.byteLength !== dataBytes) {
        throw new CheckpointError({
          code: 'wrong-size',
          what: `tensor '${tensor.name}' gave ${data.byteLength} bytes where its shape needs ${dataBytes}`,
          path: tensor.name,
        });
      }
      yield data;
    },
  };
}

function encodeHeader({ name, dtype, shape }: TensorToWrite): Uint8Array {
  const code = CODES[dtype];
  if (code === undefined) {
    throw new CheckpointError({
      code: 'unknown-dtype',
      what: `tensor '${name}' is ${dtype}, which numpy does not have`,
      fix: 'write float32, or safetensors',
      path: name,
    });
  }
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': (${extents}), }`;
  const total = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const out = new Uint8Array(total).fill(0x20);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(out.buffer).setUint16(8, total - 10, true);
  out.set(new TextEncoder().encode(text), 10);
  out[total - 1] = 0x0a;
  return out;
}
