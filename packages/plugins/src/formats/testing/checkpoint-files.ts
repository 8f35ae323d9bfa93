import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type ByteSource, type Checkpoint, CheckpointError, memorySource, openCheckpointSource } from '@incipit/core';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { FORMATS } from '../index.js';
import { isQuick, MAX_MIB, workedSince } from './bounds.js';

/** Files that Python's libraries wrote; `scripts/make-checkpoints` makes them. */
const FOLDER = new URL('../../../test-data/checkpoints/', import.meta.url);

/** One of each format. */
export const FILES: readonly string[] = [
  ...['numpy/packed.npz', 'numpy/f4.npy', 'torch/plain.pt', 'torch/legacy.pth', 'gguf/all.gguf', 'tfjs/model.json'],
  ...['tvm/tensor-cache.json', 'onnx/typed.onnx', 'keras/weights.h5', 'keras/model.keras'],
].map((path) => fileURLToPath(new URL(path, FOLDER)));

/** What a file holds, by the library that wrote it. */
export interface ExpectedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly base64: string;
}

export async function expectedFiles(
  format: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, ExpectedTensor>>>> {
  const text = await readFile(new URL(`${format}/expected.json`, FOLDER), 'utf8');
  return new Map(Object.entries(JSON.parse(text) as Record<string, Record<string, ExpectedTensor>>));
}

export async function readTestFile(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(new URL(path, FOLDER)));
}

/** All files of a format's folder, by name. */
export async function readTestFolder(format: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const names = await readdir(new URL(`${format}/`, FOLDER));
  return Object.fromEntries(await Promise.all(names.map(async (n) => [n, await readTestFile(`${format}/${n}`)])));
}

/** Opens a file of the test data from memory, with those of its folder beside it. */
export async function openTestFile(path: string): Promise<Checkpoint> {
  const format = path.split('/')[0] ?? '';
  return openCheckpointSource(memorySource(path, await readTestFile(path), await readTestFolder(format)), FORMATS);
}

/** Every tensor, its dtype, shape and every bit of its values, whole and in parts. */
export async function assertHolds(
  checkpoint: Checkpoint,
  expected: Readonly<Record<string, ExpectedTensor>>,
): Promise<void> {
  assert.equal(Object.keys(checkpoint.header.tensors).sort(), Object.keys(expected).sort());
  for (const [name, { dtype, shape, base64 }] of Object.entries(expected)) {
    const entry = checkpoint.header.tensors[name];
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
    assert.is(entry?.dtype, dtype, name);
    assert.equal(entry?.shape, shape, name);
    assert.is(entry?.byteLength, bytes.byteLength, name);
    assert.equal(await checkpoint.read(name), bytes, name);
    if (bytes.byteLength < 2) continue;
    const part = new Uint8Array(bytes.byteLength - 2);
    const given = await checkpoint.readPart?.(name, 1, part);
    assert.equal(part, given ? bytes.slice(1, -1) : new Uint8Array(part.byteLength), name);
  }
  await checkpoint.close();
}

export async function errorOf(run: () => Promise<unknown>): Promise<CheckpointError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error('no error');
}

/** What a damaged file may cost. */
export interface HostileLimits {
  readonly runs: number;
  /** Most bytes a tensor may have for each byte of the file: what the format's compression can reach. */
  readonly growth: number;
}

const SEED = 20261129;

/** Changes to a file: bytes set, a piece cut out, a piece repeated, the end cut off. Places near the ends are likelier. */
function damage(size: number): fc.Arbitrary<readonly ((bytes: Uint8Array) => Uint8Array)[]> {
  const place = fc.oneof(
    fc.nat(size),
    fc.nat(Math.min(size, 512)),
    fc.nat(Math.min(size, 512)).map((n) => size - n),
  );
  const value = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
  const set = fc
    .tuple(place, fc.array(value, { minLength: 1, maxLength: 8 }))
    .map(([at, values]) => (b: Uint8Array) => {
      const copy = b.slice();
      for (const [k, byte] of values.entries()) if (at + k < copy.length) copy[at + k] = byte;
      return copy;
    });
  const cut = fc.tuple(place, fc.nat(40)).map(
    ([at, length]) =>
      (b: Uint8Array) =>
        join(b.subarray(0, at), b.subarray(at + length)),
  );
  const repeat = fc.tuple(place, fc.nat(40)).map(
    ([at, length]) =>
      (b: Uint8Array) =>
        join(b.subarray(0, at + length), b.subarray(at)),
  );
  const end = place.map((at) => (b: Uint8Array) => b.slice(0, at));
  const change = fc.oneof({ arbitrary: set, weight: 6 }, cut, repeat, end);
  return fc.array(change, { minLength: 1, maxLength: 3 });
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.byteLength + b.byteLength);
  out.set(a);
  out.set(b, a.byteLength);
  return out;
}

/** Counts what is read, since a reader that asks for more than a file has would allocate for it. */
function watched(source: ByteSource, limit: number): ByteSource {
  return {
    ...source,
    async read(offset, length) {
      assert.ok(length <= limit, `${length} bytes were asked for at once`);
      return source.read(offset, length);
    },
  };
}

/** Copies of a file, each damaged in another way, the same in every run. */
export function damagedCopies(bytes: Uint8Array, count: number): readonly Uint8Array[] {
  const samples = fc.sample(damage(bytes.byteLength), { numRuns: count, seed: SEED });
  return samples.map((changes) => changes.reduce((before, change) => change(before), bytes));
}

/**
 * Damages a file in many ways, each the same in every run. Each copy must open and be read, or be refused with a
 * CheckpointError, within the bounds of time and memory; no tensor may be larger than the file could hold.
 *
 * @returns how many opened in spite of the damage.
 */
export async function assertSurvivesDamage(path: string, { runs, growth }: HostileLimits): Promise<number> {
  const bytes = await readTestFile(path);
  const beside = await readTestFolder(path.split('/')[0] ?? '');
  let opened = 0;
  const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;
  const before = peakMiB();
  const property = fc.asyncProperty(damage(bytes.byteLength), async (changes) => {
    const damaged = changes.reduce((before, change) => change(before), bytes);
    const limit = 2 * growth * Math.max(damaged.byteLength, 1024);
    const started = process.cpuUsage();
    try {
      const checkpoint = await openCheckpointSource(watched(memorySource(path, damaged, beside), limit), FORMATS);
      opened += 1;
      for (const [name, entry] of Object.entries(checkpoint.header.tensors)) {
        assert.ok(entry.byteLength <= limit, `tensor '${name}' of ${entry.byteLength} bytes`);
        assert.is((await checkpoint.read(name)).byteLength, entry.byteLength);
      }
      await checkpoint.close();
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
    }
    const seconds = workedSince(started);
    assert.ok(isQuick(seconds), `it took ${seconds} s`);
  });
  await fc.assert(property, { numRuns: runs, seed: SEED, endOnFailure: true });
  assert.ok(peakMiB() - before < MAX_MIB, `it took ${peakMiB() - before} MiB`);
  return opened;
}
