import type { Device, FillJob } from '../device.js';
import type { ChunkBoard } from './chunk-board.js';

/**
 * Fills one free chunk after the other until none is left or `pause` says so.
 *
 * @returns whether the board had none left.
 * @throws as the device; the chunk is then unfinished.
 */
export function fillFromBoard(
  device: Pick<Device, 'fill'>,
  chunks: readonly FillJob[],
  board: ChunkBoard,
  pause: () => boolean = () => false,
): boolean {
  for (let taken = board.take(); taken !== undefined; taken = board.take()) {
    const chunk = chunks[taken];
    if (chunk === undefined) return true;
    // A CPU device has filled when it returns.
    void device.fill(chunk.call, chunk.out, chunk.offset);
    board.finish(taken);
    if (pause()) return false;
  }
  return true;
}
