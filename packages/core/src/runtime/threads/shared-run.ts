import type { CpuDevice } from '../cpu-device.js';
import type { FillJob } from '../device.js';
import { eventLoopTurn, TURN_MILLISECONDS } from '../event-loop-turn.js';
import { ChunkBoard, cutIntoChunks } from './chunk-board.js';
import { fillFromBoard } from './fill-from-board.js';
import type { PoolWorker, WorkerPool } from './worker-pool.js';

let runs = 0;

/**
 * Fills outputs in shared memory, on this thread and on all workers. A chunk that a worker did not finish, because it
 * was killed or its kernel failed, is done again here.
 *
 * @throws as `CpuDevice.fill`.
 */
export async function fillShared(cpu: CpuDevice, pool: WorkerPool, jobs: readonly FillJob[]): Promise<void> {
  const chunks = cutIntoChunks(jobs);
  const board = ChunkBoard.of(chunks.length);
  runs += 1;
  const run = runs;
  const working = new Set<PoolWorker>();
  let rest = (): void => undefined;
  const leave = (worker: PoolWorker): void => {
    working.delete(worker);
    if (working.size === 0) rest();
  };
  const join = (worker: PoolWorker): void => {
    if (!board.open) return;
    working.add(worker);
    worker.post({ kind: 'shared-run', run, jobs, board: board.memory });
  };
  await pool.during(
    {
      joined: join,
      gone: leave,
      answered: (worker, message) => {
        if (message.kind === 'run-done' && message.run === run) leave(worker);
      },
    },
    async (ready) => {
      for (const worker of ready) join(worker);
      try {
        await fillHere(cpu, chunks, board);
      } finally {
        // Whatever happened, nobody writes into the outputs any more when this returns.
        board.close();
        if (working.size > 0) {
          await new Promise<void>((resolve) => {
            rest = resolve;
          });
        }
      }
    },
  );
  for (const index of board.unfinished()) {
    const chunk = chunks[index];
    if (chunk !== undefined) cpu.fill(chunk.call, chunk.out, chunk.offset);
  }
}

async function fillHere(cpu: CpuDevice, chunks: readonly FillJob[], board: ChunkBoard): Promise<void> {
  let turn = performance.now();
  const due = (): boolean => performance.now() - turn > TURN_MILLISECONDS;
  while (!fillFromBoard(cpu, chunks, board, due)) {
    await eventLoopTurn();
    turn = performance.now();
  }
}
