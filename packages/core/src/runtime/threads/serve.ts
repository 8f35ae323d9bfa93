import { CpuDevice } from '../cpu-device.js';
import { FactorBoard } from '../orthogonal/factor-board.js';
import { Layout } from '../orthogonal/layout.js';
import { disposedError, TvmRuntime } from '../tvm-runtime.js';
import { type Filler, fillFromBoard } from './fill-from-board.js';
import type { FromWorker, OrthogonalRunMessage, PortionMessage, SharedRunMessage, ToWorker } from './messages.js';
import { PortionBoard } from './portion-board.js';
import { cutIntoPortions, SHARED_PORTION } from './portions.js';
import type { WorkerPort } from './worker-handle.js';

/**
 * What a worker does: fills portions, and factorises columns, with a wasm instance of its own. It reports no errors: a portion that it leaves
 * unfinished is done again by the thread that asked, which then meets the error itself.
 */
export function serve(port: WorkerPort): void {
  let device: CpuDevice | undefined;
  const answer = (message: FromWorker, transfer?: readonly ArrayBuffer[]): void => port.post(message, transfer);
  port.onMessage((received) => {
    const message = received as ToWorker;
    if (message.kind === 'start') {
      const loaded = TvmRuntime.load({ wasm: message.wasm }).then((runtime) => {
        device = new CpuDevice(runtime);
      });
      loaded.then(
        () => answer({ kind: 'ready' }),
        () => answer({ kind: 'failed' }),
      );
    } else if (message.kind === 'shared-run') {
      if (device !== undefined) fillShared(device, message);
      answer({ kind: 'run-done', run: message.run });
    } else if (message.kind === 'orthogonal-run') {
      orthogonalize(device, message);
      answer({ kind: 'run-done', run: message.run });
    } else {
      const { run, index } = message;
      const buffer = device === undefined ? undefined : fillCopy(device, message);
      answer({ kind: 'portion-done', run, index, buffer }, buffer === undefined ? [] : [buffer]);
    }
  });
}

function fillShared(device: Filler, message: SharedRunMessage): void {
  const board = new PortionBoard(message.board);
  try {
    fillFromBoard(device, cutIntoPortions(message.jobs, SHARED_PORTION), board);
  } catch {
    // Left unfinished; the portions after it would fail alike.
    board.close();
  }
}

function orthogonalize(device: CpuDevice | undefined, { part }: OrthogonalRunMessage): void {
  const board = new FactorBoard(part.board, new Layout(part.law));
  try {
    if (device === undefined) throw disposedError();
    for (const needed of device.orthogonalSteps(part)) if (!board.wait(needed)) return;
  } catch {
    // The others need not wait for blocks that will not come.
    board.stop();
  }
}

function fillCopy(device: Filler, { pieces }: PortionMessage): ArrayBuffer | undefined {
  try {
    const out = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + bytes, 0));
    let at = 0;
    for (const { call, offset, bytes } of pieces) {
      device.fill(call, out.subarray(at, at + bytes), offset);
      at += bytes;
    }
    return out.buffer;
  } catch {
    return undefined;
  }
}
