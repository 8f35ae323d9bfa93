/**
 * Checkpoint formats beside safetensors. Each reader, and the library it may need, is loaded when a file asks for it.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';
import { GGUF } from './gguf/index.js';
import { HDF5, KERAS } from './hdf5/index.js';
import { NPY, NPZ } from './numpy/index.js';
import { ONNX } from './onnx/index.js';
import { TFJS } from './tfjs/index.js';
import { TORCH, TORCH_LEGACY } from './torch/index.js';
import { TVM } from './tvm/index.js';

/** All of them, for `openCheckpoint`, `fileCheckpoints` and `openCheckpointSource` of `@incipit/core`. */
export const FORMATS: readonly CheckpointFormat[] = [NPY, NPZ, TORCH, TORCH_LEGACY, GGUF, TFJS, TVM, ONNX, HDF5, KERAS];
