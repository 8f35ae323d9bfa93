import type { FillJob } from '../device.js';
import { eventLoopTurn, TURN_MILLISECONDS } from '../event-loop-turn.js';
import { Attendance } from './attendance.js';
import { type Filler, fillFromBoard, fillPortion } from './fill-from-board.js';
import { PortionBoard } from './portion-board.js';
import { cutIntoPortions, type Portion, SHARED_PORTION } from './portions.js';
import type { PoolListener, PoolWorker, WorkerPool } from './worker-pool.js';

let runs = 0;

/**
 * Fills outputs in shared memory, on this thread and on all workers. A portion that a worker did not finish, because it
 * was killed or its kernel failed, is done again here.
 *
 * @throws as `CpuDevice.fill`.
 */
export async function fillShared(cpu: Filler, pool: WorkerPool, jobs: readonly FillJob[]): Promise<void> {
  const portions = cutIntoPortions(jobs, SHARED_PORTION);
  const board = PortionBoard.of(portions.length);
  const attendance = new Attendance(pool);
  runs += 1;
  const run = runs;
  const join = (worker: PoolWorker): void => {
    if (!board.open) return;
    attendance.begin(worker);
    worker.post({ kind: 'shared-run', run, jobs, board: board.memory });
  };
  const listener: PoolListener = {
    joined: join,
    gone: (worker) => attendance.end(worker),
    answered: (worker, message) => {
      if (message.kind === 'run-done' && message.run === run) attendance.end(worker);
    },
  };
  await pool.during(listener, async (ready) => {
    for (const worker of ready) join(worker);
    try {
      await fillHere(cpu, portions, board);
    } finally {
      // Whatever happened, nobody writes into the outputs any more when this returns.
      board.close();
      await attendance.allIdle();
    }
  });
  for (const index of board.unfinished()) fillPortion(cpu, portions[index] ?? []);
}

async function fillHere(cpu: Filler, portions: readonly Portion[], board: PortionBoard): Promise<void> {
  let turn = performance.now();
  const due = (): boolean => performance.now() - turn > TURN_MILLISECONDS;
  while (!fillFromBoard(cpu, portions, board, due)) {
    await eventLoopTurn();
    turn = performance.now();
  }
}
