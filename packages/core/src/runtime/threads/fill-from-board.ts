import type { CpuDevice } from '../cpu-device.js';
import type { PortionBoard } from './portion-board.js';
import type { Portion } from './portions.js';

/** All that threads ask of a CPU device: it has filled when it returns. */
export type Filler = Pick<CpuDevice, 'fill'>;

/**
 * Fills one free portion after the other until none is left or `pause` says so.
 *
 * @returns whether the board had none left.
 * @throws as the device; the portion is then unfinished.
 */
export function fillFromBoard(
  device: Filler,
  portions: readonly Portion[],
  board: PortionBoard,
  pause: () => boolean = () => false,
): boolean {
  for (let taken = board.take(); taken !== undefined; taken = board.take()) {
    fillPortion(device, portions[taken] ?? []);
    board.finish(taken);
    if (pause()) return false;
  }
  return true;
}

export function fillPortion(device: Filler, portion: Portion): void {
  for (const { call, out, offset } of portion) device.fill(call, out, offset);
}
