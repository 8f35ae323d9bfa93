import type { OrthogonalLaw } from '../ir/law.js';
import type { TvmRuntime } from './tvm-runtime.js';

/** As `orthogonalMatrix`, in the wasm, whose memory is given back whether it succeeds or not. */
export function orthogonalize(
  runtime: TvmRuntime,
  { gain, rows, columns }: Pick<OrthogonalLaw, 'gain' | 'rows' | 'columns'>,
  gaussian: Float32Array,
): Float32Array {
  const matrix = new Float32Array(rows * columns);
  if (matrix.length === 0) return matrix;
  const bytes = new Uint8Array(matrix.buffer);
  const tensor = runtime.createTensor(matrix.length, 'float32');
  try {
    tensor.view(bytes.length).set(new Uint8Array(gaussian.buffer, gaussian.byteOffset, bytes.length));
    runtime.call('incipit.orthogonalize', tensor, [rows, columns, gain]);
    bytes.set(tensor.view(bytes.length));
  } finally {
    tensor.dispose();
  }
  return matrix;
}
