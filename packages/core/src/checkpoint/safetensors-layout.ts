import { safetensorsDType } from './safetensors-header.js';
import { type LayoutPiece, type LayoutRequest, type Segment, tensorBytes } from './writable-format.js';

/** Tensor data starts at a multiple of this many bytes, as the official writer has it. */
const ALIGNMENT = 8;

/** One safetensors file: its header, and its tensors end to end. */
export interface SafetensorsFile {
  readonly header: LayoutPiece;
  readonly places: ReadonlyMap<string, readonly Segment[]>;
}

/** @throws CheckpointError `unknown-dtype`. */
export function safetensorsFile({
  name: file,
  tensors,
  metadata,
}: Pick<LayoutRequest, 'name' | 'tensors' | 'metadata'>): SafetensorsFile {
  const entries: (readonly [string, unknown])[] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  let end = 0;
  for (const { name, dtype, shape } of tensors) {
    const start = end;
    end += tensorBytes({ dtype, shape });
    entries.push([name, { dtype: safetensorsDType(dtype), shape, data_offsets: [start, end] }]);
  }
  const header = encodeHeader(entries);
  const places = new Map<string, readonly Segment[]>();
  let at = header.byteLength;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    places.set(tensor.name, [{ file, at, bytes }]);
    at += bytes;
  }
  return { header: { file, at: 0, bytes: header }, places };
}

function encodeHeader(entries: readonly (readonly [string, unknown])[]): Uint8Array {
  // Object literals reorder integer-like keys; the header is written entry by entry to keep the order given.
  const text = `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`;
  const json = new TextEncoder().encode(text);
  const padded = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT;
  const out = new Uint8Array(8 + padded).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(json, 8);
  return out;
}
