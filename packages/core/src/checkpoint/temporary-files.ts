import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A file whose process cannot be asked for is abandoned when it did not change for so long: longer than clocks differ. */
const ABANDONED_HOURS = 24;

/**
 * A name that nobody else takes for a file until it is whole. It tells machine and process, so that what a killed process
 * left can be told from what is being written.
 */
export function temporaryPath(folder: string, owner: string): string {
  return join(folder, `.${owner}.${machine()}-${process.pid}-${randomBytes(8).toString('hex')}.part`);
}

/**
 * Removes what killed processes left of a file, never what one may still be writing. What cannot be removed stays.
 *
 * @param owner name of the file, as `temporaryPath` was given it.
 */
export async function removeAbandonedParts(folder: string, owner: string): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`.${owner}.`)) continue;
    const [, host, pid] = /^([0-9a-f]{8})-(\d+)-[0-9a-f]{16}\.part$/.exec(name.slice(owner.length + 2)) ?? [];
    if (host === undefined) continue;
    const path = join(folder, name);
    if (await isAbandoned(path, host, Number(pid))) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function isAbandoned(path: string, host: string, pid: number): Promise<boolean> {
  const here = host === machine();
  if (here && pid !== process.pid) return !isRunning(pid);
  const file = await stat(path).catch(() => undefined);
  // A container starts again under the machine's and the process's name that the one before it had.
  const since = here ? Date.now() - process.uptime() * 1000 : Date.now();
  return file !== undefined && file.mtimeMs < since - ABANDONED_HOURS * 3_600_000;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be asked, and is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function machine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}
