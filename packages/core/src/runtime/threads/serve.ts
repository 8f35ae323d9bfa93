import { CpuDevice } from '../cpu-device.js';
import { TvmRuntime } from '../tvm-runtime.js';
import { ChunkBoard, cutIntoChunks } from './chunk-board.js';
import { fillFromBoard } from './fill-from-board.js';
import type { FromWorker, SharedRunMessage, SliceMessage, ToWorker } from './messages.js';
import type { WorkerPort } from './worker-handle.js';

/**
 * What a worker does: fills slices with a wasm instance of its own. It reports no errors: a chunk that it leaves
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
    } else {
      const { run, index } = message;
      const buffer = device === undefined ? undefined : fillSlice(device, message);
      answer({ kind: 'slice-done', run, index, buffer }, buffer === undefined ? [] : [buffer]);
    }
  });
}

function fillShared(device: CpuDevice, message: SharedRunMessage): void {
  const board = new ChunkBoard(message.board);
  try {
    fillFromBoard(device, cutIntoChunks(message.jobs), board);
  } catch {
    // Left unfinished; the chunks after it would fail alike.
    board.close();
  }
}

function fillSlice(device: CpuDevice, { call, offset, bytes }: SliceMessage): ArrayBuffer | undefined {
  try {
    const buffer = new ArrayBuffer(bytes);
    device.fill(call, new Uint8Array(buffer), offset);
    return buffer;
  } catch {
    return undefined;
  }
}
