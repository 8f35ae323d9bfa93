import { byteSize } from '../ir/dtype.js';
import type { Device, FillJob } from './device.js';
import { eventLoopTurn, TURN_MILLISECONDS } from './event-loop-turn.js';

/** Elements between two looks at the signal: a few milliseconds of one core, or of all that a device has. */
const LOT_ELEMENTS = 1 << 20;
const LOT_ELEMENTS_AT_ONCE = 1 << 24;

/** Cuts large jobs and gathers small ones into lots of so many elements; the last may have fewer. */
export function cutIntoLots(jobs: readonly FillJob[], elements: number): readonly (readonly FillJob[])[] {
  const lots: FillJob[][] = [];
  let lot: FillJob[] = [];
  let room = elements;
  for (const job of jobs) {
    const { call, out, offset } = job;
    const size = byteSize(call.dtype);
    const count = out.byteLength / size;
    for (let start = 0; start < count; ) {
      const end = Math.min(start + room, count);
      const whole = end - start === count;
      lot.push(whole ? job : { call, out: out.subarray(start * size, end * size), offset: offset + start });
      room -= end - start;
      start = end;
      if (room > 0) continue;
      lots.push(lot);
      lot = [];
      room = elements;
    }
  }
  if (lot.length > 0) lots.push(lot);
  return lots;
}

/** Elements that jobs fill in all. */
export function elementsOf(jobs: readonly FillJob[]): number {
  return jobs.reduce((sum, { call, out }) => sum + out.byteLength / byteSize(call.dtype), 0);
}

/**
 * Fills all jobs, by as few dispatches as the device can, and gives the event loop its turns.
 *
 * @throws as the device; the signal's reason.
 */
export async function fillJobs(device: Device, jobs: readonly FillJob[], signal?: AbortSignal): Promise<void> {
  if (device.fillAll !== undefined) {
    for (const lot of cutIntoLots(jobs, LOT_ELEMENTS_AT_ONCE)) {
      signal?.throwIfAborted();
      await device.fillAll(lot);
    }
    return;
  }
  let turn = performance.now();
  for (const lot of cutIntoLots(jobs, LOT_ELEMENTS)) {
    signal?.throwIfAborted();
    for (const { call, out, offset } of lot) {
      const filled = device.fill(call, out, offset);
      // A device that has filled when it returns is not awaited: that would cost more than a small parameter.
      if (filled !== undefined) await filled;
    }
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await eventLoopTurn();
    turn = performance.now();
  }
}
