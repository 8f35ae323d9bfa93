import { TruncNormalInit } from '../initializers/trunc-normal.js';
import type { Adapter } from '../model/adapter.js';
import type { Parameter } from '../model/parameter.js';
import type { TensorData } from '../model/tensor-data.js';
import { run } from './initialize.js';
import type { InitializeOptions } from './options.js';

/** Something that holds values: a parameter, a tensor's bytes, or a plain array of float32. */
export type TensorTarget = Parameter | TensorData | Float32Array;

/** Options of `truncNormal_`. */
export interface TruncNormalOptions extends InitializeOptions {
  /** Names the random stream: two tensors with one seed and one path get the same values. Default `tensor`. */
  readonly path?: string;
}

/**
 * Fills a tensor in place with Normal(mean, std) conditioned on [a, b]; `a` and `b` are absolute, as in torch.
 *
 * @returns a promise of the tensor.
 * @throws ConfigError for `std < 0` or `a >= b`; PlanError for an interval that no value of the dtype lies in.
 */
// biome-ignore lint/complexity/useMaxParams: torch's positional signature, which the API keeps.
export async function truncNormal_<T extends TensorTarget>(
  tensor: T,
  mean = 0,
  std = 1,
  a = -2,
  b = 2,
  options: TruncNormalOptions = {},
): Promise<T> {
  const { path = 'tensor', ...rest } = options;
  const initializer = new TruncNormalInit({ mean, std, a, b });
  await run(tensorAdapter(tensor, path), { initializer }, rest);
  return tensor;
}

/** A model of one parameter. */
function tensorAdapter(target: TensorTarget, path: string): Adapter {
  const { dtype, shape, bytes } = viewOf(target);
  return {
    framework: 'tensor',
    tree: () => ({
      path: '',
      types: ['Tensor'],
      parameters: [{ path, role: 'weight', nativeName: path, shape, dtype, trainable: true }],
      children: [],
    }),
    async read() {
      return { dtype, shape, bytes: bytes.slice() };
    },
    write(_path, tensor) {
      bytes.set(tensor.bytes);
    },
  };
}

function viewOf(target: TensorTarget): TensorData {
  if (!(target instanceof Float32Array)) return target;
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  return { dtype: 'float32', shape: [target.length], bytes };
}
