import process from 'node:process';

/** No file takes longer to open, and no tensor to read: seconds of work of all threads, not of the clock. */
const MAX_CPU_SECONDS = 2;
/** Twice what may be held to list the tensors, by default. */
export const MAX_MIB: number = 2 * 256;
/** What `measureSlowness` takes where nothing else runs. */
const ALONE_SECONDS = 0.12;

/** Seconds that all threads of this process have worked since then. */
export function workedSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

/** Whether this is no longer than a file may take, on a machine whose cores now have this much else to do. */
export function isQuick(seconds: number): boolean {
  if (seconds < MAX_CPU_SECONDS) return true;
  const text = `{${Array.from({ length: 100_000 }, (_, k) => `"${k}x":[${k}]`).join(',')}}`;
  const started = process.cpuUsage();
  const entries = new Map(Object.entries(JSON.parse(text) as Record<string, unknown>));
  const slowness = entries.size === 100_000 ? workedSince(started) / ALONE_SECONDS : 1;
  return seconds < MAX_CPU_SECONDS * slowness;
}
