// A process with little memory, which opens and reads the files that it is sent, and tells what each cost.
import process from 'node:process';
import { CheckpointError } from '@incipit/core';
import { openCheckpoint } from '@incipit/core/node';
import { FORMATS } from '../../index.js';
import { workedSince } from '../bounds.js';
import type { AttackOutcome } from './victim.js';

const collect = (globalThis as { readonly gc?: () => void }).gc ?? (() => undefined);

/** Opens a file and reads all of it. */
async function attacked(path: string): Promise<AttackOutcome> {
  let slowestRead = 0;
  let openSeconds: number | undefined;
  const started = process.cpuUsage();
  const end = await (async () => {
    const checkpoint = await openCheckpoint(path, FORMATS);
    openSeconds = workedSince(started);
    try {
      for (const name of Object.keys(checkpoint.header.tensors)) {
        const before = process.cpuUsage();
        await checkpoint.read(name);
        slowestRead = Math.max(slowestRead, workedSince(before));
      }
    } finally {
      await checkpoint.close();
    }
    return 'read';
  })().catch(endOf);
  const seconds = workedSince(started);
  return {
    end,
    openSeconds: openSeconds ?? seconds,
    slowestRead,
    seconds,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}

function endOf(error: unknown): string {
  if (!(error instanceof CheckpointError)) return `untyped: ${error instanceof Error ? error.stack : String(error)}`;
  return error.message.length > 5000 ? `a message of ${error.message.length} characters` : error.code;
}

process.on('message', async (path: string) => {
  collect();
  process.send?.(await attacked(path));
});
