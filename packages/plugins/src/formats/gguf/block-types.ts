import type { DType } from '@incipit/core';
import type { BlockPlace } from './block-bytes.js';
import { q2k, q3k, q4k, q5k, q6k } from './k-quants.js';
import { iq4nl, iq4xs, mxfp4, q40, q41, q50, q51, q80 } from './simple-quants.js';
import { tq10, tq20 } from './ternary-quants.js';

/** Writes the values of one block. `at` is the block's first byte in `bytes`, `to` its first value in `out`. */
export type Dequantize = (block: BlockPlace, out: Float32Array, to: number) => void;

/** How a tensor type of GGUF lies in the file. */
export interface BlockType {
  readonly name: string;
  /** Values of a block. */
  readonly values: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** What is given out. */
  readonly dtype: DType;
  /** Absent where the values lie as they are given out. */
  readonly dequantize?: Dequantize;
}

const plain = (name: string, dtype: DType, bytes: number): BlockType => ({ name, values: 1, bytes, dtype });
const packed = (name: string, [values, bytes]: readonly [number, number], dequantize: Dequantize): BlockType => ({
  name,
  values,
  bytes,
  dtype: 'float32',
  dequantize,
});

/** By the number that the format gives them. */
export const BLOCK_TYPES: ReadonlyMap<number, BlockType> = new Map([
  [0, plain('F32', 'float32', 4)],
  [1, plain('F16', 'float16', 2)],
  [2, packed('Q4_0', [32, 18], q40)],
  [3, packed('Q4_1', [32, 20], q41)],
  [6, packed('Q5_0', [32, 22], q50)],
  [7, packed('Q5_1', [32, 24], q51)],
  [8, packed('Q8_0', [32, 34], q80)],
  [10, packed('Q2_K', [256, 84], q2k)],
  [11, packed('Q3_K', [256, 110], q3k)],
  [12, packed('Q4_K', [256, 144], q4k)],
  [13, packed('Q5_K', [256, 176], q5k)],
  [14, packed('Q6_K', [256, 210], q6k)],
  [20, packed('IQ4_NL', [32, 18], iq4nl)],
  [23, packed('IQ4_XS', [256, 136], iq4xs)],
  [24, plain('I8', 'int8', 1)],
  [25, plain('I16', 'int16', 2)],
  [26, plain('I32', 'int32', 4)],
  [27, plain('I64', 'int64', 8)],
  [28, plain('F64', 'float64', 8)],
  [30, plain('BF16', 'bfloat16', 2)],
  [34, packed('TQ1_0', [256, 54], tq10)],
  [35, packed('TQ2_0', [256, 66], tq20)],
  [39, packed('MXFP4', [32, 17], mxfp4)],
]);
