import type { ProtoField } from './proto-fields.js';

/** Field numbers of `ModelProto`, `GraphProto`, `NodeProto` and `AttributeProto`. */
export const PRODUCER = 2;
export const GRAPH = 7;
export const METADATA = 14;
export const INITIALIZER = 5;
export const SPARSE_INITIALIZER = 15;
export const NODE = 1;
export const NODE_OUTPUT = 2;
export const NODE_OPERATOR = 4;
export const NODE_ATTRIBUTE = 5;
export const ATTRIBUTE_TENSOR = 5;

const MAX_METADATA_BYTES = 32 << 10;

/** Some models carry whole documents in their metadata; those are passed over. */
export function isShort({ kind, start, end }: ProtoField): boolean {
  return kind === 'bytes' && end - start <= MAX_METADATA_BYTES;
}
