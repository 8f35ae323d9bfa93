// A lock between processes of one checkout: two commands started at once take turns. Built-ins only.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock file without an owner's id in it is one being written, unless it has stayed so for this long. */
const UNOWNED_MS = 5000;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isStale(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return pid > 0 ? !isAlive(pid) : Date.now() - statSync(path).mtimeMs > UNOWNED_MS;
  } catch {
    return false;
  }
}

function tryTake(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isStale(path)) {
    // Renaming succeeds for one of several waiters only; the next round tries to take the free name.
    try {
      renameSync(path, `${path}.${process.pid}`);
      rmSync(`${path}.${process.pid}`);
    } catch {
      // Another waiter was first.
    }
  }
  return false;
}

/**
 * Runs `action` while no other process holds the lock file `path`. The lock of a process that died is taken over.
 *
 * @template T
 * @param {string} path
 * @param {() => T | Promise<T>} action
 * @param {(line: string) => void} [say] told once when it has to wait
 * @returns {Promise<T>}
 */
export async function withLock(path, action, say = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waited = 0; !tryTake(path); waited++) {
    if (waited === 2) say('Waiting for another Incipit command in this folder …');
    await sleep(100);
  }
  try {
    return await action();
  } finally {
    rmSync(path, { force: true });
  }
}
