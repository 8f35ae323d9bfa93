import { type FileHandle, open } from 'node:fs/promises';

export const BACKBONE_NAMES: readonly string[] = ['first', 'second'];
/** 64 MiB. */
export const BACKBONE_SHAPE: readonly number[] = [4096, 4096];

/**
 * Writes a checkpoint of 13 GB, of which the disk holds a few blocks: a backbone, the first element of whose tensors is
 * 1, 2, …, among others.
 *
 * @returns its size.
 */
export async function writeLargeFile(path: string): Promise<number> {
  const entries: Record<string, unknown> = {};
  const starts: number[] = [];
  let end = 0;
  const add = (name: string, shape: readonly number[]): void => {
    const start = end;
    end += shape.reduce((product, extent) => product * extent, 4);
    entries[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  };
  for (let block = 0; end < 13e9; block += 1) {
    const name = BACKBONE_NAMES[block / 8];
    if (name === undefined) add(`head.${block}`, [8192, 8192]);
    else {
      starts.push(end);
      add(`backbone.${name}`, BACKBONE_SHAPE);
    }
  }
  const json = JSON.stringify(entries);
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file: FileHandle = await open(path, 'wx');
  try {
    await file.write(Buffer.concat([length, header]));
    const data = 8 + header.length;
    await file.truncate(data + end);
    for (const [index, start] of starts.entries()) {
      await file.write(new Uint8Array(Float32Array.of(index + 1).buffer), 0, 4, data + start);
    }
    return data + end;
  } finally {
    await file.close();
  }
}
