// Runs turbo without its telemetry and without its update check. Built-ins only.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './setup.mjs';

const QUIET = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };

/**
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, stdout?: 'inherit' | number }} [options]
 * @returns {Promise<number>} turbo's exit code
 */
export function runTurbo(args, { env = {}, stdout = 'inherit' } = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/turbo/bin/turbo'), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET, ...env },
    stdio: ['ignore', stdout, 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
