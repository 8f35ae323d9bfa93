import { spawn } from 'node:child_process';

/**
 * Runs a program to its end; never throws.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string, missing: boolean }>} both output streams, in the order they came;
 *   `missing` when there is no such program.
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      resolve({ code: 127, output: error.message, missing: 'code' in error && error.code === 'ENOENT' });
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output, missing: false }));
  });
}
