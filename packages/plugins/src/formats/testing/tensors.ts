import { type DType, type TensorToWrite, tensorBytes } from '@incipit/core';

/** A tensor whose every byte tells where it is. */
export function patternTensor(name: string, dtype: DType, shape: readonly number[]): TensorToWrite {
  const bytes = Uint8Array.from({ length: tensorBytes({ dtype, shape }) }, (_, at) =>
    dtype === 'bool' ? at % 2 : (at * 7 + name.length) % 61,
  );
  return { name, dtype, shape, bytes: () => bytes };
}

/** One tensor of each of these types, a scalar, one without elements and one of some size. */
export function variedTensors(dtypes: readonly DType[]): readonly TensorToWrite[] {
  const [first = 'float32'] = dtypes;
  return [
    ...dtypes.map((dtype) => patternTensor(`each.${dtype}`, dtype, [3, 2])),
    patternTensor('scalar', first, []),
    patternTensor('none', first, [0, 4]),
    patternTensor('large', first, [64, 1024]),
    patternTensor('10', first, [5]),
  ];
}
