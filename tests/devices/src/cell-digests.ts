import type { BitCell } from './bit-cells.js';
import { byteSize, type Device, type FillJob, fillJobs } from './core.js';

/**
 * SHA-256 of what a device gives for each cell.
 *
 * @param cut elements of the slices that cells are asked for in: it must not show.
 */
export async function cellDigests(device: Device, cells: readonly BitCell[], cut: number): Promise<readonly string[]> {
  const digests: string[] = [];
  for (const cell of cells) {
    const { out, jobs } = jobsOf(cell, cut);
    await fillJobs(device, jobs);
    digests.push(hexOf(await crypto.subtle.digest('SHA-256', out)));
  }
  return digests;
}

function jobsOf({ call, ranges }: BitCell, cut: number): { out: Uint8Array<ArrayBuffer>; jobs: FillJob[] } {
  const size = byteSize(call.dtype);
  const out = new Uint8Array(ranges.reduce((sum, [, count]) => sum + count, 0) * size);
  const jobs: FillJob[] = [];
  let end = 0;
  for (const [offset, count] of ranges) {
    for (let done = 0; done < count; done += cut) {
      const start = end + done * size;
      const length = Math.min(cut, count - done);
      jobs.push({ call, out: out.subarray(start, start + length * size), offset: offset + done });
    }
    end += count * size;
  }
  return { out, jobs };
}

function hexOf(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
