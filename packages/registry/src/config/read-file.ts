import { readFile, stat } from 'node:fs/promises';

/**
 * The bytes of a file, where there are files (`#read-file` is `no-files.ts` in a browser's bundle).
 *
 * @throws RangeError when the file has more than `limit` bytes; it is not read then.
 */
export async function readFileBytes(path: string, limit: number): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > limit) throw new RangeError(`the file has ${size} bytes, no config has so many`);
  return readFile(path);
}
