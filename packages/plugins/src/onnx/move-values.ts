import { AdapterError, type ByteSink, type ByteSource, byteSize, elementCount } from '@incipit/core';
import type { OnnxModel, OnnxTensor } from './structural-types.js';
import { dtypeOf, shapeOf } from './tensor-types.js';
import { isExternal, readRange, setExternal } from './tensor-values.js';

/** Where {@link moveOnnxValues} puts values. */
export interface MoveOnnxValuesOptions {
  /** What the model calls the file: its name beside the model's own file. */
  readonly location: string;
  /** Where its bytes go: `await fileSink('model.onnx.data')` of @incipit/core/node, or `memorySink()`. */
  readonly sink: ByteSink;
  /** The model's present file, when values that lie in files beside it shall move too. */
  readonly source?: ByteSource;
  /** Smaller tensors stay in the model, where onnxruntime wants those that are shapes. Default 1024 bytes. */
  readonly minBytes?: number;
}

/** Pages of most systems: a runtime can then map a tensor into memory. */
const ALIGNMENT = 4096;
const COPY_BYTES = 1 << 23;

/**
 * Moves values of a model into a file beside it: what an encoded model of 2 GiB and more needs. The model refers to them
 * when all are written; when that fails it is as it was, and the sink is aborted.
 *
 * @throws AdapterError `external-data` when the file's name is not plain or values lie in it already, `broken-tensor`;
 * CheckpointError as reading and writing do.
 * @example
 * ```ts
 * await initialize(onnx(model), rules);
 * await moveOnnxValues(model, { location: 'model.data', sink: await fileSink('model.data') });
 * await writeFile('model.onnx', toBinary(ModelProtoSchema, model));
 * ```
 */
export async function moveOnnxValues(model: OnnxModel, options: MoveOnnxValuesOptions): Promise<void> {
  const { location, sink } = options;
  const moved: Move[] = [];
  try {
    assertPlain(location);
    let end = 0;
    for (const tensor of model.graph?.initializer ?? []) {
      const size = sizeToMove(tensor, options);
      if (size === undefined) continue;
      const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      await copyOut(tensor, { offset, size }, options);
      moved.push({ tensor, offset, size });
      end = offset + size;
    }
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  for (const { tensor, offset, size } of moved) {
    setExternal(tensor, { location, offset: String(offset), length: String(size) });
  }
}

interface Range {
  readonly offset: number;
  readonly size: number;
}

interface Move extends Range {
  readonly tensor: OnnxTensor;
}

function assertPlain(location: string): void {
  if (/^[^\\/:\0]+$/.test(location) && location !== '.' && location !== '..') return;
  throw new AdapterError({
    code: 'external-data',
    what: `The location ${JSON.stringify(location)} is not the name of a file beside the model`,
    expected: "a plain name, such as 'model.onnx.data'",
  });
}

/** Undefined for a tensor that stays where it is. */
function sizeToMove(tensor: OnnxTensor, options: MoveOnnxValuesOptions): number | undefined {
  const dtype = dtypeOf(tensor);
  const isBeside = isExternal(tensor);
  if (isBeside && options.source === undefined) {
    const { value } = tensor.externalData.find(({ key }) => key === 'location') ?? {};
    if (value !== options.location) return undefined;
    throw new AdapterError({
      code: 'external-data',
      what: `The values of '${tensor.name}' are in '${options.location}' already, which would be replaced`,
      fix: 'choose another location, or pass `source`, so that they are copied',
    });
  }
  if (dtype === undefined) return undefined;
  const size = elementCount(shapeOf(tensor)) * byteSize(dtype);
  return size > 0 && (isBeside || size >= (options.minBytes ?? 1024)) ? size : undefined;
}

async function copyOut(tensor: OnnxTensor, { offset, size }: Range, options: MoveOnnxValuesOptions): Promise<void> {
  const place = { path: tensor.name, tensor, source: options.source };
  const memory = new Uint8Array(Math.min(size, COPY_BYTES));
  for (let start = 0; start < size; start += memory.length) {
    const part = memory.subarray(0, Math.min(memory.length, size - start));
    await readRange(place, start, part);
    await options.sink.write(part, offset + start);
  }
}
