import type { FillJob } from '../device.js';
import { cutIntoLots } from '../fill-jobs.js';

/** What one thread does in one go: a piece of a large job, or many small ones. */
export type Portion = readonly FillJob[];

/** Elements of a portion that is filled in place: a fraction of a millisecond of work, so that threads end together. */
export const SHARED_PORTION: number = 1 << 16;
/** Elements of a portion that is sent: a message costs as much as a few thousand of them. */
export const SENT_PORTION: number = 1 << 18;

/** Cuts and gathers jobs into portions of so many elements, the same on every thread. */
export function cutIntoPortions(jobs: readonly FillJob[], elements: number): readonly Portion[] {
  return cutIntoLots(jobs, elements);
}
