// `npm run build`: set-up, then every package's build through turbo, which replays what has not changed.
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { pruneAll } from './prune-dist.mjs';
import { ensureSetup, ROOT, runCommand } from './setup.mjs';
import { runTurbo } from './turbo.mjs';

/** Two builds at once would write the same files: they take turns. */
export function withBuildLock(action) {
  return withLock(join(ROOT, '.cache/build.lock'), action, (line) => console.error(line));
}

/**
 * @param {{ args?: readonly string[], stdout?: 'inherit' | number }} [options]
 * @returns {Promise<number>} exit code
 */
export async function build({ args = [], stdout = 'inherit' } = {}) {
  await ensureSetup();
  return withBuildLock(() => {
    pruneAll(ROOT);
    return runTurbo(['run', 'build', '--output-logs=new-only', ...args], { stdout });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runCommand(() => build({ args: process.argv.slice(2) }));
}
