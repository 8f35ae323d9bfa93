import { DeviceError } from '../errors.js';
import { type CpuDevice, createCpuDevice } from './cpu-device.js';
import type { Device } from './device.js';
import { WORTH_STARTING_TO_FACTORISE } from './orthogonal/factorising-work.js';

/** Cores for a run on the CPU: a number, or by the size of the work. */
export type ThreadChoice = number | 'auto';

/** Elements from which `auto` takes all cores: the least that takes longer than to start workers. */
const WORTH_THREADS = 1 << 24;
/** More would wait for memory. */
const MOST_AUTO_THREADS = 16;
/** A worker takes some 10 MiB: with more, a run that holds no copy of the parameters would need more than 64 MiB. */
const MOST_LEAN_THREADS = 4;
const MOST_THREADS = 256;

/**
 * The CPU devices of a process, by their number of threads: they hold no state that a run could see, and an instance
 * of its own for each run would grow the memory of a page that initialises often.
 */
const shared = new Map<number, Promise<Device>>();
let single: Promise<CpuDevice> | undefined;

/** What `auto` decides by. */
export interface CpuNeeds {
  /** Elements that the run fills. Default: few. */
  readonly elements?: number | undefined;
  /** Its largest orthogonal matrix, by `factorisingWork`. Default: none. */
  readonly factorising?: number | undefined;
  /** Whether memory is worth more than time. */
  readonly lean?: boolean | undefined;
}

/**
 * The shared device for a run.
 *
 * @throws DeviceError `bad-threads`, `runtime-not-loaded`.
 */
export async function sharedCpuDevice(choice: ThreadChoice, needs: CpuNeeds): Promise<Device> {
  const threads = choice === 'auto' ? await autoThreads(needs) : checkThreads(choice);
  if (threads === 1) return singleThread();
  const device = shared.get(threads) ?? createThreadedDevice(threads);
  shared.set(threads, device);
  return device.catch((error: unknown) => {
    shared.delete(threads);
    throw error;
  });
}

/** @throws DeviceError `bad-threads` unless it is a whole number in [1, 256]. */
export function checkThreads(threads: number): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new DeviceError({
    code: 'bad-threads',
    what: `${JSON.stringify(threads)} is not a number of threads`,
    expected: `'auto' or a whole number in [1, ${MOST_THREADS}]`,
  });
}

/** The device of this thread, which the others fill beside. */
function singleThread(): Promise<CpuDevice> {
  single ??= createCpuDevice();
  return single.catch((error: unknown) => {
    // A failed load (no network, say) may succeed the next time.
    single = undefined;
    throw error;
  });
}

/** Threads are loaded when they are wanted: most programs initialise one small model. */
async function autoThreads({ elements = 0, factorising = 0, lean = false }: CpuNeeds): Promise<number> {
  if (elements < WORTH_THREADS && factorising < WORTH_STARTING_TO_FACTORISE) return 1;
  const { availableThreads } = await import('#spawn-worker');
  return Math.min(availableThreads(), lean ? MOST_LEAN_THREADS : MOST_AUTO_THREADS);
}

async function createThreadedDevice(threads: number): Promise<Device> {
  const [{ ThreadedDevice }, { WorkerPool }, cpu] = await Promise.all([
    import('./threaded-device.js'),
    import('./threads/worker-pool.js'),
    singleThread(),
  ]);
  return new ThreadedDevice(cpu, new WorkerPool(threads - 1));
}
