/** Stands in for `read-file.ts` where there are no files. */
export function readFileBytes(_path: string, _limit: number): Promise<Uint8Array> {
  return Promise.reject(new Error('there are no files here: fetch the text and give it to loadConfig'));
}
