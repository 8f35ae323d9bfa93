import { AdapterError, byteSize, elementCount, formatShape, sameShape, type TensorData } from '@incipit/core';

/** What takes values: a weight of any framework, as `noun` calls it. */
export interface ValueTarget {
  readonly noun: 'weight' | 'parameter';
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** @throws AdapterError `wrong-tensor` unless dtype, shape and length are the target's. */
export function assertFits(target: ValueTarget, data: TensorData, path: string): void {
  const bytes = elementCount(data.shape) * byteSize(data.dtype);
  if (data.dtype === target.dtype && sameShape(data.shape, target.shape) && data.bytes.byteLength === bytes) return;
  throw new AdapterError({
    code: 'wrong-tensor',
    what: `Values of ${data.dtype}${formatShape(data.shape)} in ${data.bytes.byteLength} bytes do not fit the ${target.noun}`,
    path,
    expected: `${target.dtype}${formatShape(target.shape)}`,
  });
}

/** Names what a caller passed in place of a framework or a model. */
export function nameKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object of another kind' : `a ${typeof value}`;
}
