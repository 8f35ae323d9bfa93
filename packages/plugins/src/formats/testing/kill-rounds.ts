import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCheckpointTo } from '@incipit/core';
import { filePlace, openCheckpoint } from '@incipit/core/node';
import { FORMATS } from '../index.js';
import { KILLED, tensorsOf, VERSION_BYTES } from './versions.js';

const WRITER = fileURLToPath(new URL('./endless-writer.js', import.meta.url));
/** Versions that one child can write before it is killed. */
const VERSIONS = 1000;
/** A child is killed within so many milliseconds: time for a few versions. */
const LONGEST_LIFE = 150;
/** The first request of a process takes longer. */
const LONGEST_DOWNLOADER_LIFE = 400;

/** What became of the rounds. */
export interface KillTally {
  readonly rounds: number;
  /** Rounds in which a version was being written: something unfinished lay beside what is whole. */
  readonly inTheMiddle: number;
  /** Rounds after which there was a newer version than before. */
  readonly newer: number;
}

/**
 * @param file of a format that is tried.
 * @throws when what a killed child left is neither the old version nor a new one, or when the next version does not remove
 * what it left.
 */
export async function killWriters(file: string, rounds: number, seed: number): Promise<KillTally> {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-kill-'));
  const path = join(folder, file);
  const random = randomNumbers(seed);
  const tally = { rounds: 0, inTheMiddle: 0, newer: 0 };
  let last = 0;
  let unfinished: readonly string[] = [];
  await writeVersion(path, 0);
  try {
    for (; tally.rounds < rounds; tally.rounds += 1) {
      const first = (tally.rounds + 1) * VERSIONS;
      await killedAfter(['write', path, String(first)], random() * LONGEST_LIFE);
      const version = await wholeVersion(path);
      if (version !== last && version < first) throw new Error(`version ${version} after ${last}, before ${first}`);
      if (version !== last) tally.newer += 1;
      last = version;
      const parts = await partsIn(folder);
      if (parts.some((name) => !unfinished.includes(name))) tally.inTheMiddle += 1;
      unfinished = parts;
      await removeOldShards(path);
    }
    await writeVersion(path, last);
    const left = await partsIn(folder);
    if (left.length > 0) throw new Error(`${left.join(', ')} were left`);
  } finally {
    await rm(folder, { recursive: true });
  }
  return tally;
}

/** @throws when a killed child left something in the cache that is not whole. */
export async function killDownloads(rounds: number, seed: number): Promise<KillTally> {
  const cache = await mkdtemp(join(tmpdir(), 'incipit-kill-'));
  const random = randomNumbers(seed);
  const server = await versionServer();
  const tally = { rounds: 0, inTheMiddle: 0, newer: 0 };
  let before = 0;
  try {
    for (; tally.rounds < rounds; tally.rounds += 1) {
      const first = String((tally.rounds + 1) * VERSIONS);
      await killedAfter(['download', cache, first, server.url], random() * LONGEST_DOWNLOADER_LIFE);
      const files: readonly string[] = await readdir(join(cache, 'files')).catch(() => []);
      for (const name of files) await assertDigest(join(cache, 'files', name), name);
      for (const name of await readdir(join(cache, 'addresses')).catch(() => [])) {
        if (name.startsWith('.')) continue;
        const { sha256 } = JSON.parse(await readFile(join(cache, 'addresses', name), 'utf8')) as { sha256: string };
        if (!files.includes(sha256)) throw new Error(`${name} names ${sha256}, which is not there`);
      }
      if (files.length > before) tally.newer += 1;
      before = files.length;
      const parts = await readdir(join(cache, 'parts')).catch(() => []);
      if (parts.length > 0) tally.inTheMiddle += 1;
      for (const name of parts) await rm(join(cache, 'parts', name), { recursive: true });
    }
  } finally {
    await server.close();
    await rm(cache, { recursive: true });
  }
  return tally;
}

async function writeVersion(path: string, version: number): Promise<void> {
  const format = KILLED[basename(path)];
  if (format === undefined) throw new Error(`no format of '${path}'`);
  await writeCheckpointTo(filePlace(path), format, { tensors: tensorsOf(version) });
}

async function partsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.part'));
}

/** A user removes what the checkpoint does not name; here it would fill the disk. */
async function removeOldShards(path: string): Promise<void> {
  const checkpoint = await readFile(path);
  for (const name of await readdir(dirname(path))) {
    const kept = name === basename(path) || name.endsWith('.part') || checkpoint.includes(name);
    if (!kept) await rm(join(dirname(path), name));
  }
}

/** The version of a file whose every element is of it. */
async function wholeVersion(path: string): Promise<number> {
  const file = await openCheckpoint(path, FORMATS);
  try {
    let version: number | undefined;
    for (const { name } of tensorsOf(0)) {
      const bytes = await file.read(name);
      for (const value of new Int32Array(bytes.slice().buffer)) {
        version ??= value;
        if (value !== version) throw new Error(`version ${value} in a file of version ${version}`);
      }
    }
    return version ?? -1;
  } finally {
    await file.close();
  }
}

async function assertDigest(path: string, expected: string): Promise<void> {
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (digest !== expected) throw new Error(`${path} has the digest ${digest}`);
}

async function killedAfter(args: readonly string[], milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await ready(child);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    if (child.exitCode !== null) throw new Error('the writer ended by itself');
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the writer ended before it began')));
  });
}

/** Serves each version as a file of its own, which says its length. */
async function versionServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const template = await fileOfVersion(0);
  const start = template.byteLength - VERSION_BYTES;
  const server = createServer((request, response) => {
    const version = Number((request.url ?? '').slice(1));
    const bytes = template.slice();
    new Int32Array(bytes.buffer, start).fill(version);
    response.writeHead(200, { 'content-length': bytes.byteLength, etag: `"${version}"` }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function fileOfVersion(version: number): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-version-'));
  const path = join(folder, 'weights.safetensors');
  await writeVersion(path, version);
  const bytes = new Uint8Array(await readFile(path)).slice();
  await rm(folder, { recursive: true });
  return bytes;
}

/** Numbers in [0, 1) that a seed decides (a linear congruential generator: plenty for points in time). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
