import type { FillJob } from '../device.js';
import { cutIntoLots } from '../fill-jobs.js';

/** What one thread does in one go: a piece of a large job, or many small ones. */
export type Portion = readonly FillJob[];

/** Elements of one portion: about a millisecond of work, so that threads end together. Even, as the kernels' blocks. */
const PORTION_ELEMENTS = 1 << 18;

/** Cuts and gathers jobs into portions, the same on every thread. */
export function cutIntoPortions(jobs: readonly FillJob[]): readonly Portion[] {
  return cutIntoLots(jobs, PORTION_ELEMENTS);
}
