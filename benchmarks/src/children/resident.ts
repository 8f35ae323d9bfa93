import { readFile, writeFile } from 'node:fs/promises';

/** Bytes of this process that are in memory: now, or at most since the last {@link forgetPeak}. Linux tells it. */
export async function resident(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}

/** From here on the greatest memory is that of what follows. */
export function forgetPeak(): Promise<void> {
  return writeFile('/proc/self/clear_refs', '5');
}
