/** Whether a file begins as a zip archive does: with a file, or with the end of an empty directory. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}

/** Whether the first file of an archive has such a name. */
export function zipHas(head: Uint8Array, name: RegExp): boolean {
  const length = (head[26] ?? 0) | ((head[27] ?? 0) << 8);
  return head[0] === 0x50 && name.test(new TextDecoder().decode(head.subarray(30, 30 + length)));
}
