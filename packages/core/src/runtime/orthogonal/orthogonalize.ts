import type { OrthogonalLaw } from '../../ir/law.js';
import { eventLoopTurn, TURN_MILLISECONDS } from '../event-loop-turn.js';
import type { TvmRuntime } from '../tvm-runtime.js';
import { FactorBoard } from './factor-board.js';
import { Layout } from './layout.js';
import { orthogonalSteps } from './part.js';

/** As `orthogonalMatrix`, in the wasm, whose memory is given back whether it succeeds or not. */
export async function orthogonalize(
  runtime: TvmRuntime,
  law: OrthogonalLaw,
  gaussian: Float32Array,
): Promise<Float32Array> {
  const matrix = new Float32Array(gaussian.subarray(0, law.rows * law.columns));
  if (matrix.length === 0) return matrix;
  const board = FactorBoard.own(new Layout(law));
  await inTurns(orthogonalSteps(runtime, { law, member: 0, members: 1, board: board.memory, matrix }), board);
  return matrix;
}

/** Goes through steps, and gives the event loop its turns. Returns early when the board is stopped. */
export async function inTurns(steps: Iterable<number>, board: FactorBoard): Promise<void> {
  let turn = performance.now();
  for (const needed of steps) {
    while (board.factorised < needed && !board.stopped) {
      await eventLoopTurn();
      turn = performance.now();
    }
    if (board.stopped) return;
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await eventLoopTurn();
    turn = performance.now();
  }
}
