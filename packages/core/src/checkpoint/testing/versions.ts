import { elementCount, type Shape } from '../../ir/shape.js';

/** Tensors of every version, a small one and some that take several writes. */
export const KILL_TENSORS: readonly { readonly name: string; readonly shape: Shape }[] = [
  { name: 'a', shape: [16] },
  { name: 'b', shape: [512, 512] },
  { name: 'c', shape: [256, 1024] },
];

/** Every element is the version. */
export function versionBytes(shape: Shape, version: number): Uint8Array {
  return new Uint8Array(new Uint32Array(elementCount(shape)).fill(version).buffer);
}
